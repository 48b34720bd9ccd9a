"""The decisions of booking: the life of a stay, what comes back, and who may be written to."""

from tourism.booking.policy.guests import check_guest
from tourism.booking.policy.life import LIFE, decide, is_late
from tourism.booking.policy.refunds import (
    penalties_of,
    refund_of,
    refund_of_no_show,
    worth_of,
)
from tourism.booking.policy.times import (
    check_may_begin,
    check_may_cancel,
    check_may_miss,
    check_may_pay,
    no_show_from,
)

__all__ = [
    "LIFE",
    "check_guest",
    "check_may_begin",
    "check_may_cancel",
    "check_may_miss",
    "check_may_pay",
    "decide",
    "is_late",
    "no_show_from",
    "penalties_of",
    "refund_of",
    "refund_of_no_show",
    "worth_of",
]
