"""Through which wall a request goes: the federation's own, or the one that it is a member of."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec

from hub import members
from hub.assemblies.errors import MemberOfNothing
from hub.core.caller import Caller
from hub.core.db import Database, Tx
from hub.core.pages import AnyRequest
from hub.core.web import caller_of

KINDS = ("federation", "lodging", "office", "region")


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """Whose assembly this is, and for which member the caller acts (None: the federation)."""

    scheme: int
    member: int | None
    caller: Caller


async def find_door(request: AnyRequest) -> Door:
    """Raises `MemberOfNothing`."""
    caller = caller_of(request)
    assert caller.tenant is not None
    if caller.organisation_kind == "federation":
        return Door(scheme=caller.tenant, member=None, caller=caller)
    database: Database = request.app.state.database
    async with database.transaction(caller.tenant) as tx:
        schemes = await members.list_schemes(tx)
    if not schemes:
        raise MemberOfNothing()
    return Door(scheme=schemes[0], member=caller.tenant, caller=caller)


@asynccontextmanager
async def entered(request: AnyRequest, door: Door) -> AsyncGenerator[Tx]:
    """A transaction behind the federation's wall, in the caller's name."""
    database: Database = request.app.state.database
    async with database.transaction(door.scheme, actor=door.caller.actor) as tx:
        yield tx
