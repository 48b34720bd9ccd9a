"""The ledger under a state machine, and the audit chain under tampering; longer in the drill."""

import asyncio

import asyncpg

from hub.app import compose, open_database
from hub.core.clock import DrivenClock, SeededIds
from hub.core.settings import Settings
from loadtests.ledger_machine import Books, open_organisations, run_in_loop, run_machine, tamper

STEPS, ENTRIES, BYTES = 2_000, 12, 1_000


def test_debits_are_credits_after_each_of_two_thousand_steps(
    settings: Settings, clock: DrivenClock
) -> None:
    loop = asyncio.new_event_loop()
    run = run_in_loop(loop)
    database = run(open_database(settings, compose(), clock=clock, ids=SeededIds(3)))
    admin = run(asyncpg.connect(settings.database_url))
    try:
        run(open_organisations(database))
        books = Books(database, admin, run)
        run_machine(books, STEPS, seed=6)
        assert books.steps >= STEPS
        assert any(books.held.values())
    finally:
        run(database.close())
        run(admin.close())
        loop.close()


async def test_of_a_thousand_tampered_bytes_a_thousand_are_found(
    settings: Settings, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    database = await open_database(settings, compose(), clock=clock, ids=SeededIds(4))
    try:
        await open_organisations(database)
        assert await tamper(database, admin, ENTRIES, BYTES, seed=6) == BYTES
    finally:
        await database.close()
