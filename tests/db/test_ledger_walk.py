"""A long random walk through the ledger, beside a model of what it must say after every step."""

import random
from collections import Counter

import msgspec
import pytest

from hub import ledger
from hub.core.db import Database
from hub.core.errors import Conflict
from hub.ledger import Draft, Kind
from tests.db.test_ledger import (
    CASH,
    DEPOSITS,
    FEDERATION,
    LODGING,
    OFFICE_SHARE,
    PAYABLE,
    draft,
    organisations,
)

__all__ = ["organisations"]
STEPS = 1_000


class Model:
    """What the ledger must say: balances by code, what waits, and what can still go back."""

    def __init__(self) -> None:
        self.posted: Counter[str] = Counter()
        self.waiting: dict[str, Draft] = {}
        self.reversible: dict[str, tuple[Draft, int]] = {}
        self.everything: list[Draft] = []

    def move(self, made: Draft) -> None:
        self.everything.append(made)
        match made.kind:
            case Kind.PENDING:
                self.waiting[made.reference] = made
                return
            case Kind.POST | Kind.VOID:
                del self.waiting[made.settles or ""]
            case Kind.REVERSAL:
                original, left = self.reversible[made.reverses or ""]
                self.reversible[original.reference] = (original, left - made.amount_cents)
            case Kind.POSTED:
                pass
        if made.kind is not Kind.VOID:
            self.posted[made.debit.code] -= made.amount_cents
            self.posted[made.credit.code] += made.amount_cents
        if made.kind in {Kind.POSTED, Kind.POST}:
            self.reversible[made.reference] = (made, made.amount_cents)


class Walk:
    """Draws the next step: a new transfer, a settlement, a reversal, a repeat, or a mistake."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.model = Model()

    def new(self, reference: str) -> Draft:
        debit, credit = self.random.sample([CASH, DEPOSITS, PAYABLE, OFFICE_SHARE], 2)
        kind = self.random.choice([Kind.POSTED, Kind.PENDING])
        return draft(reference, debit, credit, self.random.randint(1, 500), kind=kind)

    def settlement(self, reference: str) -> Draft | None:
        if not self.model.waiting:
            return None
        waiting = self.random.choice(list(self.model.waiting.values()))
        kind = self.random.choice([Kind.POST, Kind.VOID])
        return msgspec.structs.replace(
            waiting, reference=reference, kind=kind, settles=waiting.reference
        )

    def reversal(self, reference: str) -> Draft | None:
        open_ones = [(made, left) for made, left in self.model.reversible.values() if left]
        if not open_ones:
            return None
        original, left = self.random.choice(open_ones)
        cents = self.random.randint(1, left)
        return reversal_of(original, reference, cents)

    def mistake(self, reference: str) -> Draft | None:
        """Beyond what remains, a settled one again, or a taken reference that says more."""
        choices: list[Draft] = []
        for original, left in self.model.reversible.values():
            choices.append(reversal_of(original, reference, left + 1))
        settled = [made for made in self.model.everything if made.settles]
        choices += [msgspec.structs.replace(made, reference=reference) for made in settled]
        choices += [
            msgspec.structs.replace(made, amount_cents=made.amount_cents + 1)
            for made in self.model.everything
        ]
        return self.random.choice(choices) if choices else None


def reversal_of(original: Draft, reference: str, cents: int) -> Draft:
    return draft(
        reference,
        original.credit,
        original.debit,
        cents,
        kind=Kind.REVERSAL,
        reverses=original.reference,
    )


async def says(database: Database) -> tuple[dict[str, int], int]:
    async with database.transaction(FEDERATION) as tx:
        found = await ledger.trial_balance(tx, FEDERATION)
    assert sum(b.debit_cents for b in found) == sum(b.credit_cents for b in found)
    assert sum(b.pending_debit_cents for b in found) == sum(b.pending_credit_cents for b in found)
    held = {b.code: b.credit_cents - b.debit_cents for b in found}
    return held, sum(b.pending_debit_cents for b in found)


@pytest.mark.parametrize("seed", [1, 2])
async def test_after_every_step_debits_are_credits_and_the_model_agrees(
    database: Database, seed: int
) -> None:
    walk = Walk(seed)
    model = walk.model
    for step in range(STEPS):
        way = walk.random.choice([walk.new, walk.settlement, walk.reversal, walk.mistake, None])
        repeat = way is None and model.everything
        made = walk.random.choice(model.everything) if repeat else (way or walk.new)(f"step:{step}")
        if made is None:
            continue
        try:
            async with database.transaction(LODGING) as tx:
                (posted,) = await ledger.post(tx, FEDERATION, [made])
        except Conflict:
            assert way == walk.mistake, made
        else:
            assert way != walk.mistake, made
            assert posted > 0
            if not repeat:
                model.move(made)
        held, waiting = await says(database)
        assert {code: held.get(code, 0) for code in model.posted} == dict(model.posted)
        assert waiting == sum(made.amount_cents for made in model.waiting.values())
    kinds = Counter(made.kind for made in model.everything)
    assert set(kinds) == set(Kind) - {Kind.EXPIRE}
