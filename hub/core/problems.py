"""Errors as RFC 9457 problem details, or as a page for people: what happened, what to do."""

from collections.abc import Mapping
from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, PermissionDeniedException, ValidationException

from hub.core import errors
from hub.core.gate import Crowded
from hub.core.sentences import Sentence, say
from hub.core.tokens import mask_secrets

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:usage-hub:problem:"
_STATUSES = {
    404: say("Not Found"),
    405: say("Method Not Allowed"),
    413: say("Request Entity Too Large"),
}


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457: `type` names the kind of problem for good, `detail` says it for this case."""

    type: str
    title: Sentence
    status: int
    detail: Sentence = say("")
    instance: str = ""
    errors: list[dict[str, str]] = []
    extra: Mapping[str, object] = {}

    def as_json(self) -> bytes:
        members = {
            name: getattr(self, name)
            for name in ("type", "title", "status", "detail", "instance", "errors")
            if getattr(self, name)
        }
        return msgspec.json.encode(members | dict(self.extra), enc_hook=_plain)


def _plain(value: object) -> str:
    if isinstance(value, Sentence):
        return str(value)
    raise NotImplementedError(type(value))


def describe_problem(error: BaseException, path: str = "") -> Problem:
    """The problem that an exception means to the caller. Unknown ones tell no inner secrets."""
    typed = _as_hub_error(error)
    if typed is not None:
        hidden = typed.status >= 500 and not isinstance(typed, errors.Busy)
        return Problem(
            type=_TYPE + typed.code,
            title=typed.title(),
            status=typed.status,
            detail=say("") if hidden else typed.detail,
            instance=path,
            extra=typed.extra,
        )
    if isinstance(error, ValidationException):
        return _describe_validation(error, path)
    if isinstance(error, HTTPException):
        return Problem(
            type=_TYPE + f"http-{error.status_code}",
            title=_STATUSES.get(error.status_code) or _title_of(error.status_code),
            status=error.status_code,
            instance=path,
        )
    return Problem(
        type=_TYPE + "internal-error", title=errors.HubError.title(), status=500, instance=path
    )


def beside(problem: Problem, field: object) -> Problem:
    """The same problem, told beside another field of a form; of none, it stays as it is."""
    if not field:
        return problem
    return msgspec.structs.replace(problem, extra={**problem.extra, "field": str(field)})


def _title_of(status: int) -> Sentence:
    return errors.HubError.title() if status >= 500 else errors.Invalid.title()


def _describe_validation(error: ValidationException, path: str) -> Problem:
    found = [
        {"field": str(item.get("key", "")), "message": str(item.get("message", ""))}
        for item in (error.extra if isinstance(error.extra, list) else [])
        if isinstance(item, dict)
    ]
    return Problem(
        type=_TYPE + errors.Invalid.code,
        title=errors.Invalid.title(),
        status=400,
        detail=say("A value of the address or of the form is missing or wrong."),
        instance=path,
        errors=found,
    )


def _as_hub_error(error: BaseException) -> errors.HubError | None:
    if isinstance(error, errors.HubError):
        return error
    if isinstance(error, PermissionDeniedException) and "CSRF" in error.detail:
        return errors.FormExpired("Reload the page and send it again; nothing was changed.")
    if isinstance(error, asyncpg.PostgresError):
        return _from_postgres(error)
    if isinstance(
        error, TimeoutError | OSError | asyncpg.InterfaceError | asyncpg.InternalClientError
    ):
        return errors.Busy("The database does not answer.")
    return None


def sqlstate_of(error: asyncpg.PostgresError) -> str:
    """The five letters of a PostgreSQL error."""
    return str(getattr(error, "sqlstate", ""))


def _from_postgres(error: asyncpg.PostgresError) -> errors.HubError | None:
    match sqlstate_of(error):
        case (
            "40001" | "40P01" | "55P03" | "57014" | "53300" | "57P01" | "57P02" | "57P03" | "25P03"
        ):
            return errors.Busy("Somebody else is working on the same thing.")
        # No space, no memory, only for reading: the server's trouble, and none of the caller's.
        case state if state.startswith("08") or state in {"53100", "53200", "25006"}:
            return errors.Busy("The database does not answer.")
        case "22021" | "22P05":  # a NUL, or bytes that are no text
            return errors.Invalid("This holds letters that no text has.")
        case "42704" | "22P02" if "app.tenant" in str(error) or '""' in str(error):
            return errors.NoTenantSet()
        case _:
            return None


def answer_problem(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The JSON answer of an API route."""
    problem = describe_problem(error, request.url.path)
    log_failure(problem, error)
    return Response(
        problem.as_json(),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=retry_headers(problem),
    )


def log_failure(problem: Problem, error: BaseException) -> None:
    """Write down what the answer does not tell, for an error of ours."""
    if isinstance(error, Crowded):
        return  # told to thousands when it is told: the measurements count it
    if problem.status >= 500:
        log.error(
            "request failed", path=mask_secrets(problem.instance), error=repr(error), exc_info=error
        )


def retry_headers(problem: Problem) -> dict[str, str]:
    """Retry-After of an answer that asks to wait: the error's `retry_after_s`, else two seconds."""
    if problem.status not in {429, 503}:
        return {}
    return {"Retry-After": str(problem.extra.get("retry_after_s", 2))}
