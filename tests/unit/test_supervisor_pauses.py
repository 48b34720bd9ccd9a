"""The supervisor's pauses between restarts."""

import pytest

from hub.core.supervisor import backoff_s


@pytest.mark.parametrize(
    ("failures", "pause_s"), [(1, 0.5), (2, 1), (3, 2), (4, 4), (5, 7.5), (6, 7.5), (10_000, 7.5)]
)
def test_pauses_double_up_to_a_limit(failures: int, pause_s: float) -> None:
    assert backoff_s(failures) == pause_s
