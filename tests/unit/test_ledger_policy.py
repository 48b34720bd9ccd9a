"""What a list of drafts must be before it reaches the database."""

import msgspec
import pytest

from hub.ledger.errors import DraftInvalid
from hub.ledger.models import Draft, Kind, Side
from hub.ledger.policy import DRAFTS_MAX, check_drafts

CASH = Side(holder=1, code="psp.cash")
DEPOSITS = Side(holder=1, code="guest.deposits")
GOOD = Draft(reference="charge:1", debit=CASH, credit=DEPOSITS, amount_cents=100)


def but(**changes: object) -> Draft:
    return msgspec.structs.replace(GOOD, **changes)


def test_a_whole_booking_is_well_formed() -> None:
    check_drafts(
        [
            but(kind=Kind.PENDING),
            but(reference="charge:1:post", kind=Kind.POST, settles="charge:1"),
            but(
                reference="booking:1:tax",
                debit=DEPOSITS,
                credit=Side(holder=1, code="tourist_tax.ts-74010_2"),
            ),
            but(
                reference="booking:1:tax:reversal",
                debit=Side(holder=1, code="tourist_tax.ts-74010_2"),
                credit=DEPOSITS,
                kind=Kind.REVERSAL,
                reverses="booking:1:tax",
            ),
        ]
    )
    check_drafts([])


def test_two_holders_may_have_accounts_of_one_code() -> None:
    check_drafts([but(credit=Side(holder=2, code="psp.cash"))])


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        (but(reference=""), "from 1 to 200 characters"),
        (but(reference="r" * 201), "from 1 to 200 characters"),
        (but(amount_cents=0), "above zero"),
        (but(amount_cents=-1), "above zero"),
        (but(amount_cents=10**15 + 1), "above zero"),
        (but(credit=CASH), "debits the account that it credits"),
        (but(credit=Side(holder=1, code="Guest Deposits")), "not the code of an account"),
        (but(credit=Side(holder=1, code="guest.")), "not the code of an account"),
        (but(kind=Kind.POST), "settle a pending transfer"),
        (but(kind=Kind.VOID), "settle a pending transfer"),
        (but(settles="charge:0"), "settle a pending transfer"),
        (but(kind=Kind.PENDING, settles="charge:0"), "settle a pending transfer"),
        (but(kind=Kind.REVERSAL), "reverses a transfer"),
        (but(reverses="charge:0"), "reverses a transfer"),
    ],
)
def test_a_malformed_draft_is_refused_by_its_reference(draft: Draft, says: str) -> None:
    with pytest.raises(DraftInvalid) as refused:
        check_drafts([draft])
    assert says in str(refused.value)
    assert refused.value.extra == {"reference": draft.reference}


def test_a_reference_that_stands_twice_is_refused_and_its_cents_are_not_lost() -> None:
    with pytest.raises(DraftInvalid, match="twice"):
        check_drafts([GOOD, GOOD])


def test_a_list_is_bounded() -> None:
    check_drafts([but(reference=f"r:{n}") for n in range(DRAFTS_MAX)])
    with pytest.raises(DraftInvalid, match="At most"):
        check_drafts([but(reference=f"r:{n}") for n in range(DRAFTS_MAX + 1)])
