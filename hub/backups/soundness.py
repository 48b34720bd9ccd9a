"""What must hold in every database of the hub, looked at after it was brought back."""

from hub import audit
from hub.app import compose, open_database
from hub.backups import store
from hub.backups.models import Soundness
from hub.core.db import Database, open_session
from hub.core.migrate import schema_files
from hub.core.settings import Settings
from hub.ledger import keeping


async def look_whether_sound(settings: Settings) -> Soundness:
    """The schema is this version's, every balance is what its transfers come to, every transfer and
    every act is chained. What is wrong is told, not raised; nothing is written."""
    assert settings.database_url is not None
    faults: list[str] = []
    session = await open_session(settings.database_url)
    try:
        known = await store.list_schema_files(session)
        wanted = [file for package in compose().packages for file in schema_files(package)]
        behind = [f for f in wanted if known.get((f.slice, f.name)) != f.checksum]
        if behind:
            faults.append(f"{len(behind)} schema files differ: run hub migrate")
        tables = await store.count_tables(session)
    finally:
        await session.close()
    database = await open_database(settings, compose())
    try:
        links, accounts = await _look_at_ledger(database, faults)
        acts = await _look_at_audit(database, faults)
    finally:
        await database.close()
    return Soundness(
        tables=tables,
        accounts=accounts,
        ledger_links=links,
        audit_links=acts,
        faults=tuple(faults),
    )


async def _look_at_ledger(database: Database, faults: list[str]) -> tuple[int, int]:
    check = await keeping.look_through(database)
    if check.differing:
        faults.append(f"{check.differing} balances differ from their transfers")
    if check.broken_at is not None:
        faults.append(f"the ledger's chain is broken at {check.broken_at}")
    return check.links, check.accounts


async def _look_at_audit(database: Database, faults: list[str]) -> int:
    async with database.transaction() as tx:
        verified = await audit.verify_chain(tx)
    if verified.broken_at is not None:
        faults.append(f"the record of acts is broken at {verified.broken_at}")
    return verified.links
