"""How long the law keeps rows of an organisation that was erased."""

from datetime import date
from itertools import permutations

import pytest

from hub.core.vertical import Kept, Portability, Slice
from hub.portability import policy
from hub.portability.models import Column, Table

ERASED = date(2026, 5, 4)
ACCOUNTS = Kept(years=10, why="accounts")
CARE = Kept(years=20, why="records of care")
CHAIN = Kept(years=6, why="a chain", sealed=True)


def rules(*laws: Kept) -> policy.Rules:
    """Each law is said by a slice of its own."""
    return policy.rules_of(
        Slice(package=f"slice.{number}", portability=Portability(kept={"voucher": law}))
        for number, law in enumerate(laws)
    )


@pytest.mark.parametrize("laws", [*permutations((ACCOUNTS, Kept(years=3, why="claims"), CARE))])
def test_the_longest_lawful_time_wins_whoever_says_it(laws: tuple[Kept, ...]) -> None:
    found = rules(*laws)
    tenant = Column(name="tenant", type="integer")
    voucher = Table(name="voucher", columns=(tenant,), key=("tenant",), links=(), guarded=False)
    assert found.kept["voucher"] == CARE
    assert policy.next_ending(found, ERASED, ERASED) == date(2047, 1, 1)
    assert policy.ending(found, [voucher], ERASED, date(2046, 12, 31)) == []
    assert policy.ending(found, [voucher], ERASED, date(2047, 1, 1)) == [voucher]


@pytest.mark.parametrize("laws", [*permutations((ACCOUNTS, CHAIN))])
def test_what_one_of_them_seals_stays(laws: tuple[Kept, ...]) -> None:
    found = rules(*laws)
    assert (found.kept["voucher"].years, found.kept["voucher"].sealed) == (10, True)
    assert policy.next_ending(found, ERASED, ERASED) is None
