"""The compiled passes, made ready before anybody waits: a search of an index of nothing."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tourism.index.generation import Generation
from tourism.index.models import Ask, Places
from tourism.index.search import search
from tourism.nights import layout
from tourism.rates.models import RoomParty
from tourism.reckoning.compiled import forget_others


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


def install() -> None:
    """Compile for all processes of this source."""
    warm()
    forget_others()
