"""The decisions of booking: the life of a stay, its times, and who may be written to."""

from tourism.booking.policy.guests import check_guest
from tourism.booking.policy.life import LIFE, decide, is_late
from tourism.booking.policy.notes import clean_note
from tourism.booking.policy.times import (
    check_may_begin,
    check_may_cancel,
    check_may_miss,
    check_may_pay,
    check_paid_here,
    no_show_from,
)

__all__ = [
    "LIFE",
    "check_guest",
    "check_may_begin",
    "check_may_cancel",
    "check_may_miss",
    "check_may_pay",
    "check_paid_here",
    "clean_note",
    "decide",
    "is_late",
    "no_show_from",
]
