"""Which copy and which changes a restore takes, and what may go."""

from datetime import UTC, datetime

import pytest

from hub.backups import BackupError, Copy, policy
from hub.backups.command import read_instant


def _copy(hour: int, first: str) -> Copy:
    at = datetime(2026, 12, 1, hour, tzinfo=UTC)
    whole = at.replace(minute=5)
    return Copy(begun_at=at, whole_at=whole, first_segment=first, major=18)


FIRST, SECOND = "0000000100000000000000FE", "000000010000000100000002"
COPIES = {"a": _copy(1, FIRST), "b": _copy(3, SECOND)}
BETWEEN = ["0000000100000000000000FF", "000000010000000100000000", "000000010000000100000001"]


@pytest.mark.parametrize(
    ("hour", "minute", "chosen"),
    [(None, 0, "b"), (4, 0, "b"), (3, 5, "b"), (3, 4, "a"), (1, 5, "a")],
)
def test_the_newest_copy_that_was_whole_at_the_instant_is_taken(
    hour: int | None, minute: int, chosen: str
) -> None:
    until = None if hour is None else datetime(2026, 12, 1, hour, minute, tzinfo=UTC)
    assert policy.choose_copy(COPIES, until) == chosen


def test_an_instant_before_the_first_copy_cannot_come_back() -> None:
    with pytest.raises(BackupError, match="before 2026-12-01 01:05:00 UTC"):
        policy.choose_copy(COPIES, datetime(2026, 12, 1, 1, 4, tzinfo=UTC))
    with pytest.raises(BackupError, match="no whole copy"):
        policy.choose_copy({}, None)


def test_changes_go_on_over_the_end_of_a_log_and_end_with_what_was_being_written() -> None:
    names = [FIRST, *BETWEEN, f"{SECOND}.partial", "00000002.history", "0000000100000000000000FD"]
    chosen = [FIRST, *BETWEEN, f"{SECOND}.partial"]
    assert policy.list_segments(FIRST, names) == chosen
    assert policy.list_segments(FIRST, [*names, SECOND]) == [*chosen[:-1], SECOND]


def test_a_gap_in_the_changes_is_refused() -> None:
    with pytest.raises(BackupError, match="0000000100000000"):
        policy.list_segments(FIRST, [FIRST, BETWEEN[0], BETWEEN[2]])
    with pytest.raises(BackupError, match="gap"):
        policy.list_segments(FIRST, BETWEEN[1:])


def test_what_no_copy_needs_any_more_may_go() -> None:
    assert policy.list_droppable_copies(COPIES, 1) == ["a"]
    assert policy.list_droppable_copies(COPIES, 2) == []
    for none in (0, -1):  # the copy just made would go
        with pytest.raises(BackupError, match="at least one"):
            policy.list_droppable_copies(COPIES, none)
    names = [FIRST, *BETWEEN, SECOND, f"{FIRST}.partial", "00000002.history"]
    assert policy.list_droppable_segments([COPIES["b"]], names) == [FIRST, *BETWEEN]
    assert policy.list_droppable_segments(list(COPIES.values()), names) == []


@pytest.mark.parametrize("wrong", ["yesterday", "2026-12-01", "2026-12-01T10:00:00"])
def test_an_instant_has_its_zone(wrong: str) -> None:
    with pytest.raises(BackupError, match="no instant"):
        read_instant(wrong)
    assert read_instant("2026-12-01T10:00:00Z") == datetime(2026, 12, 1, 10, tzinfo=UTC)
