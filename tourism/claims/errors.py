"""What can be wrong with a claim."""

from hub.core.errors import Conflict, HubError, TooMany


class ClaimInvalid(HubError):
    """This claim cannot be made so"""

    code = "claim_invalid"
    status = 400


class CodeWrong(HubError):
    """This code is not the one that was sent"""

    code = "claim_code_wrong"
    status = 400


class ClaimOver(Conflict):
    """This claim is over"""

    code = "claim_over"


class TooManyCodes(TooMany):
    """Too many codes were sent: ask the tourist office, or try tomorrow"""

    code = "claim_codes"


class TooManyClaims(TooMany):
    """You have too many claims under way"""

    code = "claims_open"
