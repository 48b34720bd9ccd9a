"""What can be wrong with signing minutes."""

from hub.core.errors import Conflict, Forbidden, Invalid


class MinutesInvalid(Invalid):
    """These minutes cannot be signed as they are"""

    code = "minutes-invalid"


class MinutesNotReady(Conflict):
    """There are no minutes to sign"""

    code = "minutes-not-ready"


class SignerNotAllowed(Forbidden):
    """Only an owner or a manager of the federation signs its minutes"""

    code = "minutes-signer-not-allowed"
