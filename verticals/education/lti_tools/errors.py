"""What cannot be done, and why."""

from hub.core.errors import Conflict, Forbidden, HubError, Invalid, NotFound


class ToolInvalid(Invalid):
    """This tool cannot be registered as it is"""

    code = "lti-tool-invalid"


class ToolUnknown(NotFound):
    """This tool is not here"""

    code = "lti-tool-unknown"


class ToolsFull(Conflict):
    """This school has as many tools as it can have"""

    code = "lti-tools-full"


class TokenInvalid(Invalid):
    """This signed message is not good"""

    code = "lti-token-invalid"


class KeysUnread(HubError):
    """The tool's keys cannot be read"""

    status = 400
    code = "lti-keys-unread"


class OAuthRefused(Invalid):
    """No token is given for this request"""

    code = "lti-oauth-refused"


class BearerRefused(HubError):
    """This needs a token that is good now"""

    status = 401
    code = "lti-bearer-refused"


class ScopeMissing(Forbidden):
    """This token does not allow it"""

    code = "lti-scope-missing"
