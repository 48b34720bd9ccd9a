"""The few typed errors: one base with an HTTP status and a stable code (RFC 9457 when answered).

A slice derives its own errors from one of the families below; the class docstring's first line is
the title of the problem, the message of the instance its detail: a literal, or `say` with values.
"""

from collections.abc import Mapping

from hub.core.sentences import Sentence


class HubError(Exception):
    """Something went wrong"""

    status = 500
    code = "internal-error"
    # Whether a refusal has left something behind (a card was asked and said no), so that it is the
    # first answer to its key. Any other leaves nothing, and its key is free.
    kept = False

    def __init__(self, detail: str = "", **extra: object) -> None:
        said = detail or self.title()
        self.detail = said if isinstance(said, Sentence) else Sentence(said, {})
        super().__init__(self.detail)
        self.extra: Mapping[str, object] = extra

    @classmethod
    def title(cls) -> Sentence:
        return Sentence((cls.__doc__ or cls.__name__).strip().splitlines()[0], {})


class BadSetting(HubError):
    """A setting is wrong"""

    code = "bad-setting"


class Invalid(HubError):
    """The request cannot be accepted as it is"""

    status = 400
    code = "invalid"


class NotSignedIn(HubError):
    """Sign in first"""

    status = 401
    code = "not-signed-in"


class Forbidden(HubError):
    """You may not do this"""

    status = 403
    code = "forbidden"


class FactorMissing(Forbidden):
    """This needs a second factor"""

    code = "second-factor-missing"


class FactorStale(Forbidden):
    """Show your second factor again"""

    code = "second-factor-stale"


class FormExpired(Forbidden):
    """This form is no longer valid"""

    code = "form-expired"


class NotFound(HubError):
    """There is nothing here"""

    status = 404
    code = "not-found"


class Conflict(HubError):
    """The state of things does not allow this"""

    status = 409
    code = "conflict"


class Gone(HubError):
    """This has expired"""

    status = 410
    code = "gone"


class Unprocessable(HubError):
    """The request is well formed but means something else than before"""

    status = 422
    code = "unprocessable"


class TooMany(HubError):
    """Too many attempts: wait a little"""

    status = 429
    code = "too-many"


class Busy(HubError):
    """The service is busy: try again in a moment"""

    status = 503
    code = "busy"


class NoTenantSet(HubError):
    """A statement on a tenant's rows ran without a tenant"""

    code = "no-tenant-set"


class CommitRefused(HubError):
    """The transaction had already failed, so nothing was written"""

    code = "commit-refused"
