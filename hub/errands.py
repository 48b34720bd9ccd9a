"""What an administrator has done once, from the command line: each gives what it did, in words."""

import asyncio
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import structlog

from hub import audit, identity, keys, own_data, portability, probes, run, trust
from hub.agreements import commands
from hub.app import compose, open_database
from hub.audit import outside, own_chain
from hub.core.clock import SystemClock
from hub.core.db import Database, Session, open_session
from hub.core.files import open_files
from hub.core.migrate import migrate
from hub.core.settings import Settings, read_settings
from hub.exits.performing import Performer
from hub.exports.performing import Exporter
from hub.keys import KeysAway, KeysRefused
from hub.portability.actions import reading
from hub.portability.models import TableFile
from hub.rules import Language

log = structlog.get_logger("hub.errands")

_REHEARSAL = "hub_rehearsal_"


def agreements_command(
    what: str, given: str, vocabulary: str, language: Language
) -> tuple[bool, list[str]]:
    """Check or format a file of rules, replay a file, or explain a booking from the record."""
    clock = SystemClock()
    match what:
        case "check":
            return commands.check_file(Path(given), vocabulary, clock)
        case "format":
            return commands.format_file(Path(given), vocabulary, language, clock)
        case "replay":
            return commands.replay(Path(given))
        case _:
            with run.served_database(read_settings()) as settings:
                return asyncio.run(
                    commands.explain(
                        lambda: open_database(settings, compose()), settings.secret_key, given
                    )
                )


async def export_tenant(
    settings: Settings, tenant: int, folder: Path, told: Callable[[str], None]
) -> list[str]:
    """Write an organisation into a folder; what was written, in words. `told` hears of each table
    with rows as it is written."""
    assert settings.database_url is not None
    session = await open_session(settings.database_url)
    slices, number = compose().slices, count(1)
    try:
        tables = await reading.count_leaving(session, slices)

        def tell(table: TableFile) -> None:
            at = next(number)  # what others own and these rows name comes after the tables
            if table.rows:
                told(f"{min(at, tables)}/{tables} {table.table}: {table.rows} rows")

        done = await portability.export_tenant(
            session, tenant, folder, slices, now=SystemClock().now(), told=tell
        )
    finally:
        await session.close()
    bundle = done.bundle
    filled = sum(1 for table in bundle.tables if table.rows)
    return [
        f"{bundle.name} ({bundle.kind}): {bundle.rows} rows of {filled} tables",
        f"{done.written} files written, {done.kept} already there",
    ]


async def erase_tenant(settings: Settings, tenant: int, folder: Path) -> list[str]:
    """Erase an exported organisation; the certificate, in words."""
    assert settings.database_url is not None
    now = SystemClock().now()
    session = await open_session(settings.database_url)
    try:
        done = await portability.erase_tenant(session, tenant, folder, compose().slices, now=now)
    finally:
        await session.close()
    kept = [
        f"kept until {one.until}: {one.rows} rows of {one.table}, {one.why}" for one in done.kept
    ]
    left = [f"written meanwhile: {rows} rows of {name}" for name, rows in done.left.items()]
    told = f"erased already, at {done.erased_at:%Y-%m-%d %H:%M} UTC; its certificate says:"
    again = [] if done.erased_at == now else [f"{done.name}: {told}"]
    gone = f"{done.name}: {sum(done.erased.values())} rows erased"
    lived = [f"it lived here until {done.left_at:%Y-%m-%d %H:%M} UTC"] if done.left_at else []
    return [*again, gone, *lived, *kept, *left]


async def hold_tenant(settings: Settings, tenant: int, why: str | None, *, lift: bool) -> str:
    """Keep everything of an organisation by an order, or no longer: by the only one that stands,
    unless `why` names it; what was done, in words."""
    assert settings.database_url is not None
    now = SystemClock().now()
    session = await open_session(settings.database_url)
    try:
        if not lift:
            await portability.place_hold(session, tenant, why or "", now)
            return "nothing of it is erased until the order is lifted"
        lifted = await portability.lift_hold(session, tenant, now, why)
    finally:
        await session.close()
    return "the order is lifted" if lifted else "no such order keeps it"


async def shred_keys(settings: Settings, tenant: int) -> str:
    """Destroy the keys that an organisation which is not here any more has left; in words."""
    assert settings.database_url is not None
    session = await open_session(settings.database_url)
    try:
        now = SystemClock().now()
        ended = await portability.shred_keys(session, tenant, compose().slices, now=now)
    finally:
        await session.close()
    database = await open_database(settings, compose())
    try:
        async with database.transaction(tenant) as tx:
            let_go = await keys.let_go(tx)
    except KeysAway:
        return f"{ended} keys destroyed here; what wrapped them goes once their host answers"
    finally:
        await database.close()
    return f"{ended} keys destroyed, and {let_go} at their host"


async def perform_exits(settings: Settings) -> list[str]:
    """Make the archives of organisations that leave, and erase those whose time has come; what was
    done, in words. An administrator's work."""
    assert settings.database_url is not None
    session = await open_session(settings.database_url)
    database = await open_database(settings, compose())
    try:
        files = open_files(settings.files, settings.data)
        done = await Performer(database, session, settings.data, compose().slices, files).run()
    finally:
        await database.close()
        await session.close()
    return [f"{rows} {what}" for what, rows in done.items()]


async def perform_exports(settings: Settings) -> list[str]:
    """Make the exports that organisations asked for, and end those whose time is over; what was
    done, in words. An administrator's work."""
    assert settings.database_url is not None
    session = await open_session(settings.database_url)
    database = await open_database(settings, compose())
    try:
        files = open_files(settings.files, settings.data)
        done = await Exporter(database, session, settings.data, compose().slices, files).run()
    finally:
        await database.close()
        await session.close()
    return [f"{many} {what}" for what, many in done.items()]


async def list_files(settings: Settings, prefix: str) -> list[str]:
    """The files of this hub that begin so, each with its size; says why when they do not answer."""
    files = open_files(settings.files, settings.data)
    return [f"{one.size:>12} {one.name}" async for one in files.list(prefix)]


async def import_tenant(settings: Settings, folder: Path) -> list[str]:
    """Take an exported organisation in; what arrived, in words."""
    assert settings.database_url is not None
    await run.migrate_all(settings)
    session = await open_session(settings.database_url)
    try:
        done = await portability.import_tenant(session, folder, compose().slices)
    finally:
        await session.close()
    return [
        f"organisation {done.tenant}: {done.rows} rows, equal to the export; {done.new} are new",
        f"it lives here from {done.lives_at:%Y-%m-%d %H:%M} UTC on",
    ]


async def probe_service(settings: Settings, code: str, tenant: int | None) -> list[str]:
    """Measure a service now and, with a sample organisation, rehearse leaving with it into a fresh
    database that is dropped afterwards; what was found, in words. An administrator's work."""
    assert settings.database_url is not None
    database = await open_database(settings, compose())
    try:
        async with database.transaction() as tx:
            service = await trust.find_service(tx, code)
        found = dict(await probes.run_probes(probes.world_of(database, settings, service)))
        if tenant is not None:
            found |= await rehearse_leaving(settings, database, service, tenant)
    finally:
        await database.close()
    return [f"{name}: level {one.rank}, {one.says % one.filled}" for name, one in found.items()]


async def rehearse_leaving(
    settings: Settings, database: Database, service: trust.Service, tenant: int
) -> dict[str, trust.Found]:
    """Export a sample organisation and import it into a fresh database, which is dropped; what was
    found is written down."""
    assert settings.database_url is not None
    name = f"{_REHEARSAL}{os.getpid()}"
    address = _address(settings.database_url, name)
    session = await open_session(settings.database_url)
    await _drop_left_over(session, settings.database_url)

    async def open_empty() -> Session:
        await session.execute(f"create database {name}")
        await migrate(address, settings.secret_key, compose().packages)
        return await open_session(address)

    try:
        return await probes.rehearse(
            database, session, service, tenant, compose().slices, open_empty
        )
    finally:
        await _drop(session, settings.database_url, name)
        await session.close()


async def _drop_left_over(session: Session, beside: str) -> None:
    """The databases of rehearsals that were killed: nobody is in them, and no process is theirs."""
    for name in await probes.list_left_over(session, _REHEARSAL):
        if not _is_running(name.removeprefix(_REHEARSAL)):
            await _drop(session, beside, name)


async def _drop(session: Session, beside: str, name: str) -> None:
    """A rehearsal's database goes, after what the host of keys holds for it; where that does not
    answer it stays until the next rehearsal."""
    try:
        copy = await open_session(_address(beside, name))
    except asyncpg.InvalidCatalogNameError:
        return
    try:
        await keys.give_up(copy)
    except asyncpg.UndefinedTableError:
        log.info("the rehearsal ended before its schema stood", database=name)
    except (KeysAway, KeysRefused) as error:
        log.warning("a rehearsal's database stays", database=name, error=str(error))
        return
    finally:
        await copy.close()
    await session.execute(f'drop database if exists "{name}" with (force)')


def _address(beside: str, name: str) -> str:
    """Of a database on the same server."""
    return urlunsplit(urlsplit(beside)._replace(path=f"/{name}"))


def _is_running(number: str) -> bool:
    return number.isdecimal() and Path(f"/proc/{number}").exists()


async def export_person(settings: Settings, email: str, folder: Path) -> list[str]:
    """Write everything that is held about a person into a folder; what to tell."""
    database = await open_database(settings, compose())
    try:
        async with database.transaction() as tx:
            owner = await own_data.find_person(tx, email)
        manifest = await own_data.write_folder(database, owner, folder)
    finally:
        await database.close()
    filled = {name: rows for name, rows in manifest.tables.items() if rows}
    proven = ", ".join(manifest.addresses) or "none: what stands under an address is not in it"
    return [
        *(f"{name}: {rows} rows" for name, rows in filled.items()),
        f"{sum(filled.values())} rows of {len(manifest.organisations)} organisations in {folder}",
        f"proven addresses: {proven}",
    ]


async def forget_factor(settings: Settings, email: str) -> bool:
    """Take a lost second factor away; False when there is none."""
    database = await open_database(settings, compose())
    try:
        async with database.transaction(actor="administrator") as tx:
            return await identity.forget_lost_factor(tx, email)
    finally:
        await database.close()


async def note_restored(settings: Settings, done: probes.Restored) -> None:
    """Write down that a backup was restored elsewhere, and in what time."""
    database = await open_database(settings, compose())
    try:
        async with database.transaction() as tx:
            await probes.note_restored(tx, done)
    finally:
        await database.close()


async def export_acts(
    settings: Settings, file: Path, organisation: int | None, *, whole: bool
) -> str:
    """Write a chain of acts into a file for whoever wants to verify it: an organisation's own, or
    the `whole` one of the hub; what, in words."""
    database = await open_database(settings, compose())
    try:
        async with database.transaction(None if whole else organisation) as tx:
            links = (
                await outside.write_chain(tx, file, organisation)
                if whole
                else await own_chain.write_own_chain(tx, file)
            )
        return f"{links} links"
    finally:
        await database.close()


async def verify_audit(settings: Settings) -> int:
    """0 when the whole chain holds; else the first broken entry is named."""
    database = await open_database(settings, compose())
    try:
        async with database.transaction() as tx:
            verification = await audit.verify_chain(tx)
    finally:
        await database.close()
    if verification.broken_at is not None:
        log.error("the audit record was changed", at=str(verification.broken_at))
        return 1
    log.info("the audit record holds")
    return 0
