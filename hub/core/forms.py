"""Forms of pages: done in a transaction of their own, or shown again as typed, with what is
wrong."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec

from hub.core.db import Database, Tx
from hub.core.errors import HubError, Invalid
from hub.core.pages import AnyRequest
from hub.core.problems import Problem, describe_problem
from hub.core.tokens import Reference, read_reference
from hub.core.web import caller_of

Form = dict[str, str]
Verb = Callable[[Tx, Form], Awaitable[None]]
SHOWN_AGAIN = (400, 409)  # what whoever typed it can put right; other refusals have their own page


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed, and what is wrong with it, if anything is."""

    typed: Form = {}
    problem: Problem | None = None

    @property
    def shown(self) -> dict[str, Any]:
        """For `page`."""
        status = self.problem.status if self.problem else 200
        return {"typed": self.typed, "problem": self.problem, "status_code": status}


NOTHING = Fault()


async def do(
    request: AnyRequest, act: Verb, *, tenant: int | None = None, actor: str = ""
) -> Fault | None:
    """Do what a form asks, behind the caller's wall or a link's; else what its page shows again."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        async with database.transaction(tenant or caller.tenant, actor=actor or caller.actor) as tx:
            await act(tx, form)
    except HubError as error:
        if error.status not in SHOWN_AGAIN:
            raise
        return Fault(typed=form, problem=describe_problem(error, request.url.path))
    return None


def read_link(request: AnyRequest, kind: str, token: str) -> Reference:
    """What a signed link names (`hub.core.letters.link_to` makes one)."""
    return read_reference(request.app.state.settings.secret_key, kind, token)


def enter(request: AnyRequest, tx: Tx, kind: str, token: str) -> Reference:
    """The same, with the transaction behind its wall."""
    reference = read_link(request, kind, token)
    tx.enter(reference.tenant)
    return reference


def key_of(form: Form) -> UUID:
    """The key of a form: sent twice, it counts once. Raises `Invalid`."""
    return uuid_of(form.get("idempotency_key", ""))


def uuid_of(text: str) -> UUID:
    """An id that a form's page has written into it. Raises `Invalid`."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("This form is not complete.") from None


def number_of(form: Form, field: str) -> int:
    """A whole number; 0 for what is none."""
    text = form.get(field, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
