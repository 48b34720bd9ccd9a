"""The compiled passes, made ready before anybody waits: a search of an index of nothing."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tourism.index.generation import Generation
from tourism.index.models import Ask, Places
from tourism.index.search import search
from tourism.nights import layout
from tourism.rates.models import RoomParty
from tourism.reckoning.compiled import forget_others
from tourism.reckoning.seeking import ROOM
from tourism.reckoning.writing import NOWHERE, SLOTS, note, write_hits


def warm() -> None:
    """Take what was compiled before, a moment's work; or compile it, which takes a minute."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        tables = layout.create(Path(folder) / "index", layout.SMALLEST, 1)
        tables.header["first_day"] = now.date().toordinal()
        ask = Ask(
            area=Places(kind="country"), arrival=now.date(), nights=1,
            parties=(RoomParty(adults=1),), now=now, reasons=1,
        )  # fmt: skip
        search(Generation(tables), ask)
    none, page = np.zeros(1, np.int64), np.zeros((0, ROOM + 1), np.int64)
    slots, text = np.full((2, SLOTS), NOWHERE), np.zeros(1, np.uint8)
    write_hits(page, slots, none, text, text, none, np.zeros((1, 1), np.uint8), none, text)
    note(slots, 1, 0)


def install() -> None:
    """Compile for all processes of this source."""
    warm()
    forget_others()
