"""An emergency vote suspends the version in force; the one before decides, until a day."""

from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from hub import agreements, audit
from hub.agreements import NothingToSuspend, RatifyVersion
from hub.assemblies.actions import counting, departing, proposing
from hub.assemblies.errors import NotADraft, ProposalInvalid
from hub.assemblies.models import Choice, DraftSuspension, State, TurnDue
from hub.assemblies.tasks import tell_turn_later
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.rules import check
from tests.db.test_assemblies import (
    DRAFT,
    EVERYBODY,
    FEDERATION,
    HOTELS,
    advance,
    announce,
    cast,
    federation,
    look,
)
from tests.db.test_assemblies_letters import letters, readers
from tourism.agreement import VOCABULARY

__all__ = ["federation", "readers"]
UNTIL = date(2027, 1, 15)
SAID = DraftSuspension(reasons="Le texte lèse les campings.", until_on=UNTIL)


def rate(percent: str) -> str:
    return f"""accord « À {percent} % »
règle « Partout »
sinon
  la centrale : {percent} % de l'hébergement
le reste à l'hébergeur"""


@pytest.fixture(autouse=True)
async def versions(database: Database, clock: DrivenClock, federation: None) -> None:
    """Two versions, of 2025 and of 2026."""
    clock.set(datetime(2026, 12, 1, 12, tzinfo=clock.now().tzinfo))
    await ratify(database, "2", date(2025, 1, 1))
    await ratify(database, "4", date(2026, 1, 1))


async def ratify(database: Database, percent: str, on: date) -> None:
    text = check(rate(percent), VOCABULARY, as_of=on).text
    async with database.transaction(FEDERATION) as tx:
        await agreements.ratify_version(
            tx,
            RatifyVersion(
                agreement="essai", title=text.title, effective_on=on, text=text, minutes="m"
            ),
        )


async def ask(database: Database, said: DraftSuspension = SAID) -> UUID:
    async with database.transaction(FEDERATION, actor="person:7") as tx:
        return await proposing.write_suspension(tx, database.reader, "essai", said)


async def vote(
    database: Database, clock: DrivenClock, id: UUID, yes: tuple[int, ...], no: tuple[int, ...] = ()
) -> State | None:
    """Announce, open, cast, close."""
    await announce(database, id)
    found = await look(database, id)
    clock.set(found.opens_at)
    assert await advance(database, id) is State.OPEN
    for member in yes:
        await cast(database, id, member)
    for member in no:
        await cast(database, id, member, Choice.NO)
    clock.set(found.closes_at)
    return await advance(database, id)


async def in_force(database: Database, on: date) -> str:
    return (await agreements.find_version_in_force(database.reader, "essai", on)).title


async def test_an_adopted_suspension_lets_the_version_before_decide_until_its_day(
    database: Database, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    id = await ask(database)
    assert await vote(database, clock, id, EVERYBODY) is State.ADOPTED
    found = await look(database, id)
    closed = found.closes_at.date()
    assert closed == date(2026, 12, 4), "one day of notice, two of voting"
    assert await in_force(database, closed) == "À 4 %"
    assert await in_force(database, closed + timedelta(days=1)) == "À 2 %"
    assert await in_force(database, UNTIL - timedelta(days=1)) == "À 2 %"
    assert await in_force(database, UNTIL) == "À 4 %"
    async with database.transaction(FEDERATION) as tx:
        entries = await audit.list_entries(tx, wanted=30)
    (entry,) = [one for one in entries if one.action == "agreement.suspended"]
    assert entry.detail == {"from_on": "2026-12-05", "until_on": "2027-01-15"}


async def test_it_needs_its_own_majority_and_has_one_call(
    database: Database, clock: DrivenClock
) -> None:
    refused = await ask(database)
    # 50 % x 3/4 + 30 % x 1/2 + 20 % = 72.5 % would do; without the office it is 52.5 %.
    assert await vote(database, clock, refused, (3, 4, 5, 7), (6, 8, 9)) is State.REFUSED
    assert (await look(database, refused)).result.threshold == "2/3"
    failed = await ask(database)
    assert await vote(database, clock, failed, HOTELS) is State.FAILED
    assert await in_force(database, UNTIL - timedelta(days=1)) == "À 4 %"
    async with database.transaction(FEDERATION) as tx:
        counted = await counting.count_now(tx, await proposing.find_proposal(tx, failed))
    assert (counted.call, counted.outcome) == (1, "no_quorum")


async def test_every_step_has_its_letter_and_its_first_and_last_day_too(
    database: Database, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    id = await ask(database)
    await vote(database, clock, id, EVERYBODY)
    rows = await admin.fetch("select subject, body_text from mail where language = 'fr' order by 1")
    assert [row["subject"] for row in rows] == [
        "Adopté : À 4 %", "Le vote est ouvert : À 4 %", "Vote annoncé : À 4 %",
    ]  # fmt: skip
    assert all("jeudi 14 janvier 2027" in row["body_text"] for row in rows)
    await letters(admin)
    found = await look(database, id)
    for kind, day in (("suspended", found.effective_on), ("resumed", UNTIL)):
        clock.set(datetime(day.year, day.month, day.day, 12, tzinfo=clock.now().tzinfo))
        async with database.transaction() as tx:
            assert await departing.announce_turns(tx) == 1
        await tell_turn_later.run(
            database, FEDERATION, TurnDue(kind=kind, subject=str(found.base), day=day)
        )
    rows = await admin.fetch("select subject from mail where language = 'fr' order by created_at")
    assert [row["subject"] for row in rows] == [
        "Suspendu aujourd'hui : À 4 %", "De nouveau en vigueur : À 4 %",
    ]  # fmt: skip


async def test_a_count_that_comes_late_suspends_nothing_of_the_past(
    database: Database, clock: DrivenClock
) -> None:
    id = await ask(database)
    await announce(database, id)
    found = await look(database, id)
    clock.set(found.opens_at)
    await advance(database, id)
    for member in EVERYBODY:
        await cast(database, id, member)
    clock.set(found.closes_at + timedelta(days=3))
    assert await advance(database, id) is State.ADOPTED
    assert await in_force(database, found.effective_on) == "À 4 %"
    assert await in_force(database, found.effective_on + timedelta(days=3)) == "À 2 %"


async def test_the_first_version_cannot_be_suspended(database: Database) -> None:
    async with database.transaction(FEDERATION) as tx:
        with pytest.raises(NothingToSuspend):
            await proposing.write_suspension(tx, database.reader, "autre", SAID)
        versions = await agreements.list_versions(tx, FEDERATION)
    with pytest.raises(NothingToSuspend):
        agreements.find_fallback(versions[-1], versions)


@pytest.mark.parametrize("until", [date(2026, 12, 5), date(2027, 12, 31)])
async def test_a_suspension_lasts_from_a_day_to_a_year(database: Database, until: date) -> None:
    with pytest.raises(ProposalInvalid) as refused:
        await ask(database, DraftSuspension(reasons="Vite.", until_on=until))
    assert refused.value.extra["field"] == "until_on"


async def test_its_draft_is_not_turned_into_a_text(database: Database) -> None:
    id = await ask(database)
    with pytest.raises(NotADraft):
        async with database.transaction(FEDERATION) as tx:
            await proposing.write_proposal(tx, database.reader, DRAFT, "tourism", id)
