"""Forms of the practice's pages: each done in a transaction of its own, what was typed kept."""

import hmac
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from litestar.datastructures import ResponseHeader

from hub import services
from hub.core.db import Database, Tx
from hub.core.errors import Conflict, HubError, Invalid
from hub.core.installed import verticals_of
from hub.core.pages import AnyRequest
from hub.core.web import caller_of
from verticals.health.patients.actions import check_stays
from verticals.health.patients.errors import PatientInvalid

VERTICAL = "health"
# Nothing of a practice stays in a cache: not on a shared screen, not in a box between.
PRIVATE = ResponseHeader(name="cache-control", value="private, no-store")
T = TypeVar("T")
Form = dict[str, str]


async def do_form(
    request: AnyRequest,
    act: Callable[[Tx, Form], Awaitable[T]],
    *,
    space: int | None = None,
    keeps: bool = True,
) -> tuple[Form, T | None, HubError | None]:
    """Do what a form asks, behind the caller's wall or that of a public address (`space`); what was
    typed, what came of it, and why it was refused.

    What `keeps` something is refused (`GateClosed`) where the hosting has no valid proof for data
    of health. What takes something back or gives it to read is done whatever the hosting has.
    Nothing is done once the practice is leaving (`PracticeLeaves`).
    """
    items = (await request.form()).items()
    form = {name: value for name, value in items if isinstance(value, str)}
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        wall = caller.tenant if space is None else space
        async with database.transaction(wall, actor=caller.actor) as tx:
            await check_stays(tx)
            if keeps:
                await services.check_kept(tx, verticals_of(request)[VERTICAL])
            return form, await act(tx, form), None
    except (Invalid, Conflict) as error:
        return form, None, error


async def check_begun(request: AnyRequest, tx: Tx) -> None:
    """Before a practice has anything: refused (`GateClosed`) where no service opened it and the
    hosting has not the level of production."""
    await services.check_begun(tx, verticals_of(request)[VERTICAL])


def key_of(form: Form) -> UUID:
    """The key that a form brings. Raises `PatientInvalid`."""
    try:
        return UUID(form.get("idempotency_key", ""))
    except ValueError:
        raise PatientInvalid("This form is not complete.") from None


def revision_of(form: Form) -> int:
    """Which state of the traits somebody looked at. Raises `PatientInvalid`."""
    typed = form.get("revision", "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        raise PatientInvalid("This form is not complete.")
    return int(typed)


def own_id(request: AnyRequest, kind: str, space: int, what: str) -> UUID:
    """An id that somebody's form makes in a practice: the same for the same, and nobody else's."""
    secret: bytes = request.app.state.settings.secret_key
    mark = hmac.digest(secret, f"health {kind}:{space}:{what}".encode(), "sha256")
    return UUID(bytes=mark[:16])
