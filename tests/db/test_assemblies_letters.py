"""Every state of a vote is told to those who decide, in their language, with a whole address."""

from datetime import datetime

import asyncpg
import pytest

from hub import identity
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import read_settings
from tests.db.test_assemblies import (
    FEDERATION,
    HOTELS,
    advance,
    announce,
    cast,
    federation,
    look,
    propose,
)

__all__ = ["federation"]
READERS = {"fr": 3, "de": 4, "nl": 5}


@pytest.fixture(autouse=True)
async def readers(database: Database, admin: asyncpg.Connection, federation: None) -> None:
    """Three hotels are decided by people who read French, German and Dutch."""
    for language, member in READERS.items():
        async with database.transaction() as tx:
            command = identity.RegisterPerson(
                email=f"{language}@example.fr", name=language, password_hash="x"
            )
            person = await identity.register_person(tx, command)
        async with database.transaction() as tx:
            await identity.open_session(tx, person, language=language)
        await admin.execute(
            "insert into membership (tenant, person, role, since) values ($1, $2, 'owner', now())",
            member, person,
        )  # fmt: skip


async def letters(admin: asyncpg.Connection) -> dict[str, asyncpg.Record]:
    rows = await admin.fetch("select * from mail where tenant = $1", FEDERATION)
    await admin.execute("delete from mail")
    return {row["language"]: row for row in rows}


async def test_each_state_is_told_in_the_language_of_who_reads_it(
    database: Database, admin: asyncpg.Connection, clock: DrivenClock
) -> None:
    id = await propose(database)
    await announce(database, id)
    told = await letters(admin)
    assert {row["recipient"] for row in told.values()} == {
        f"{language}@example.fr" for language in READERS
    }
    assert told["fr"]["subject"] == "Vote annoncé : Soutenir"
    assert told["de"]["subject"] == "Abstimmung angekündigt: Soutenir"
    address = read_settings().public_url
    for row in told.values():
        assert f"{address}/pro/votes/{id}" in row["body_text"]
        assert f'href="{address}/pro/votes/{id}"' in row["body_html"]
        assert f'<html lang="{row["language"]}">' in row["body_html"]
    await _step(database, clock, (await look(database, id)).opens_at, id)
    assert (await letters(admin))["de"]["subject"] == "Die Abstimmung läuft: Soutenir"
    for member in HOTELS:
        await cast(database, id, member)
    await _step(database, clock, (await look(database, id)).closes_at, id)
    assert set(await letters(admin)) == set(READERS)


async def _step(database: Database, clock: DrivenClock, at: datetime | None, id: object) -> None:
    assert at is not None
    clock.set(at)
    await advance(database, id)  # pyright: ignore[reportArgumentType]


async def test_who_only_belongs_to_a_member_without_deciding_for_it_is_not_written_to(
    database: Database, admin: asyncpg.Connection
) -> None:
    await admin.execute("update membership set role = 'member' where tenant = 4")
    id = await propose(database)
    await announce(database, id)
    assert set(await letters(admin)) == {"fr", "nl"}
