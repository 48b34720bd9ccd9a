"""What can be wrong with a mandate."""

from hub.core.errors import Conflict, Forbidden, HubError


class MandateInvalid(HubError):
    """This mandate cannot be signed or ended so"""

    code = "mandate-invalid"
    status = 400


class MandateMissing(Conflict):
    """Without a signed mandate nothing is published"""

    code = "mandate-missing"


class TextChanged(Conflict):
    """The text of the mandate has changed since you opened it"""

    code = "mandate-text-changed"


class SignerNotAllowed(Forbidden):
    """Only an owner or a manager signs for the house"""

    code = "signer-not-allowed"


class AgentUnknown(HubError):
    """The booking centre has not stated its legal identity"""

    code = "agent-unknown"
    status = 409
