"""References of bookings: sayable, short, and never used up."""

import re

from hub.core.clock import SeededIds
from tourism.booking.references import FIRST, NUMBERS, PLACES, TREES, draw_reference


def test_there_are_enough_for_every_stay_of_the_country() -> None:
    """Thirty million stays a year, five holds for each, ten years."""
    assert len(PLACES) * len(TREES) * NUMBERS > 30_000_000 * 5 * 10


def test_each_is_two_words_and_six_digits_and_no_longer_than_a_bank_statement_has_room() -> None:
    ids = SeededIds(7)
    drawn = {draw_reference(ids) for _ in range(5_000)}
    assert len(drawn) > 4_990
    assert all(re.fullmatch(r"[A-Z]{2,7}-[1-9][0-9]{5}-[A-Z]{2,7}", one) for one in drawn)
    longest = max(map(len, PLACES)) + len(f"-{FIRST + NUMBERS - 1}-") + max(map(len, TREES))
    assert longest == 22
