"""What comes before a decision: who asks, that they mean it, and behind whose wall it is kept."""

from uuid import UUID

import msgspec

from hub import identity
from hub.core.caller import Caller
from hub.core.db import Database, Tx
from hub.core.errors import Forbidden, NotFound
from hub.exits import policy
from hub.exits.actions import deciding, following
from hub.exits.errors import ExitInvalid
from hub.exits.models import (
    Decide,
    Erasure,
    Exit,
    LetGo,
    Named,
    Notice,
    Standing,
    State,
    Step,
)
from hub.portability.models import Certificate

SURE = frozenset({Step.END, Step.ERASE})  # what asks for the name and the password again
STEPS = {one.value: one for one in (Step.END, Step.ERASE, Step.TAKE_BACK)}


def tenant_of(caller: Caller) -> int:
    """Of whose organisation an owner decides. Raises `Forbidden`, `OnlyOwnersLeave`,
    `ExitStepNotPossible`."""
    if caller.tenant is None:
        raise Forbidden("Choose an organisation first.")
    policy.check_owner(caller.role, caller.organisation_kind)
    return caller.tenant


async def describe(database: Database, caller: Caller) -> Standing:
    """The way out of my organisation, and what it still has to do for others."""
    tenant = tenant_of(caller)
    found = await deciding.find_home(database, tenant)
    exit = None
    if found is not None:
        async with database.transaction(found.tenant) as tx:
            exit = await deciding.find_exit(tx, found.id)
    return Standing(exit=exit, duties=await deciding.list_duties(database, tenant))


async def find_mine(database: Database, caller: Caller) -> Named:
    """The way out of my organisation. Raises `NotFound`."""
    found = await deciding.find_home(database, tenant_of(caller))
    if found is None:
        raise NotFound("There is no such way out.")
    return found


async def check_meant(
    database: Database, caller: Caller, name: str, password: str, host: str | None
) -> None:
    """Raises `ExitInvalid` for another name, `WrongCredentials`, `SignInLocked`."""
    policy.check_name(name, caller.organisation or "")
    await identity.check_password(database, caller.email or "", password, host=host)


async def give(tx: Tx, caller: Caller, command: Notice) -> Exit:
    """Give notice for my organisation; `tx` stands behind the wall of who keeps it.

    Raises `ExitInvalid`, `NoticeStands`."""
    tenant, database = tenant_of(caller), tx.database
    async with database.transaction(tenant) as own:
        readers = await deciding.list_owners(own)
    kind, name = caller.organisation_kind or "", caller.organisation or ""
    return await deciding.give(tx, tenant, kind, name, command.notice_days, readers)


def step_of(command: Decide) -> Step:
    """Raises `ExitInvalid` for a step that no owner makes."""
    found = STEPS.get(command.step)
    if found is None:
        raise ExitInvalid("Say end, erase or take_back.", field="step")
    return found


async def decide(tx: Tx, caller: Caller, id: UUID, command: Decide) -> Exit:
    """A step of my organisation's way out; `tx` stands behind the wall of who keeps it.

    Raises `ArchiveNotReady`, `DutiesOpen`, `ExitChanged`, `ExitInvalid`, `ExitStepNotPossible`."""
    step, tenant, database = step_of(command), tenant_of(caller), tx.database
    async with database.transaction(tenant) as own:
        owners = await deciding.list_owners(own)
    if step is Step.TAKE_BACK:
        return await deciding.take_back(tx, id, command.version, owners)
    duties = await deciding.list_duties(database, tenant)
    act = deciding.end if step is Step.END else deciding.erase
    return await act(tx, id, command.version, duties, owners)


async def let_go(database: Database, caller: Caller, command: LetGo) -> Exit:
    """Who runs the hub decides that duties keep an organisation no longer: its owners of today are
    told. Raises `ExitChanged`, `ExitInvalid`, `ExitStepNotPossible`, `NotFound`."""
    async with database.transaction(caller.tenant) as tx:
        leaving = (await deciding.find_exit(tx, command.exit)).organisation
    owners = await following.find_owners(database, leaving)
    async with database.transaction(caller.tenant, actor=caller.actor) as tx:
        return await deciding.let_go(tx, command, owners)


def show_erasure(exit: Exit) -> Erasure:
    """What whoever holds the link of the letter may see: no more than that, and the certificate."""
    erased = exit.state is State.ERASED
    kept = msgspec.convert(exit.certificate, Certificate).kept if erased else ()
    archive = policy.archive_of(exit) if erased else None
    return Erasure(
        name=exit.name, state=exit.state, given_at=exit.given_at, certificate=exit.certificate,
        archive=archive, kept=kept,
    )  # fmt: skip
