"""What to move next for a stay: tables over the ledger's rows."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.ledger import Kind, Transfer
from tourism.settlement import policy
from tourism.settlement.models import Earned, Held, MoveState, ShareMove

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HOUSE, OFFICE, PLATFORM = 5, 7, 1


def transfer(number: int, kind: Kind, debit: tuple, credit: tuple, cents: int) -> Transfer:
    return Transfer(
        id=number, reference=f"booking:x:{number}", kind=kind, debit_code=debit[1],
        credit_code=credit[1], debit_holder=debit[0], credit_holder=credit[0],
        amount_cents=cents, currency="EUR", shared=False, booked_at=NOW,
    )  # fmt: skip


def move(number: int, state: MoveState, reverses: int | None = None, **parts: int) -> ShareMove:
    return ShareMove(
        id=UUID(int=number), holder=OFFICE, parts={f"office.{c}": v for c, v in parts.items()},
        reverses=UUID(int=reverses) if reverses else None, state=state,
        reference="tr" if state is MoveState.DONE else None,
        refusal="no" if state is MoveState.REFUSED else None, asked_at=NOW,
    )  # fmt: skip


DEPOSITS = (PLATFORM, "guest.deposits")
ROWS = [
    transfer(1, Kind.POSTED, DEPOSITS, (HOUSE, "lodging.payable"), 9_000),
    transfer(2, Kind.POSTED, DEPOSITS, (OFFICE, "office.share"), 300),
    transfer(3, Kind.POSTED, (HOUSE, "lodging.payable"), (OFFICE, "office.vat"), 60),
    transfer(4, Kind.POSTED, DEPOSITS, (PLATFORM, "platform.share"), 500),
    transfer(5, Kind.POSTED, DEPOSITS, (PLATFORM, "tourist_tax.commune"), 110),
    transfer(6, Kind.PENDING, DEPOSITS, (OFFICE, "office.share"), 77),
    transfer(7, Kind.REVERSAL, (OFFICE, "office.share"), DEPOSITS, 100),
]


def test_what_is_earned_is_what_the_ledger_has_posted_and_not_taken_back() -> None:
    assert policy.earned_by(ROWS, PLATFORM) == [
        Earned(holder=HOUSE, parts={"lodging.payable": 8_940}),
        Earned(holder=OFFICE, parts={"office.share": 200, "office.vat": 60}),
    ]


def test_the_division_of_a_price_adds_up_to_what_left_the_deposits() -> None:
    detail = policy.detail_of(ROWS)
    assert sum(detail.values()) == 9_000 + 300 + 500 + 110 - 100
    assert detail["tourist_tax.commune"] == 110


@pytest.mark.parametrize(
    ("earned", "moves", "disputed", "steps"),
    [
        ({"share": 200, "vat": 40}, [], False, [({"share": 200, "vat": 40}, None)]),
        ({"share": 200}, [move(1, MoveState.DONE, share=200)], False, []),
        ({"share": 200}, [move(1, MoveState.ASKED, share=200)], False, []),
        ({"share": 200}, [move(1, MoveState.REFUSED, share=200)], False, [({"share": 200}, None)]),
        ({"share": 250}, [move(1, MoveState.DONE, share=200)], False, [({"share": 50}, None)]),
        ({"share": 150}, [move(1, MoveState.DONE, share=200)], False, [({"share": -50}, 1)]),
        ({"share": 200}, [move(1, MoveState.DONE, share=200)], True, [({"share": -200}, 1)]),
        ({"share": 200}, [], True, []),
        (
            {"share": 0},
            [move(1, MoveState.DONE, share=200), move(2, MoveState.DONE, share=50)],
            False,
            [({"share": -50}, 2), ({"share": -200}, 1)],
        ),
        (
            {"share": 100},
            [move(1, MoveState.DONE, share=200), move(2, MoveState.DONE, 1, share=-60)],
            False,
            [({"share": -40}, 1)],
        ),
    ],
    ids=[
        "the first time", "all moved", "under way", "refused before", "more earned",
        "less earned", "disputed after", "disputed before", "newest first", "taken back in part",
    ],
)  # fmt: skip
def test_the_next_steps_bring_what_was_moved_to_what_is_earned(
    earned: dict, moves: list, disputed: bool, steps: list
) -> None:
    own = Earned(holder=OFFICE, parts={f"office.{code}": cents for code, cents in earned.items()})
    found = policy.next_steps(own, moves, disputed=disputed)
    said = [
        (
            {code.removeprefix("office."): cents for code, cents in step.parts.items()},
            step.reverses.id.int if step.reverses else None,
        )
        for step in found
    ]
    assert said == steps


cents = st.integers(0, 5_000)


@given(st.lists(st.tuples(cents, cents), min_size=1, max_size=6))
def test_however_a_share_changes_what_moved_follows_and_never_beyond_a_movement(
    versions: list[tuple[int, int]],
) -> None:
    """Each version of the earned parts is settled in turn; the sum follows, cent by cent."""
    moves: list[ShareMove] = []
    for share, vat in versions:
        own = Earned(holder=OFFICE, parts={"office.share": share, "office.vat": vat})
        for step in policy.next_steps(own, moves, disputed=False):
            number = len(moves) + 1
            back = step.reverses
            moves.append(
                ShareMove(
                    id=UUID(int=number), holder=OFFICE, parts=step.parts,
                    reverses=back.id if back else None, state=MoveState.DONE, reference="tr",
                    refusal=None, asked_at=NOW,
                )
            )  # fmt: skip
        assert sum(move.cents for move in moves) == share + vat
        for one in moves:
            if one.reverses is None:
                backs = sum(m.cents for m in moves if m.reverses == one.id)
                assert 0 <= one.cents + backs <= one.cents


@pytest.mark.parametrize(
    ("reference", "held"),
    [
        ("booking:x:house", Held.HOUSE_OWES),
        ("booking:x:2:house", Held.HOUSE_OWES),
        ("booking:x:absorbed:house_debt", Held.NOTHING),
    ],
    ids=["paid at the house", "of a later version", "borne by a fund"],
)
def test_the_others_wait_for_a_house_that_its_guest_has_paid_and_for_no_other(
    reference: str, held: Held
) -> None:
    paid = msgspec.structs.replace(ROWS[0], reference=reference)
    own = Earned(holder=HOUSE, parts={"lodging.payable": 100})
    moved = msgspec.structs.replace(move(1, MoveState.DONE, share=200), holder=HOUSE)
    assert policy.waits_for([paid], [own], [moved], HOUSE, 0) is held


def test_two_banks_take_no_more_back_of_a_payment_than_it_has_paid() -> None:
    paid = move(1, MoveState.DONE, share=-300, vat=-200)
    first = policy.undone(paid, [paid], 350)
    assert sum(first.values()) == 350
    back = msgspec.structs.replace(
        move(2, MoveState.DONE), parts=first, reverses=paid.id, reference="debt:dispute:1"
    )
    second = policy.undone(paid, [paid, back], 350)
    assert {code: first.get(code, 0) + second.get(code, 0) for code in paid.parts} == {
        "office.share": 300, "office.vat": 200,
    }  # fmt: skip
    assert sum(second.values()) == 150


@pytest.mark.parametrize(
    ("moves", "disputed", "payable", "held"),
    [
        ([move(1, MoveState.DONE, share=200)], False, True, Held.NOTHING),
        ([], False, False, Held.NOT_PAYABLE),
        ([move(1, MoveState.REFUSED, share=200)], False, True, Held.REFUSED),
        ([move(1, MoveState.ASKED, share=200)], False, True, Held.UNDER_WAY),
        ([], True, True, Held.DISPUTED),
        ([move(1, MoveState.DONE, share=300)], False, False, Held.REFUSED),  # owes 100
    ],
)
def test_a_line_says_why_something_is_still_due(
    moves: list, disputed: bool, payable: bool, held: Held
) -> None:
    own = Earned(holder=OFFICE, parts={"office.share": 200})
    assert policy.why_held(own, moves, disputed=disputed, payable=payable) is held
