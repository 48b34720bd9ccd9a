"""What can be wrong with a claim."""

from hub.core.errors import Conflict, HubError, TooMany


class ClaimInvalid(HubError):
    """This claim cannot be made so"""

    code = "claim-invalid"
    status = 400


class CodeWrong(HubError):
    """This code is not the one that was sent"""

    code = "claim-code-wrong"
    status = 400


class ClaimOver(Conflict):
    """This claim is over"""

    code = "claim-over"


class TooManyCodes(TooMany):
    """Too many codes were sent: ask the tourist office, or try tomorrow"""

    code = "claim-codes"


class TooManyClaims(TooMany):
    """You have too many claims under way"""

    code = "claims-open"
