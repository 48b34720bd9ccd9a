"""How the watcher of ways out reads a pass, and how long it waits after one that failed."""

import pytest

from hub import exit_watch


@pytest.mark.parametrize(
    ("said", "clean"),
    [
        (b"1 archived\n0 erased\n0 failed\n", True),
        (b"0 archived\n0 erased\n10 failed\n", False),
        (b"0 archived\n0 erased\n1 failed\n", False),
        (b"", False),
    ],
)
def test_a_pass_is_clean_when_its_count_of_what_failed_is_nought(said: bytes, clean: bool) -> None:
    assert exit_watch.is_clean(said) is clean


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 2.0), (1, 4.0), (8, 512.0), (9, 900.0), (5000, 900.0)]
)
def test_the_wait_doubles_and_ends_at_a_quarter_of_an_hour(failures: int, seconds: float) -> None:
    assert exit_watch.pause_after(failures) == seconds
