"""Events of a space: announced, answered, changed with a letter and a calendar file, called off."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from icalendar import Calendar
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.gatherings import actions, policy, tasks
from hub.gatherings.errors import GatheringInvalid
from hub.gatherings.models import GatheringMoved, Plan
from tests.api.conftest import SignIn
from tests.exits import ask_database
from tests.forms import Form, Mistake, check_mistakes
from tests.people import HTML, read, send
from tests.spaces import be, email_of, invite, key, open_space, people, status_of, work

ADA, LOU, ZOE = "Ada Roux", "Lou Martin", "Zoe Petit"
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
PLAN = {"place": "Salle des fêtes", "begins": "2026-12-10T18:00", "ends": "2026-12-10T20:00"}
SAID = {"title": "Fête", "body": "Chacun apporte un plat.", **PLAN}
EVENT = Form(
    key="gatherings/gatherings.html {}/events",
    typed=SAID,
    mistakes=(
        Mistake("title", "", "Dites en une ligne de quoi il s'agit, en 160 lettres."),
        Mistake("body", "", "Écrivez votre message."),
        Mistake("place", "", "Dites où c'est, en 300 lettres."),
        Mistake("place", "x" * 301, "Dites où c'est, en 300 lettres."),
        Mistake("begins", "demain", "Choisissez un jour et une heure qui existent."),
        Mistake("begins", "2026-11-01T18:00", "Choisissez un jour à venir, d'ici deux ans."),
        Mistake("ends", "", "Choisissez un jour et une heure qui existent."),
        Mistake("ends", "2026-12-10T17:00", "La fin vient après le début, dans les 31 jours."),
    ),
)


@pytest.mark.parametrize(
    ("begins", "ends", "zone", "hour"),
    [
        ("2026-12-10T18:00", "2026-12-10T20:00", "Europe/Paris", 17),
        ("2027-07-10T18:00", "2027-07-10T20:00", "Europe/Paris", 16),
        ("2026-12-10T18:00", "2026-12-10T20:00", "Indian/Reunion", 14),
        ("2027-10-31T02:30", "2027-10-31T04:00", "Europe/Paris", 1),  # an hour that is twice
    ],
)
def test_an_event_is_on_the_clock_of_its_place(
    begins: str, ends: str, zone: str, hour: int
) -> None:
    found = policy.check_plan(Plan(place="Ici", begins=begins, ends=ends), zone, NOW)
    assert found.begins_at.astimezone(UTC).hour == hour


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2027-03-28T02:30", "2027-03-28T04:00"),  # an hour that there is not
        ("2026-12-01T10:00", "2026-12-01T11:00"),  # now
        ("2028-12-10T18:00", "2028-12-10T20:00"),  # in more than two years
        ("2026-12-10T18:00", "2026-12-10T18:00"),
        ("2026-12-10T18:00", "2027-01-12T18:00"),
        ("2026-12-10T18:00+01:00", "2026-12-10T20:00"),
        ("10/12/2026", "2026-12-10T20:00"),
    ],
)
def test_an_hour_that_there_is_not_or_that_is_over_is_refused(begins: str, ends: str) -> None:
    with pytest.raises(GatheringInvalid):
        policy.check_plan(Plan(place="Ici", begins=begins, ends=ends), "Europe/Paris", NOW)


def test_what_hides_words_is_in_no_place_and_no_reason() -> None:
    typed = Plan(place="Salle\u202e \x07 A", begins=PLAN["begins"], ends=PLAN["ends"])
    assert policy.check_plan(typed, "Europe/Paris", NOW).place == "Salle A"
    assert policy.check_reason(" Fermé\u202e.\0 ") == "Fermé."
    with pytest.raises(GatheringInvalid):
        policy.check_reason("\u202e")


@pytest.fixture
async def space(visitor: AsyncTestClient, sign_in: SignIn) -> str:
    await people(visitor, ADA, LOU, ZOE)
    await sign_in("region")
    opened = await open_space(visitor)
    for name in (ADA, LOU):
        await invite(visitor, opened, name)
    await be(visitor, ADA)
    return opened


async def announce(visitor: AsyncTestClient, space: str, settings: Settings) -> str:
    """Announce an event, twice by the same form; its page."""
    events = f"{space}/events"
    fields = {"idempotency_key": key(), **SAID}
    for _ in range(2):
        assert (await send(visitor, events, fields, shown=events)).status_code == 303
    found = await ask_database(settings, "select array_agg(post::text) from space_event")
    assert isinstance(found, list)
    assert len(found) == 1
    return f"{events}/{found[0]}"


async def calendar_of(visitor: AsyncTestClient, event: str) -> Calendar:
    answer = await visitor.get(f"{event}/calendar.ics", headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return Calendar.from_ical(answer.text)


async def test_who_comes_is_told_of_a_change_with_a_calendar_file(
    visitor: AsyncTestClient, space: str, demo: Database, demo_settings: Settings
) -> None:
    event = await announce(visitor, space, demo_settings)
    await be(visitor, LOU)
    for answer in ("no", "yes", "yes"):
        sent = await send(visitor, f"{event}/answer", {"answer": answer}, shown=event)
        assert sent.status_code == 303
    _, text = await read(visitor, event)
    assert "10 déc. 2026, 18:00" in text
    assert f"{LOU} <span" in text
    _, text = await read(visitor, f"{space}/events")
    assert "1 personne vient" in text
    [item] = (await calendar_of(visitor, event)).walk("VEVENT")
    assert item.decoded("dtstart") == datetime(2026, 12, 10, 17, 0, tzinfo=UTC)
    assert (item["sequence"], str(item["status"])) == (1, "CONFIRMED")
    other = {"revision": "1", **PLAN, "place": "Chez Lou"}
    assert (await send(visitor, f"{event}/change", other, shown=event)).status_code == 403
    await be(visitor, ADA)
    for _ in range(2):  # sent twice
        assert (await send(visitor, f"{event}/change", other, shown=event)).status_code == 303
    late = {"revision": "1", **PLAN, "place": "Au parc"}
    refused = await send(visitor, f"{event}/change", late, shown=event)
    assert refused.status_code == 409
    assert 'value="Au parc"' in refused.text
    tenant, where = space.split("/")[2:]
    said = {"space": where, "event": event.rpartition("/")[2], "revision": 2}
    message = msgspec.convert(said, GatheringMoved)
    for _ in range(2):  # a task may come again
        await tasks.tell_later.run(demo, int(tenant), message)
    letter = "select {} from mail where recipient = $1 and subject like 'Fête :%'"
    to = email_of(LOU)
    body = await ask_database(demo_settings, letter.format("body_text"), to)
    assert "Chez Lou" in str(body)
    [item] = Calendar.from_ical(
        str(await ask_database(demo_settings, letter.format("calendar"), to))
    ).walk("VEVENT")
    assert (str(item["location"]), item["sequence"]) == ("Chez Lou", 2)
    assert await ask_database(demo_settings, letter.format("count(*)"), to) == 1
    for revision, where_to in (("2", "Au parc"), ("3", "Au lavoir")):
        other = {"revision": revision, **PLAN, "place": where_to}
        assert (await send(visitor, f"{event}/change", other, shown=event)).status_code == 303
    for revision in (3, 4):  # it has changed once more meanwhile
        moved = msgspec.structs.replace(message, revision=revision)
        await tasks.tell_later.run(demo, int(tenant), moved)
    assert await ask_database(demo_settings, letter.format("count(*)"), to) == 2


async def test_nobody_is_told_or_answers_of_an_event_whose_message_was_removed(
    visitor: AsyncTestClient,
    space: str,
    sign_in: SignIn,
    demo: Database,
    demo_settings: Settings,
) -> None:
    event = await announce(visitor, space, demo_settings)
    id, (tenant, where) = event.rpartition("/")[2], space.split("/")[2:]
    await be(visitor, LOU)
    yes = {"answer": "yes"}
    assert (await send(visitor, f"{event}/answer", yes, shown=event)).status_code == 303
    said = {"ground": "advertising", "words": "C'est une annonce déguisée."}
    report = f"{space}/posts/{id}/report"
    assert (await send(visitor, report, said, shown=report)).status_code == 303
    await be(visitor, ADA)
    other = {"revision": "1", **PLAN, "place": "Ma boutique"}
    assert (await send(visitor, f"{event}/change", other, shown=event)).status_code == 303
    await sign_in("region")
    desk = f"{space}/desk"
    fields = {"verdict": "remove", **said}
    assert (await send(visitor, f"{desk}/{id}", fields, shown=desk)).status_code == 303
    message = GatheringMoved(space=UUID(where), event=UUID(id), revision=2)
    await tasks.tell_later.run(demo, int(tenant), message)
    await be(visitor, ADA)
    for what, typed in (
        ("answer", yes),
        ("change", {**other, "revision": "2", "place": "Chez moi"}),
        ("cancel", {"reason": "Achetez plutôt mes montres."}),
    ):
        answer = await send(visitor, f"{event}/{what}", typed, shown=event)
        assert answer.status_code == 409, what
    told = "select count(*) from mail where recipient = $1 and subject like 'Fête :%'"
    assert await ask_database(demo_settings, told, email_of(LOU)) == 0


async def test_what_was_not_told_while_a_message_was_hidden_is_told_when_it_is_shown_again(
    visitor: AsyncTestClient, sign_in: SignIn, demo: Database, demo_settings: Settings
) -> None:
    await people(visitor, ADA, LOU)
    await sign_in("region")
    space = await open_space(visitor, moderation="before")
    for name in (ADA, LOU):
        await invite(visitor, space, name)

    async def show() -> None:
        await sign_in("region")
        desk = f"{space}/desk"
        sent = await send(visitor, f"{desk}/{id}", {"verdict": "show"}, shown=desk)
        assert sent.status_code == 303

    await be(visitor, ADA)
    event = await announce(visitor, space, demo_settings)
    id = event.rpartition("/")[2]
    await show()
    await be(visitor, LOU)
    yes = {"answer": "yes"}
    assert (await send(visitor, f"{event}/answer", yes, shown=event)).status_code == 303
    await be(visitor, ADA)
    other = {"revision": "1", **PLAN, "place": "Chez Lou"}
    assert (await send(visitor, f"{event}/change", other, shown=event)).status_code == 303
    edit = f"{space}/posts/{id}/edit"
    fields = {"revision": "2", "title": "Fête", "body": "Chacun apporte deux plats."}
    assert (await send(visitor, edit, fields, shown=edit)).status_code == 303
    assert len(await work(demo, demo_settings, tasks.tell_later)) == 1
    told = "select count(*) from mail where recipient = $1 and subject like 'Fête :%'"
    assert await ask_database(demo_settings, told, email_of(LOU)) == 0
    await show()
    assert len(await work(demo, demo_settings, tasks.tell_again_later)) == 1
    assert await ask_database(demo_settings, told, email_of(LOU)) == 1


async def test_an_event_under_way_may_move_and_keeps_its_beginning(
    visitor: AsyncTestClient, space: str, clock: DrivenClock, demo_settings: Settings
) -> None:
    event = await announce(visitor, space, demo_settings)
    clock.set(datetime(2026, 12, 10, 17, 30, tzinfo=UTC))
    await be(visitor, ADA)
    _, text = await read(visitor, event)
    assert "Changer le lieu ou l'heure" in text.replace("&#39;", "'")
    late = {"revision": "1", **PLAN, "begins": "2026-12-10T18:15"}
    assert (await send(visitor, f"{event}/change", late, shown=event)).status_code == 400
    other = {"revision": "1", **PLAN, "place": "Au lavoir"}
    assert (await send(visitor, f"{event}/change", other, shown=event)).status_code == 303
    _, text = await read(visitor, event)
    assert "Au lavoir" in text


async def test_an_event_that_is_called_off_says_why_and_is_answered_no_more(
    visitor: AsyncTestClient, space: str, demo_settings: Settings
) -> None:
    event = await announce(visitor, space, demo_settings)
    empty = await send(visitor, f"{event}/cancel", {"reason": " "}, shown=event)
    assert empty.status_code == 400
    reason = {"reason": "La salle est fermée."}
    assert (await send(visitor, f"{event}/cancel", reason, shown=event)).status_code == 303
    status, text = await read(visitor, event)
    assert (status, "La salle est fermée." in text) == (200, True)
    [item] = (await calendar_of(visitor, event)).walk("VEVENT")
    assert (item["sequence"], str(item["status"])) == (2, "CANCELLED")
    late = await send(visitor, f"{event}/answer", {"answer": "yes"}, shown=event)
    assert late.status_code == 409
    again = await send(visitor, f"{event}/cancel", reason, shown=event)
    assert again.status_code == 303  # sent twice, it is done once
    other = {"reason": "Il pleut."}
    assert (await send(visitor, f"{event}/cancel", other, shown=event)).status_code == 409
    assert await ask_database(demo_settings, "select revision from space_event") == 2


async def test_nothing_else_is_done_with_an_event(
    visitor: AsyncTestClient, space: str, demo_settings: Settings
) -> None:
    event = await announce(visitor, space, demo_settings)
    assert (await send(visitor, f"{event}/anything", {}, shown=event)).status_code == 404


async def test_a_long_list_of_who_comes_says_how_many_more_there_are(
    visitor: AsyncTestClient,
    space: str,
    demo_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = await announce(visitor, space, demo_settings)
    for name in (ADA, LOU):
        await be(visitor, name)
        yes = {"answer": "yes"}
        assert (await send(visitor, f"{event}/answer", yes, shown=event)).status_code == 303
    _, text = await read(visitor, event)
    assert (f"{LOU} <span" in text, "et 1 autre" in text) == (True, False)
    monkeypatch.setattr(actions, "COMERS", 1)
    _, text = await read(visitor, event)
    assert (f"{LOU} <span" in text, "et 1 autre" in text) == (False, True)


async def test_an_event_that_is_over_is_answered_no_more(
    visitor: AsyncTestClient, space: str, clock: DrivenClock, demo_settings: Settings
) -> None:
    event = await announce(visitor, space, demo_settings)
    clock.forward(timedelta(days=9, hours=9))  # it has begun
    await be(visitor, LOU)
    answer = f"{event}/answer"
    assert (await send(visitor, answer, {"answer": "maybe"}, shown=event)).status_code == 303
    clock.forward(timedelta(hours=2))
    await be(visitor, LOU)
    assert (await send(visitor, answer, {"answer": "yes"}, shown=event)).status_code == 409
    _, text = await read(visitor, f"{space}/events")
    assert "Rien de prévu." in text
    assert "Passés" in text


async def test_nobody_else_sees_an_event_and_it_goes_with_its_message(
    visitor: AsyncTestClient, space: str, demo_settings: Settings
) -> None:
    event = await announce(visitor, space, demo_settings)
    id = event.rpartition("/")[2]
    await be(visitor, ZOE)
    for path in (event, f"{event}/calendar.ics", f"{space}/events"):
        assert await status_of(visitor, path) == 404
    sent = await send(visitor, f"{event}/answer", {"answer": "yes"}, shown="/spaces")
    assert sent.status_code == 404
    await be(visitor, ADA)
    edit = f"{space}/posts/{id}/edit"
    assert (await send(visitor, f"{space}/posts/{id}/take-back", {}, shown=edit)).status_code == 303
    assert await status_of(visitor, event) == 404
    assert await ask_database(demo_settings, "select count(*) from space_event") == 0


async def test_each_mistake_stands_beside_its_field(visitor: AsyncTestClient, space: str) -> None:
    await check_mistakes(visitor, EVENT, f"{space}/events", f"{space}/events")
