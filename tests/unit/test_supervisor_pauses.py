"""The supervisor's pauses between restarts."""

import pytest

from hub.core.supervisor import backoff_s


@pytest.mark.parametrize(
    ("failures", "pause_s"),
    [(1, 0), (2, 0.5), (3, 1), (4, 2), (5, 4), (6, 7.5), (7, 7.5), (10_000, 7.5)],
)
def test_the_first_restart_is_at_once_and_pauses_double_up_to_a_limit(
    failures: int, pause_s: float
) -> None:
    assert backoff_s(failures) == pause_s
