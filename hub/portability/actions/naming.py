"""Rows of others that an export names: here they must be the same ones, or rights and money of an
arriving tenant would be a stranger's."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from hub.core.db import Session
from hub.core.sentences import say
from hub.core.vertical import Slice
from hub.portability import policy, store
from hub.portability.bundle import read_parts, verify_bundle
from hub.portability.errors import AlreadyHeld
from hub.portability.models import Bundle, Table, TableFile
from hub.portability.policy import Rules

_SNAPSHOT = "begin isolation level repeatable read read only; set local statement_timeout = '10min'"


async def check_named(session: Session, folder: Path, slices: Iterable[Slice]) -> None:
    """Whether this hub holds what the export in the folder names. Raises `AlreadyHeld`."""
    bundle = verify_bundle(folder)
    await session.execute(_SNAPSHOT)
    try:
        known = {table.name: table for table in await store.list_tables(session)}
        await check_same(session, folder, bundle, known, policy.rules_of(slices))
    finally:
        await session.execute("rollback")


async def check_same(
    session: Session, folder: Path, bundle: Bundle, known: Mapping[str, Table], rules: Rules
) -> None:
    """Each row that is found by a number that the export names is who stood there before."""
    for file in bundle.named:
        table = policy.shown(rules, known[file.table])
        for lines in read_parts(folder, file):
            await _check_lines(session, table, file, lines, rules)


async def _check_lines(
    session: Session, table: Table, file: TableFile, lines: list[str], rules: Rules
) -> None:
    key = table.key[0]
    sent = {row[key]: policy.who(rules, table, row) for row in map(_row, lines)}
    found: dict[object, tuple[str, ...]] = {}
    async for line in store.stream_named(session, table, key, [str(one) for one in sent]):
        row = _row(line)
        found[row[key]] = policy.who(rules, table, row)
    for number, who in sent.items():
        if found.get(number) != who:
            raise AlreadyHeld(
                say(
                    "%(table)s %(number)s of the export is not the one of this hub.",
                    table=file.table,
                    number=str(number),
                )
            )


def _row(line: str) -> dict[str, object]:
    return msgspec.json.decode(line, type=dict[str, object])
