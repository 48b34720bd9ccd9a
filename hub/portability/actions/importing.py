"""A tenant arrives with its numbers, whole and equal, or not at all."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from hub.core.db import Session
from hub.core.sentences import say
from hub.core.vertical import Slice
from hub.portability import policy, store
from hub.portability.actions.clearing import check_others, make_room
from hub.portability.actions.naming import check_same
from hub.portability.actions.opening import Sealer, stream_opened
from hub.portability.bundle import read_parts, sum_lines, verify_bundle
from hub.portability.errors import AlreadyHeld, ReferenceLost, SchemaDiffers, WallsStand
from hub.portability.models import Arrival, Bundle, Imported, Table, TableFile
from hub.portability.policy import Rules

_BEGIN = "begin; set local statement_timeout = '30min'"
# Rows arrive as they are: what triggers did at their making is done already, and a vote of last
# year would be refused as late. The slices name the tables whose triggers have work in the new hub;
# links between rows are checked before the end.
_AS_THEY_ARE = "set local session_replication_role = replica"
_AS_USUAL = "set local session_replication_role = origin"


async def import_tenant(
    session: Session,
    folder: Path,
    slices: Iterable[Slice],
    arrival: Arrival = Arrival.FIRST,
    *,
    copy: bool = False,
) -> Imported:
    """Put an exported tenant into this hub, in one transaction; a second time changes nothing. It
    lives here from the export's instant of departure on; a `copy` once `settle_tenant` says so.

    Raises `BundleBroken`, `SchemaDiffers` between the two hubs, `AlreadyHeld` when other rows, or
    other persons, have these numbers here, `ReferenceLost`, and `WallsStand` for a role that may
    not.
    """
    bundle = verify_bundle(folder)
    rules = policy.rules_of(slices)
    await session.execute(_BEGIN)
    try:
        new = await _arrive(session, folder, bundle, rules, arrival)
        if arrival is not Arrival.BESIDE and new.is_arrival:
            await _settle(session, bundle.tenant, rules, None if copy else bundle.departure)
    except BaseException:
        await session.execute("rollback")
        raise
    await session.execute("commit")
    lives_at = bundle.departure
    return Imported(tenant=bundle.tenant, rows=bundle.rows, new=new.rows, lives_at=lives_at)


async def settle_tenant(
    session: Session, tenant: int, slices: Iterable[Slice], at: datetime
) -> None:
    """A tenant that came as a copy lives here from then on. Said again, the later instant counts:
    only for one to which nobody has written here."""
    await session.execute(_BEGIN)
    try:
        await _settle(session, tenant, policy.rules_of(slices), at)
    except BaseException:
        await session.execute("rollback")
        raise
    await session.execute("commit")


async def _settle(session: Session, tenant: int, rules: Rules, at: datetime | None) -> None:
    for function in rules.settles:
        await store.tell(session, function, tenant, at)


class _New(msgspec.Struct, frozen=True):
    """How many rows were not there; and whether none was that an erasure would have taken."""

    rows: int
    is_arrival: bool


async def _arrive(
    session: Session, folder: Path, bundle: Bundle, rules: Rules, arrival: Arrival
) -> _New:
    if not await store.may_pass_walls(session):
        raise WallsStand()
    if set(await store.list_steps(session)) != set(bundle.schema):
        raise SchemaDiffers()
    known = {table.name: table for table in await store.list_tables(session)}
    await session.execute(_AS_THEY_ARE)
    files = {file.table: file for file in bundle.tables}
    last = [files.pop(name) for name in rules.with_triggers if name in files]
    sealer = Sealer(session, rules, known, bundle)
    for file in bundle.named:
        await _fill(session, folder, file, sealer)
    if arrival is Arrival.ANEW:
        await make_room(session, list(known.values()), rules, bundle.tenant)
    new = {file.table: await _fill(session, folder, file, sealer) for file in files.values()}
    await session.execute(_AS_USUAL)
    for file in last:
        new[file.table] = await _fill(session, folder, file, sealer)
    for function in rules.arrivals:
        await store.arrive(session, function, bundle.tenant)
    await check_same(session, folder, bundle, known, rules)
    if arrival is Arrival.BESIDE:
        await _check_standing(session, folder, bundle, known, rules)
    else:
        await _check_equal(session, bundle, known, rules)
    await _check_links(session, bundle, known, rules)
    if arrival is Arrival.ANEW:
        await check_others(session, list(known.values()), rules)
    for file in (*bundle.named, *bundle.tables):
        await store.renumber(session, file.table)
    own = [file for file in bundle.tables if rules.erases(known[file.table])]
    return _New(sum(new.values()), all(new[file.table] == file.rows for file in own))


async def _fill(session: Session, folder: Path, file: TableFile, sealer: Sealer) -> int:
    written = [column.name for column in file.columns if not column.generated]
    new = 0
    for lines in read_parts(folder, file):
        sealed = await sealer.seal_lines(file.table, lines)
        new += await store.fill(session, file.table, written, sealed)
    return new


async def _check_equal(
    session: Session, bundle: Bundle, known: Mapping[str, Table], rules: Rules
) -> None:
    """What stands here now is, line by line, what was exported."""
    for file in bundle.tables:
        table = known[file.table]
        whole = hashlib.sha256()
        async for line in stream_opened(session, rules, table, bundle.tenant):
            whole.update(sum_lines([line]))
        if whole.hexdigest() != file.sha256:
            raise _differs(file)


async def _check_standing(
    session: Session, folder: Path, bundle: Bundle, known: Mapping[str, Table], rules: Rules
) -> None:
    """Each line that was exported stands here, among others; but what the law keeps, which may have
    gone on where it lives."""
    for file in bundle.tables:
        if not file.rows or file.table in rules.kept:
            continue
        table, wanted = known[file.table], set[str]()
        for lines in read_parts(folder, file):
            wanted.update(lines)
        async for line in stream_opened(session, rules, table, bundle.tenant):
            wanted.discard(line)
        if wanted:
            raise _differs(file)


def _differs(file: TableFile) -> AlreadyHeld:
    return AlreadyHeld(
        say("Rows of %(table)s that this hub holds differ from the export.", table=file.table)
    )


async def _check_links(
    session: Session, bundle: Bundle, known: Mapping[str, Table], rules: Rules
) -> None:
    for file in bundle.tables:
        table = known[file.table]
        for link in table.links:
            by = rules.by(table)
            if await store.count_lost(session, table.name, by, bundle.tenant, link):
                raise ReferenceLost(
                    say(
                        "Rows of %(table)s name rows of %(other)s that are not here.",
                        table=table.name,
                        other=link.table,
                    )
                )
