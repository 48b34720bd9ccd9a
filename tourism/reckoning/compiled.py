"""How a function of this slice becomes machine code: once, kept beside the source (or in
`HUB_DATA`, where that cannot be written), and taken from there by every process that starts."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba.core import config

from tourism.lodging.models import ACCESSIBILITY, AMENITIES
from tourism.nights import codes, layout
from tourism.rates.models import Obstacle

F = TypeVar("F", bound=Callable[..., Any])
HERE = Path(__file__).parent
njit: Any = numba.njit  # its stubs do not name `_nrt`, which is whether arrays are counted


def _digest() -> str:
    """Of everything that is compiled in: numba itself looks at the one file of a function, and
    would take an old one that calls or counts what has changed since."""
    found = hashlib.sha256(numba.__version__.encode())
    for source in (*sorted(HERE.glob("*.py")), Path(str(layout.__file__))):
        found.update(source.read_bytes())
    words = (
        codes.KINDS, codes.MEALS, codes.REGIMES, codes.ROUNDINGS, codes.PROMOTIONS, codes.PETS,
        codes.GROUPS, AMENITIES, ACCESSIBILITY, tuple(Obstacle),
    )  # fmt: skip
    found.update(repr(words).encode())
    return found.hexdigest()[:16]


def _home() -> Path:
    beside = HERE / "__pycache__"
    if os.access(beside if beside.exists() else HERE, os.W_OK):
        return beside
    return Path(os.environ.get("HUB_DATA", ".hub"))


HOME, NAME = _home(), f"compiled-{_digest()}"


def forget_others() -> None:
    """Remove what was compiled of other states of the source."""
    for folder in HOME.glob("compiled-*"):
        if folder.name != NAME:
            shutil.rmtree(folder, ignore_errors=True)


config.CACHE_DIR = str(HOME / NAME)  # pyright: ignore[reportAttributeAccessIssue]


def compiled(function: F) -> F:
    """The function as machine code, a part of those that are entered. Divisions of whole numbers
    are Python's, but that nobody checks for zero: divisors are checked where they are written.

    Arrays that it is given are borrowed: nobody counts how often they are referred to, which would
    take as long as the rest. So it can make none, and calls none that return any (`making`)."""
    return cast(F, njit(error_model="numpy", _nrt=False)(function))


def making(function: F) -> F:
    """The same, of those that make arrays or are returned some by what they call."""
    return cast(F, njit(error_model="numpy", _nrt=True)(function))


def inlined(function: F) -> F:
    """The same, without a call of its own."""
    return cast(F, njit(error_model="numpy", forceinline=True, _nrt=True)(function))


def entered(function: F) -> F:
    """The same, called from Python, and kept with everything that it calls."""
    return cast(F, njit(error_model="numpy", cache=True, _nrt=True)(function))


@inlined
def whole(value: Any) -> int:
    """A number of whatever width (or a float, cut off) as one of eight bytes: narrow ones would
    overflow, and mixed ones become floats."""
    return np.int64(value)  # pyright: ignore[reportReturnType]
