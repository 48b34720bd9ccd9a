"""A call for help: one contact after the other, until one accepts. Every step is written down."""

from uuid import UUID

from hub import audit
from hub.core import outbox
from hub.core.db import Tx
from verticals.seniors import policy, store
from verticals.seniors.actions import letters
from verticals.seniors.actions.following import find_senior
from verticals.seniors.errors import NobodyToCall, NotYours, SeniorUnknown
from verticals.seniors.models import Call, Contact, PatienceOver, Senior


async def call_help(tx: Tx, senior: UUID) -> None:
    """Call the first contact; pressed again while a call is open, nothing changes.

    Raises `NobodyToCall`: without a contact there is no promise to make.
    """
    person = await find_senior(tx, senior, lock=True)
    first = policy.next_contact(await store.list_contacts(tx, senior), after=0)
    if first is None:
        raise NobodyToCall("Nobody is on the list yet. In an emergency, call 15 or 112.")
    id = tx.uuid()
    if await store.insert_call(tx, id, senior, first.rank):
        await store.insert_step(tx, senior, "called", person.name)
        await audit.record(tx, action="senior.called", subject=f"senior:{senior}")
        await _ask(tx, id, person, first)


async def end_patience(tx: Tx, message: PatienceOver) -> None:
    """The next contact, when the one before has not answered."""
    call = await store.lock_call(tx, message.call)
    if call is not None and call.state == "calling" and call.rank == message.rank:
        await _next(tx, call, "no-answer")


async def answer_call(tx: Tx, contact: UUID, *, accepts: bool) -> None:
    """A contact accepts, or cannot come: then the next is called at once.

    Raises `NotYours` when the call is over or somebody else has accepted it.
    """
    answering = await find_contact(tx, contact)
    await find_senior(tx, answering.senior, lock=True)
    newest = await store.find_call(tx, answering.senior)
    call = await store.lock_call(tx, newest.id) if newest else None
    if call is None or call.contact == contact:
        return
    if call.state != "calling" or call.rank < answering.rank:
        raise NotYours("This call is over, or somebody else answers it.")
    if accepts:
        await store.keep_call(tx, call.id, "accepted", call.rank, contact)
        await store.insert_step(tx, call.senior, "accepted", answering.name)
    elif call.rank == answering.rank:
        await _next(tx, call, "refused")


async def find_contact(tx: Tx, id: UUID) -> Contact:
    found = await store.find_contact(tx, id)
    if found is None:
        raise SeniorUnknown()
    return found


async def _next(tx: Tx, call: Call, why: str) -> None:
    contacts, senior = (
        await store.list_contacts(tx, call.senior),
        await find_senior(tx, call.senior),
    )
    before = next((c.name for c in contacts if c.rank == call.rank), "")
    await store.insert_step(tx, call.senior, why, before)
    following = policy.next_contact(contacts, after=call.rank)
    if following is None:
        await store.keep_call(tx, call.id, "unanswered", call.rank)
        await store.insert_step(tx, call.senior, "unanswered", "")
        await letters.write_unanswered(tx, senior)
    else:
        await store.keep_call(tx, call.id, "calling", following.rank)
        await _ask(tx, call.id, senior, following)


async def _ask(tx: Tx, call: UUID, senior: Senior, contact: Contact) -> None:
    await letters.write_call(tx, senior, contact)
    await store.insert_step(tx, senior.id, "asked", contact.name)
    over = PatienceOver(call=call, rank=contact.rank)
    await outbox.emit_at(tx, tx.now + policy.PATIENCE, over)
