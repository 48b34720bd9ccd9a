"""What can be wrong with signing a contract."""

from hub.core.errors import Forbidden, Invalid, NotFound


class ContractInvalid(Invalid):
    """This contract cannot be signed as it is"""

    code = "contract-invalid"


class ContractUnknown(NotFound):
    """There is no such contract"""

    code = "contract-unknown"


class SignerNotAllowed(Forbidden):
    """Only an owner or a manager signs for an organisation"""

    code = "contract-signer-not-allowed"
