"""Why somebody is not let in."""

from datetime import timedelta

from hub.core.errors import Conflict, Forbidden, Invalid, NotSignedIn, TooMany
from hub.core.sentences import say


class WrongCredentials(NotSignedIn):
    """The e-mail or the password is wrong"""

    code = "wrong-credentials"


class FactorWanted(NotSignedIn):
    """Type the code of your second factor as well"""

    code = "second-factor-wanted"

    def __init__(self, person: int) -> None:
        super().__init__()
        self.person = person


class WrongCode(Invalid):
    """This code is not right"""

    code = "second-factor-wrong"


class TicketExpired(NotSignedIn):
    """Begin to sign in again"""

    code = "sign-in-expired"


class SignInLocked(TooMany):
    """Too many attempts to sign in: wait before the next one"""

    code = "sign-in-locked"

    def __init__(self, wait: timedelta) -> None:
        seconds = max(1, -(-wait // timedelta(seconds=1)))
        super().__init__(
            say("Try again in %(minutes)s min.", minutes=-(-seconds // 60)), retry_after_s=seconds
        )
        self.retry_after_s = seconds


class NotYourOrganisation(Forbidden):
    """You do not belong to this organisation"""

    code = "not-your-organisation"


class EmailTaken(Conflict):
    """An account with this e-mail exists already"""

    code = "email-taken"


class PersonInvalid(Invalid):
    """This account cannot be opened as described"""

    code = "person-invalid"


class PasswordRefused(Invalid):
    """Something is missing for a new password"""

    code = "password-refused"


class LinkOver(Conflict):
    """This link is too old, or was used already"""

    code = "password-link-over"


class JsonOnly(Invalid):
    """Send the credentials as application/json"""

    status = 415
    code = "json-only"
