"""On which days the platform can have made a transfer: days of its bank, not of the servers."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from hub.core.errors import Invalid
from tourism.amends.models import Amends, Standing
from tourism.amends.policy import check_payable

LATE = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)  # the 2nd in Paris
OWED = Amends(
    booking=UUID(int=1),
    tenant=1,
    platform=2,
    scheme=3,
    reference="T1",
    house="La maison",
    amount_cents=5_000,
    state=Standing.READY,
    holder="Ada Martin",
    iban="FR1420041010050500013M02606",
    made_at=LATE,
    paid_on=None,
    paid_reference=None,
)


@pytest.mark.parametrize(("day", "ok"), [(1, False), (2, True), (3, False)])
def test_a_transfer_is_of_a_day_in_paris_since_it_was_owed(day: int, ok: bool) -> None:
    paid_on = date(2027, 3, day)
    if ok:
        check_payable(OWED, paid_on, LATE)
    else:
        with pytest.raises(Invalid):
            check_payable(OWED, paid_on, LATE)
