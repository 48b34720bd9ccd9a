"""Who receives, and which times can be booked."""

from uuid import UUID, uuid5

from hub import audit, tenancy, territory
from hub.core.db import Tx
from verticals.health.agenda import policy, store
from verticals.health.agenda.errors import AgendaInvalid, AgendaUnknown, SlotTaken
from verticals.health.agenda.models import (
    AddPractitioner,
    Board,
    Offer,
    OpenSlots,
    Practice,
    Practitioner,
    Slot,
    SoughtPractitioners,
    SoughtSlots,
)

MOST_FREE, MOST_SHOWN = 12, 200


async def find_practice(tx: Tx) -> Practice:
    """The practice behind this wall. Raises `AgendaUnknown` for another kind of organisation."""
    found = await tenancy.find_organisation(tx)
    if found.kind is not tenancy.Kind.PRACTICE:
        raise AgendaUnknown()
    zone = territory.zone_of_territory(found.territory_kind, found.territory_code)
    return Practice(tenant=found.id, name=found.name, zone=zone)


async def enter_practice(tx: Tx, space: int) -> Practice:
    """Go behind the wall of the practice whose public address was called. Raises
    `AgendaUnknown`."""
    if not 0 < space < 2**31:
        raise AgendaUnknown()
    tx.enter(space)
    return await find_practice(tx)


async def add_practitioner(tx: Tx, id: UUID, command: AddPractitioner) -> None:
    """Somebody who receives. Raises `AgendaInvalid`, `PractitionerKnown`."""
    if await store.insert_practitioner(tx, id, policy.check_practitioner(command)):
        await audit.record(tx, action="health.practitioner_added", subject=f"practitioner:{id}")


async def set_active(tx: Tx, id: UUID, *, active: bool) -> None:
    """Somebody is struck off the RPPS or has left: nobody books with them; or they receive again.
    What is booked stays until the practice cancels or moves it."""
    await find_practitioner(tx, id, lock=True)
    if await store.keep_active(tx, id, active=active):
        does = "received" if active else "ended"
        await audit.record(tx, action=f"health.practitioner_{does}", subject=f"practitioner:{id}")


async def ask_account(tx: Tx, id: UUID, typed: str, *, role: str | None) -> None:
    """Ask a member of the practice whether somebody who receives is them; until they accept
    nothing changes. Nobody where nothing is chosen: then no account opens anything any more. Only
    who decides about members asks (`role`). Raises `AccountNotYours`, `AgendaInvalid`."""
    policy.check_asks_account(role)
    found = await find_practitioner(tx, id, lock=True)
    members = {str(one.person): one.person for one in await tenancy.list_members(tx)}
    if typed and typed not in members:
        raise AgendaInvalid("Choose a member of the practice.", field="account")
    if typed and members[typed] == found.person:
        await store.ask_account(tx, id, None)
        return
    if typed:
        await store.ask_account(tx, id, members[typed])
    else:
        await store.keep_account(tx, id, None)
    await _note_account(tx, "asked" if typed else "ended", id, members.get(typed))


async def answer_account(tx: Tx, id: UUID, person: int, *, accepts: bool) -> None:
    """Who was asked says that it is them, or that it is not. Raises `AgendaUnknown` for anybody
    else, `AccountTaken` for who is another practitioner."""
    found = await find_practitioner(tx, id, lock=True)
    if found.asked != person:
        raise AgendaUnknown("Nobody has asked you.")
    if accepts:
        await store.keep_account(tx, id, person)
    else:
        await store.ask_account(tx, id, None)
    await _note_account(tx, "accepted" if accepts else "refused", id, person)


async def _note_account(tx: Tx, does: str, id: UUID, person: int | None) -> None:
    await audit.record(
        tx,
        action=f"health.account_{does}",
        subject=f"practitioner:{id}",
        detail={"person": person},
    )


async def find_of_account(tx: Tx, person: int | None) -> Practitioner | None:
    """The practitioner who an account is, while they receive."""
    found = None if person is None else await store.find_of_account(tx, person)
    return found if found is not None and found.active else None


async def list_accounts(tx: Tx) -> list[tuple[str, str]]:
    """The members of the practice: number and name."""
    return [(str(one.person), one.name) for one in await tenancy.list_members(tx)]


async def open_slots(tx: Tx, key: UUID, command: OpenSlots) -> int:
    """Cut some hours into times that can be booked; how many are new. `key` is the form's own: sent
    twice, they open once. Raises `AgendaInvalid`, `SlotsTouch`, `AgendaUnknown`."""
    practice = await find_practice(tx)
    times, modes = policy.cut_slots(command, practice.zone, tx.now)
    practitioner = await find_practitioner(tx, _id_of(command.practitioner), lock=True)
    if not practitioner.active:
        raise AgendaInvalid("Choose somebody who receives.", field="practitioner")
    ids = [uuid5(key, str(number)) for number in range(len(times))]
    new = await store.insert_slots(tx, practitioner.id, ids, times, modes)
    if new:
        subject = f"practitioner:{practitioner.id}"
        await audit.record(tx, action="health.slots_opened", subject=subject, detail={"new": new})
    return new


def _id_of(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise AgendaInvalid("Choose somebody who receives.", field="practitioner") from None


async def close_slot(tx: Tx, id: UUID) -> None:
    """A time is not offered any more. Raises `SlotTaken` when somebody has it."""
    slot = (await store.lock_slots(tx, [id])).get(id)
    if slot is None:
        raise AgendaUnknown()
    if slot.taken:
        raise SlotTaken("Cancel the appointment first.")
    if await store.close_slot(tx, id):
        await audit.record(tx, action="health.slot_closed", subject=f"slot:{id}")


async def find_practitioner(tx: Tx, id: UUID, *, lock: bool = False) -> Practitioner:
    """Raises `AgendaUnknown`."""
    found = await store.find_practitioner(tx, id, lock=lock)
    if found is None:
        raise AgendaUnknown()
    return found


async def list_practitioners(tx: Tx, sought: SoughtPractitioners) -> list[Practitioner]:
    """Those who are asked for."""
    return await store.list_practitioners(tx, sought)


async def list_slots(tx: Tx, sought: SoughtSlots) -> list[Slot]:
    """The times that are asked for, by id."""
    return await store.list_slots(tx, sought)


async def list_offers(tx: Tx) -> list[Offer]:
    """Everybody who receives, with their next free times."""
    return [
        Offer(practitioner=one, slots=await store.list_free(tx, one.id, MOST_FREE))
        for one in await store.list_practitioners(tx, SoughtPractitioners(active=True))
    ]


async def find_slot(tx: Tx, id: UUID) -> Slot:
    """Raises `AgendaUnknown`."""
    found = await store.find_slot(tx, id)
    if found is None:
        raise AgendaUnknown()
    return found


async def see_board(tx: Tx) -> Board:
    """What the practice sees: who receives, who comes, what is free."""
    offers = await list_offers(tx)
    free = sorted((s for offer in offers for s in offer.slots), key=lambda slot: slot.begins_at)
    return Board(
        practice=await find_practice(tx),
        practitioners=await store.list_practitioners(tx, SoughtPractitioners()),
        appointments=await store.list_coming(tx, state="booked", wanted=MOST_SHOWN),
        free=free,
    )
