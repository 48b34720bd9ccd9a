"""Forms of the town's pages: each done in a transaction of its own, what was typed kept."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest
from hub.core.web import caller_of
from verticals.city.towns.errors import TownInvalid

T = TypeVar("T")
Form = dict[str, str]


async def do_form(
    request: AnyRequest, act: Callable[[Tx, Form], Awaitable[T]], *refused: type[HubError]
) -> tuple[Form, T | None, HubError | None]:
    """Do what a form asks; what was typed, what came of it, and which of the `refused` it was."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return form, await act(tx, form), None
    except refused as error:
        return form, None, error


def key_of(form: Form, name: str = "idempotency_key") -> UUID:
    """The key that a form brings. Raises `TownInvalid`."""
    try:
        return UUID(form.get(name, ""))
    except ValueError:
        raise TownInvalid("This form is not complete.") from None
