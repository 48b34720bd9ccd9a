"""What the standard gives; each in the order and under the names that it has there."""

from typing import Any

import msgspec

Row = dict[str, Any]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer before it is written: `root` and `item` are the names of its XML elements."""

    root: str
    item: str
    rows: list[Row]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What an address asks for: `what` stands before its ending, which names the `format`."""

    what: str
    format: str
