"""A tenant that has left is erased: everything that its export holds, but what the law keeps."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from hub.core.clock import local_date
from hub.core.db import Session
from hub.core.sentences import say
from hub.core.vertical import Slice
from hub.portability import policy, store
from hub.portability.actions.holding import check_not_on_hold
from hub.portability.actions.opening import stream_opened
from hub.portability.bundle import MANIFEST, put_file, sum_lines, verify_bundle
from hub.portability.errors import (
    BundleBroken,
    ChangedSinceExport,
    ReferenceLost,
    TenantUnknown,
    WallsStand,
)
from hub.portability.models import Bundle, Certificate, Going, KeptRows, Table
from hub.portability.policy import Rules

CERTIFICATE = "erasure-certificate.json"
PREPARED = "erasure-certificate.prepared.json"  # stands until the rows are gone for good
_BEGIN = "begin; set local statement_timeout = '30min'"
_PAST_GUARDS = "set local session_replication_role = replica"
_AS_USUAL = "set local session_replication_role = origin"


async def erase_tenant(
    session: Session,
    tenant: int,
    folder: Path,
    slices: Iterable[Slice],
    *,
    now: datetime,
    whole: bool = False,
    going: Going = Going.LEFT,
    left_at: datetime | None = None,
) -> Certificate:
    """Erase what the export in the folder holds, in one transaction, and write the certificate
    beside it. `whole`: what is kept here must be in the export too. Of a copy that goes, nothing is
    put by. It lived here until `left_at`: the export's instant of departure, from which on it lives
    where that was imported, unless whoever moves it says another.

    Done a second time it gives the same certificate. Raises `BundleBroken` for an export that is
    not whole or of somebody else, `ChangedSinceExport` when a row differs from it, `ReferenceLost`
    when rows that stay need one that would go, `TenantUnknown`, `UnderLegalHold`, `WallsStand`.
    """
    bundle = verify_bundle(folder)
    if bundle.tenant != tenant:
        raise BundleBroken(say("This is the export of another organisation."))
    rules = policy.rules_of(slices)
    await session.execute(_BEGIN)
    try:
        lived = None if going is Going.COPY else left_at or bundle.departure
        certificate = await _erase(session, bundle, folder, rules, now, whole=whole, left_at=lived)
    except BaseException:
        await session.execute("rollback")
        raise
    await session.execute("commit")
    left = await _count_left(session, certificate, rules)
    certificate = msgspec.structs.replace(certificate, left=left)
    _write(folder / CERTIFICATE, certificate)
    (folder / PREPARED).unlink(missing_ok=True)
    return certificate


async def find_left(session: Session, folder: Path, slices: Iterable[Slice]) -> dict[str, int]:
    """Rows that stand by table although the export in the folder was erased; none when it was not.
    Raises `BundleBroken`."""
    verify_bundle(folder)
    done = _read_done(folder, _sum_of(folder))
    return {} if done is None else await _count_left(session, done, policy.rules_of(slices))


def _sum_of(folder: Path) -> str:
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


async def _erase(
    session: Session,
    bundle: Bundle,
    folder: Path,
    rules: Rules,
    now: datetime,
    *,
    whole: bool,
    left_at: datetime | None,
) -> Certificate:
    if not await store.may_pass_walls(session):
        raise WallsStand()
    if await store.find_tenant(session, bundle.tenant) is None:
        raise TenantUnknown()
    # Whoever adds a row names the organisation, and waits from here on.
    await store.lock(session, "organisation", ("id",), bundle.tenant)
    if left_at is not None:
        await check_not_on_hold(session, bundle.tenant)
    known = {table.name: table for table in await store.list_tables(session)}
    gone = [table for table in known.values() if rules.erases(table)]
    kept = [known[name] for name in sorted(rules.kept)] if whole else []
    kept = [table for table in kept if rules.leaves(table)]
    for table in (*reversed(policy.children_first(gone)), *kept):
        await store.lock(session, table.name, rules.by(table), bundle.tenant)
    export_sha256 = _sum_of(folder)
    done = _read_done(folder, export_sha256)
    if done is not None and not await _count_left(session, done, rules):
        return done
    await _check_exported(session, bundle, (*gone, *kept), rules)
    today = local_date(now, "Europe/Paris")
    if left_at is not None:
        for function in rules.departures:
            await store.tell(session, function, bundle.tenant, left_at)
    erased = {
        table.name: await _take(session, table, rules, bundle.tenant)
        for table in policy.children_first(gone)
    }
    for function in rules.ends:
        await store.arrive(session, function, bundle.tenant)
    await _check_links(session, known, [table.name for table in gone if table.guarded])
    if left_at is not None:
        await store.note_erased(session, bundle.tenant, today)
    certificate = Certificate(
        organisation=bundle.tenant,
        name=bundle.name,
        erased_at=now,
        export_sha256=export_sha256,
        erased={name: rows for name, rows in sorted(erased.items()) if rows},
        kept=await _count_kept(session, bundle, known, rules, today),
        left={},
        left_at=left_at,
    )
    _write(folder / PREPARED, certificate)
    return certificate


def _write(path: Path, certificate: Certificate) -> None:
    put_file(path, msgspec.json.format(msgspec.json.encode(certificate), indent=1))


def _read_done(folder: Path, export_sha256: str) -> Certificate | None:
    """The certificate of this export's erasure, also of one that was cut off in its last moment."""
    for path in (folder / CERTIFICATE, folder / PREPARED):
        if path.exists():
            found = msgspec.json.decode(path.read_bytes(), type=Certificate)
            if found.export_sha256 == export_sha256:
                return found
    return None


async def _check_exported(
    session: Session, bundle: Bundle, going: Sequence[Table], rules: Rules
) -> None:
    sums = {file.table: file.sha256 for file in bundle.tables}
    for table in going:
        whole = hashlib.sha256()
        async for line in stream_opened(session, rules, table, bundle.tenant):
            whole.update(sum_lines([line]))
        if whole.hexdigest() != sums.get(table.name):
            raise ChangedSinceExport(
                say("Rows of %(table)s differ from the export.", table=table.name)
            )


async def _take(session: Session, table: Table, rules: Rules, tenant: int) -> int:
    """Take a table's rows away. What stands before them in the order is gone already, so that
    PostgreSQL checks every reference; only where a trigger refuses to delete it is passed by."""
    if not table.guarded:
        return await store.erase(session, table.name, rules.by(table), tenant)
    await session.execute(_PAST_GUARDS)
    gone = await store.erase(session, table.name, rules.by(table), tenant)
    await session.execute(_AS_USUAL)
    return gone


async def _check_links(
    session: Session, known: Mapping[str, Table], passed_by: Sequence[str]
) -> None:
    for table in known.values():
        for link in table.links:
            if link.table in passed_by and await store.count_lost(session, table.name, (), 0, link):
                raise ReferenceLost(
                    say(
                        "Rows of %(table)s name rows of %(other)s that are not here.",
                        table=table.name,
                        other=link.table,
                    )
                )


async def _count_kept(
    session: Session, bundle: Bundle, known: Mapping[str, Table], rules: Rules, today: date
) -> tuple[KeptRows, ...]:
    kept: list[KeptRows] = []
    for name, law in sorted(rules.kept.items()):
        rows = await store.count(session, name, rules.by(known[name]), bundle.tenant)
        if rows:
            until = policy.kept_until(today, law)
            kept.append(KeptRows(table=name, rows=rows, until=until, why=law.why))
    return tuple(kept)


async def _count_left(session: Session, certificate: Certificate, rules: Rules) -> dict[str, int]:
    """Rows of the tenant that stand in a table which should hold none."""
    left: dict[str, int] = {}
    for table in await store.list_tables(session):
        if rules.erases(table):
            rows = await store.count(session, table.name, rules.by(table), certificate.organisation)
            if rows:
                left[table.name] = rows
    return left
