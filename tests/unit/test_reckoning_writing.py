"""What is copied as memory is bytes, one after the other."""

import numpy as np
import pytest
from numba.core.errors import TypingError

from tourism.reckoning.writing import copy

BYTES = np.arange(1, 9, dtype=np.uint8)


def test_bytes_are_copied_to_their_place() -> None:
    out = np.zeros(8, np.uint8)
    assert copy(out, 2, BYTES, 4, 3) == 5
    assert out.tolist() == [0, 0, 5, 6, 7, 0, 0, 0]


@pytest.mark.parametrize(
    ("out", "text"),
    [
        (np.zeros(8, np.uint8), BYTES.astype(np.int64)),
        (np.zeros(8, np.int16), BYTES),
        (np.zeros(8, np.uint8), BYTES[::2]),
        (np.zeros(16, np.uint8)[::2], BYTES),
        (np.zeros((2, 4), np.uint8), BYTES),
        (np.zeros(8, np.uint8), BYTES.view(np.int8)),
    ],
    ids=["wide text", "wide out", "text with gaps", "out with gaps", "a table", "signed"],
)
def test_nothing_but_rows_of_bytes_is_copied(out: np.ndarray, text: np.ndarray) -> None:
    with pytest.raises(TypingError):
        copy(out, 0, text, 0, 2)
