"""Somebody with an account proves the address of it, and finds every stay that was booked under it,
also those of before the account."""

from datetime import timedelta
from uuid import UUID

from hub.core import outbox
from hub.core.caller import Caller
from hub.core.db import Tx
from hub.core.errors import NotSignedIn
from tourism.stays import store
from tourism.stays.errors import ProofOver, ProofTooOften
from tourism.stays.models import OwnStay, ProofAsked, StayEmail

GOOD_FOR = timedelta(hours=24)
PAUSE = timedelta(minutes=2)
MOST_A_DAY = 5
MOST_SHOWN = 200


async def find_email(tx: Tx, caller: Caller) -> StayEmail | None:
    """What is known of the address of the caller's account. Raises `NotSignedIn`."""
    person, email = _who(caller)
    return await store.find_email(tx, person, email)


async def list_stays(tx: Tx, caller: Caller) -> list[OwnStay]:
    """All stays under the caller's proven address, the latest arrival first; none before it is
    proven."""
    person, _ = _who(caller)
    return await store.list_stays(tx, person, MOST_SHOWN)


async def ask_proof(tx: Tx, caller: Caller, language: str) -> None:
    """Have the letter sent whose link proves the address. Raises `ProofTooOften`."""
    person, email = _who(caller)
    known = await store.find_email(tx, person, email)
    if known is not None and known.proven_at is not None:
        return
    asked = await store.ask_proof(
        tx,
        person,
        email,
        before=tx.now - PAUSE,
        yesterday=tx.now - timedelta(days=1),
        most=MOST_A_DAY,
    )
    if asked is None:
        raise ProofTooOften("Look among your letters, or try again later.", retry_after_s=120)
    wanted = ProofAsked(
        proof=asked.id, person=person, name=caller.name or "", email=email, language=language
    )
    operator = await store.find_operator(tx)
    if operator is not None:
        await outbox.emit_for(tx, operator, wanted)


async def prove(tx: Tx, caller: Caller, person: int, proof: UUID) -> None:
    """The link was followed: the address is the caller's, if it is the one who asked. Proving it
    again changes nothing. Raises `ProofOver`."""
    own, email = _who(caller)
    if own != person:
        raise ProofOver("Sign in with the account that asked for it.")
    if await store.prove_email(tx, proof, own, tx.now - GOOD_FOR):
        return
    known = await store.find_email(tx, own, email)
    if known is None or known.id != proof or known.proven_at is None:
        raise ProofOver("Ask for another letter.")


def _who(caller: Caller) -> tuple[int, str]:
    if caller.person is None or caller.email is None:
        raise NotSignedIn("Sign in to see this page.")
    return caller.person, caller.email
