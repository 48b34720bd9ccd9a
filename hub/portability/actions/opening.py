"""What is sealed under a tenant's key leaves opened, and is sealed under the new hub's where it
arrives.

In a line of JSON a sealed column is a text; or `{"base64": …}` where it is none; or, where its key
was destroyed or does not fit, `{"sealed": …}` as PostgreSQL writes bytes, and arrives as it is.
"""

import base64
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from hub import keys
from hub.core.clock import SystemClock, SystemIds
from hub.core.db import Session
from hub.keys import KeyShredded, Ring, SealBroken, place
from hub.portability import store
from hub.portability.models import Bundle, Table
from hub.portability.policy import Rules

_Row = dict[str, msgspec.Raw]
_rows = msgspec.json.Decoder(_Row)
_values = msgspec.json.Decoder()


async def stream_opened(
    session: Session, rules: Rules, table: Table, tenant: int
) -> AsyncIterator[str]:
    """A tenant's rows of a table as they leave, each a line of JSON, in the order of its key.
    Raises what the host of its keys raises."""
    lines = store.stream_lines(session, table, rules.by(table), tenant)
    columns = rules.sealed.get(table.name)
    if not columns:
        async for line in lines:
            yield line
        return
    ring = await keys.find_ring(session, tenant)
    async for line in lines:
        yield _open(ring, table, columns, line)


class Sealer:
    """Seals what arrives with a tenant; a key is made with the first row that needs one."""

    def __init__(
        self, session: Session, rules: Rules, known: Mapping[str, Table], bundle: Bundle
    ) -> None:
        self._session, self._rules, self._known = session, rules, known
        self._tenant, self._ids = bundle.tenant, SystemIds()

    async def seal_lines(self, table: str, lines: Sequence[str]) -> Sequence[str]:
        """Lines of a table as this hub keeps them. A row that stands here already stays as it is.
        Raises what the host of the keys raises."""
        columns = self._rules.sealed.get(table)
        if not columns or not lines:
            return lines
        now = SystemClock().now()
        ring = await keys.arrive(self._session, self._tenant, self._ids, now)
        ring = ring or await keys.find_ring(self._session, self._tenant)
        return [self._seal(ring, self._known[table], columns, line) for line in lines]

    def _seal(self, ring: Ring, table: Table, columns: Sequence[str], line: str) -> str:
        row = _rows.decode(line)
        for column in columns:
            value = _values.decode(row[column])
            if isinstance(value, dict) and "sealed" in value:
                row[column] = _raw(value["sealed"])
            elif value is not None:
                content = (
                    base64.b64decode(value["base64"])
                    if isinstance(value, dict)
                    else str(value).encode()
                )
                sealed = ring.seal(content, _place(table, column, row), self._ids)
                row[column] = _raw("\\x" + sealed.hex())
        return msgspec.json.encode(row).decode()


def _open(ring: Ring, table: Table, columns: Sequence[str], line: str) -> str:
    row = _rows.decode(line)
    for column in columns:
        kept = _values.decode(row[column])
        if kept is None:
            continue
        try:
            opened = ring.unseal(bytes.fromhex(kept[2:]), _place(table, column, row))
            row[column] = _raw(_readable(opened))
        except (KeyShredded, SealBroken):
            row[column] = _raw({"sealed": kept})
    return msgspec.json.encode(row).decode()


def _readable(opened: bytes) -> object:
    try:
        return opened.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(opened).decode()}


def _place(table: Table, column: str, row: Mapping[str, msgspec.Raw]) -> str:
    return place(table.name, column, *(_values.decode(row[one]) for one in table.key))


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))
