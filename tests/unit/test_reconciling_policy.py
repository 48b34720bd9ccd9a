"""What an account should hold, whatever part of its payouts is looked at one by one."""

from datetime import UTC, date, datetime

import pytest

from hub.payments.models import Payout
from tourism.reconciling import policy
from tourism.reconciling.models import AccountMoves, BreakKind, KnownPayout

NOW = datetime(2027, 6, 1, 3, tzinfo=UTC)


def known(id: str, cents: int, state: str = "paid") -> KnownPayout:
    return KnownPayout(id=id, cents=cents, state=state, arrives_on=date(2027, 5, 20))


@pytest.mark.parametrize(
    ("out_cents", "ours", "balance", "held"),
    [
        (0, [known("po_1", 700)], 300, None),
        # 600 went to the bank before the payouts that are compared one by one.
        (600, [known("po_1", 300)], 100, None),
        (600, [known("po_1", 300)], 700, 100),
        # One that came back is on the account again.
        (600, [known("po_1", 300, "failed")], 400, None),
    ],
)
def test_an_account_holds_what_was_moved_less_old_and_new_payouts(
    out_cents: int, ours: list[KnownPayout], balance: int, held: int | None
) -> None:
    moves = AccountMoves(account="acct_1", cents=1_000, out_cents=out_cents, under_way=False)
    found = policy.check_account(moves, ours, [], balance, NOW)
    assert [(one.kind, one.ours_cents) for one in found] == (
        [] if held is None else [(BreakKind.ACCOUNT, held)]
    )


def test_only_what_may_have_been_lost_is_heard_again() -> None:
    theirs = [
        Payout(id=id, amount_cents=5, state="paid", failure=None, arrives_on=date(2027, 5, 20))
        for id in ("po_new", "po_same", "po_late")
    ]
    ours = [known("po_same", 5), known("po_late", 5, "in_transit"), known("po_gone", 5)]
    found = policy.compare_payouts(ours, theirs, since=datetime(2027, 3, 1, tzinfo=UTC), now=NOW)
    assert policy.to_hear_again(found) == ["po_new", "po_late"]
    assert len(found) == 3
