"""What a launcher sees and changes of a service between its steps."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from hub import audit, identity, tenancy, usage
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.sentences import say
from hub.gates.models import State
from hub.services import store
from hub.services.actions.launching import PARIS, check_role, find_service
from hub.services.actions.metering import METER
from hub.services.errors import QuotaSpent, ServiceInvalid, ServiceOver, StepNotPossible
from hub.services.models import AskFaults, Dress, Event, MonthUse, Service, Use
from hub.services.policy import steps
from hub.services.policy.colours import check_colour
from hub.tenancy import Member, NoAccount, Role

DAYS_SHOWN, MONTHS_SHOWN = 14, 12
FAULTS_MOST = 100


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A service with what happened to it, its use of late, and what meters its launcher's writes
    this month (none: nothing is billed)."""

    service: Service
    events: Sequence[Event]
    use: Sequence[Use]
    months: Sequence[MonthUse]
    meter: usage.Metered | None


async def list_services(tx: Tx) -> list[Service]:
    """The services of the launcher, those that are over last."""
    return await store.list_services(tx, local_date(tx.now, PARIS))


async def see_service(tx: Tx, id: UUID) -> Seen:
    """One service. Raises `NotFound`."""
    return Seen(
        service=await find_service(tx, id),
        events=await store.list_events(tx, id),
        use=await store.list_use(tx, id, DAYS_SHOWN),
        months=await store.list_months(tx, id, MONTHS_SHOWN),
        meter=await usage.find_metered(tx, METER),
    )


async def dress(tx: Tx, id: UUID, command: Dress, *, role: str | None) -> Service:
    """Change how a service looks. Raises `ServiceInvalid`, `ServiceNotYours`."""
    check_role(role)
    name, colour = steps.check_name(command.name), check_colour(command.colour)
    if len(command.legal.strip()) > steps.LEGAL_LETTERS:
        raise ServiceInvalid(
            say("At most %(most)s letters.", most=steps.LEGAL_LETTERS), field="legal"
        )
    await store.lock_service(tx, id)
    await find_service(tx, id)
    await store.dress_service(tx, id, name, colour, command.legal.strip())
    await audit.record(tx, action="service.dressed", subject=f"service:{id}")
    return await find_service(tx, id)


async def ask_faults(tx: Tx, id: UUID, command: AskFaults, *, role: str | None) -> Service:
    """Let the next requests of a sandbox fail. Raises `ServiceInvalid`, `StepNotPossible`."""
    check_role(role)
    if command.fault not in {"", "refuse", "slow"}:
        raise ServiceInvalid("Choose a fault.", field="fault")
    times = command.times if command.fault else 0
    if command.fault and not 1 <= times <= FAULTS_MOST:
        raise ServiceInvalid(say("Between 1 and %(most)s times.", most=FAULTS_MOST), field="times")
    await find_service(tx, id)
    if not await store.ask_faults(tx, id, command.fault, times):
        raise StepNotPossible("Only a sandbox fails on demand.")
    return await find_service(tx, id)


async def find_open(tx: Tx, id: UUID, *, role: str | None) -> Service:
    """A service that has a space, for who decides on it. Raises `NotFound`, `ServiceOver`,
    `ServiceNotYours`."""
    check_role(role)
    service = await find_service(tx, id)
    if service.space is None:
        raise ServiceOver()
    return service


async def list_people(tx: Tx) -> list[Member]:
    """Who belongs to a service; `tx` stands behind the wall of its space."""
    return await tenancy.list_members(tx)


async def add_person(tx: Tx, email: str, state: State) -> None:
    """Let somebody with an account work in a service; `tx` stands behind the wall of its space.

    Raises `QuotaSpent`, `AlreadyMember`, `NoAccount`."""
    most = steps.QUOTAS[state].people
    if most is not None and len(await tenancy.list_members(tx)) >= most:
        raise QuotaSpent(say("At most %(most)s people in this state.", most=most), field="email")
    person = await identity.find_person_by_email(tx, email)
    if person is None:
        raise NoAccount("The person opens an account first.", field="email")
    await tenancy.add_member(tx, person=person.id, role=Role.MANAGER, caller_role=Role.OWNER)


async def remove_person(tx: Tx, person: int) -> None:
    """Somebody works in the service no more; `tx` stands behind the wall of its space.

    Raises `LastOwner`, `NotFound`."""
    await tenancy.remove_member(tx, person=person, caller_role=Role.OWNER)
