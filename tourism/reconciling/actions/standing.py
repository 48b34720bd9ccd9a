"""How it stands, and what a person has found out about a difference."""

from datetime import timedelta

from hub import audit
from hub.core.db import Tx
from hub.core.errors import Invalid, NotFound
from tourism.reconciling import store
from tourism.reconciling.models import Debt, Standing

SHOWN = timedelta(days=400)
OPEN_MOST, CLOSED_MOST, NOTE_MOST = 500, 50, 500


async def find_standing(tx: Tx) -> Standing:
    """The last run, the open differences, the oldest first, those closed of late, the debts, and
    the platform's own movements of some thirteen months."""
    return Standing(
        last=await store.last_run(tx),
        open=tuple(await store.list_open(tx, OPEN_MOST)),
        closed=tuple(await store.list_closed(tx, CLOSED_MOST)),
        debts=tuple(await list_debts(tx)),
        payouts=tuple(await store.list_own_payouts(tx, (tx.now - SHOWN).date(), CLOSED_MOST)),
        months=tuple(await store.list_own_months(tx, tx.now - SHOWN, OPEN_MOST)),
    )


async def list_debts(tx: Tx) -> list[Debt]:
    """Who owes what after a refund, a dispute or a stay paid at its house, the oldest first."""
    return await store.list_debts(tx, OPEN_MOST)


async def note_break(tx: Tx, key: str, note: str) -> None:
    """Write down what is known of an open difference. It stays open until both sides agree."""
    said = _checked(note)
    if not await store.note_break(tx, key, said):
        raise NotFound("This difference is closed, or was never found.")
    await audit.record(tx, action="reconciling.note", subject=f"money_break:{key}")


async def explain_break(tx: Tx, key: str, note: str) -> None:
    """Say what a difference is that no comparison closes, and close it. The same words once more
    change nothing."""
    said = _checked(note)
    if not said:
        raise Invalid("Say what it is.", field="note")
    if not await store.explain_break(tx, key, said):
        if await store.is_explained(tx, key, said):
            return
        raise NotFound("This difference is closed, or was never found.")
    await audit.record(tx, action="reconciling.explain", subject=f"money_break:{key}")


def _checked(note: str) -> str:
    said = " ".join(note.split())
    if len(said) > NOTE_MOST:
        raise Invalid("Say it in fewer words.", field="note")
    return said
