"""The hotelier's page of calendars, and the public address of the house's own."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.tokens import sign_reference
from tests.api.conftest import SignIn
from tests.conftest import SECRET
from tests.db.test_channels_feeds import add, answer, look, read, stay, suite
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house
from tourism.channels.models import FetchFailed, Outcome

HTML = {"accept": "text/html", "accept-language": "fr"}
PAGE = "/pro/channels"
OTHER = "https://calendars.example/a.ics"


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def show(visitor: AsyncTestClient) -> str:
    found = await visitor.get(PAGE, headers=HTML)
    assert found.status_code == 200, found.text
    return found.text.replace("&#39;", "'")


async def send(visitor: AsyncTestClient, path: str, **fields: str):
    token = re.search(r'name="_csrf_token" value="([^"]*)"', await show(visitor))
    assert token is not None
    return await visitor.post(path, data={"_csrf_token": token[1], **fields}, headers=HTML)


def exports(text: str) -> list[str]:
    return re.findall(r'readonly value="http://testserver\.local(/ical/[\w-]+\.ics)"', text)


async def test_a_hotelier_adds_reads_pauses_resumes_and_removes_a_calendar(
    visitor: AsyncTestClient, sign_in: SignIn, house: House, demo: Database
) -> None:
    await sign_in("hotelier")
    assert 'href="/pro/channels" aria-current="page"' in await show(visitor)
    added = await send(
        visitor, f"{PAGE}/feeds", room_type=str(house.types["suite"]), label="Autre", address=OTHER
    )
    assert (added.status_code, added.headers["location"]) == (303, PAGE)
    ((feed,), _) = await look(demo, house)
    assert "jamais encore" in await show(visitor)
    await read(demo, house, feed.id, stay("a"), "UID:b")
    shown = await show(visitor)
    assert "2 événements" in shown
    assert "1 bloqué" in shown
    assert "sans date de début : 1" in shown
    assert OTHER in shown
    for verb, words in (("fetch", "À jour"), ("pause", "En pause"), ("resume", "À jour")):
        done = await send(visitor, f"{PAGE}/feeds/{feed.id}/{verb}")
        assert done.status_code == 303, verb
        assert words in await show(visitor), verb
    assert (await send(visitor, f"{PAGE}/feeds/{feed.id}/remove")).status_code == 303
    assert await look(demo, house) == ([], [])
    gone = await send(visitor, f"{PAGE}/feeds/{feed.id}/remove")
    assert gone.status_code == 404


async def test_asking_for_a_reading_is_shown_until_it_is_done(
    visitor: AsyncTestClient, sign_in: SignIn, house: House, demo: Database, clock: DrivenClock
) -> None:
    await sign_in("hotelier")
    feed = await add(demo, house)
    await read(demo, house, feed)
    assert "Une lecture est demandée" not in await show(visitor)
    clock.forward(timedelta(seconds=30))
    await send(visitor, f"{PAGE}/feeds/{feed}/fetch")
    assert "Une lecture est demandée" in await show(visitor)
    await read(demo, house, feed)
    assert "Une lecture est demandée" not in await show(visitor)


@pytest.mark.parametrize(
    ("label", "address", "field"),
    [
        ("Autre", "http://127.0.0.1/a.ics", "address"),
        ("Autre", "not an address", "address"),
        ("", OTHER, "label"),
        ('<b>"</b>' * 20, OTHER, "label"),
    ],
)
async def test_a_mistake_is_told_beside_its_field_and_everything_typed_is_kept(
    visitor: AsyncTestClient,
    sign_in: SignIn,
    house: House,
    demo: Database,
    label: str,
    address: str,
    field: str,
) -> None:
    await sign_in("hotelier")
    family = str(house.types["family"])
    told = await send(visitor, f"{PAGE}/feeds", room_type=family, label=label, address=address)
    assert told.status_code == 400
    assert f'aria-invalid="true" aria-describedby="error-{field}"' in told.text
    message = re.search(rf'id="error-{field}">([^<]+)<', told.text)
    assert message is not None
    assert message[1].strip()
    assert f'value="{address}"' in told.text
    assert f'<option value="{family}" selected>' in told.text
    assert "<b>" not in told.text
    assert await look(demo, house) == ([], [])


async def test_a_calendar_that_is_read_already_is_told(
    visitor: AsyncTestClient, sign_in: SignIn, house: House, demo: Database
) -> None:
    await sign_in("hotelier")
    await add(demo, house)
    room = str(house.types["suite"])
    told = await send(visitor, f"{PAGE}/feeds", room_type=room, label="Encore", address=OTHER)
    assert told.status_code == 400
    assert 'aria-describedby="error-address"' in told.text
    assert 'value="Encore"' in told.text


async def test_the_form_without_its_token_changes_nothing(
    visitor: AsyncTestClient, sign_in: SignIn, house: House, demo: Database
) -> None:
    await sign_in("hotelier")
    fields = {"room_type": str(house.types["suite"]), "label": "x", "address": OTHER}
    refused = await visitor.post(f"{PAGE}/feeds", data=fields, headers=HTML)
    assert refused.status_code == 403
    assert await look(demo, house) == ([], [])


@pytest.mark.parametrize("outcome", list(Outcome))
async def test_every_outcome_has_its_words(
    visitor: AsyncTestClient, sign_in: SignIn, house: House, demo: Database, outcome: Outcome
) -> None:
    if outcome is Outcome.READ:
        return
    await sign_in("hotelier")
    feed = await add(demo, house)
    status = 503 if outcome is Outcome.HTTP_STATUS else None
    await answer(demo, house, feed, FetchFailed(outcome=outcome, http_status=status))
    shown = await show(visitor)
    assert "En échec" in shown
    assert "1 échec récent" in shown
    assert ("(réponse 503)" in shown) is (status is not None)


async def test_a_calendar_that_was_not_read_for_an_hour_is_marked(
    visitor: AsyncTestClient, sign_in: SignIn, house: House, demo: Database, clock: DrivenClock
) -> None:
    feed = await add(demo, house)
    await read(demo, house, feed)
    clock.forward(timedelta(minutes=61))
    await sign_in("hotelier")
    assert "Pas à jour" in await show(visitor)


async def test_a_conflict_is_shown_with_its_dates_and_platform(
    visitor: AsyncTestClient, sign_in: SignIn, house: House, demo: Database
) -> None:
    for _ in range(2):
        await book(demo, house.wish(suite(house)))
    feed = await add(demo, house, label="Plateforme X")
    await read(demo, house, feed, stay("a"))
    await sign_in("hotelier")
    shown = await show(visitor)
    assert "1 conflit à régler" in shown
    assert re.search(
        r"27 févr\. 2027 → mar\. 2 mars 2027</th><td>Suite</td><td>Plateforme X", shown
    )


@pytest.mark.parametrize("who", ["federation", "office", "region", "exploitant"])
async def test_only_a_lodging_has_the_page(
    visitor: AsyncTestClient, sign_in: SignIn, who: str
) -> None:
    await sign_in(who)
    assert (await visitor.get(PAGE, headers=HTML)).status_code == 403


async def test_nobody_in_particular_is_led_to_the_sign_in(visitor: AsyncTestClient) -> None:
    answered = await visitor.get(PAGE, headers=HTML)
    assert answered.status_code == 303
    assert answered.headers["location"].startswith("/sign-in")


async def test_the_address_on_the_page_gives_anybody_the_calendar(
    visitor: AsyncTestClient, sign_in: SignIn, house: House, demo: Database
) -> None:
    for _ in range(2):
        await book(demo, house.wish(suite(house)))
    await sign_in("hotelier")
    addresses = exports(await show(visitor))
    assert len(set(addresses)) == len(house.types)
    visitor.cookies.clear()
    full = {}
    for address in addresses:
        found = await visitor.get(address)
        assert found.status_code == 200
        assert found.headers["content-type"] == "text/calendar; charset=utf-8"
        assert "martin" not in found.text.lower()
        calendar = Calendar.from_ical(found.text)
        full[str(calendar["x-wr-calname"])] = calendar.walk("VEVENT")
    (suite_events,) = [events for name, events in full.items() if name.endswith("suite")]
    assert [(event["dtstart"].dt, event["dtend"].dt) for event in suite_events] == [
        (ARRIVAL, ARRIVAL + timedelta(days=NIGHTS))
    ]
    assert sum(len(events) for events in full.values()) == 1


async def test_a_signed_in_stranger_reads_the_same_calendar(
    visitor: AsyncTestClient, sign_in: SignIn
) -> None:
    await sign_in("hotelier")
    address = exports(await show(visitor))[0]
    await sign_in("office")
    assert (await visitor.get(address)).status_code == 200


async def test_a_calendar_that_did_not_change_is_not_sent_again(
    visitor: AsyncTestClient, sign_in: SignIn, house: House, demo: Database, clock: DrivenClock
) -> None:
    await sign_in("hotelier")
    address = exports(await show(visitor))[list(house.types).index("suite")]
    tag = (await visitor.get(address)).headers["etag"]
    clock.forward(timedelta(minutes=10))
    for given in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = await visitor.get(address, headers={"if-none-match": given})
        assert (again.status_code, again.content) == (304, b""), given
        assert again.headers["etag"] == tag
    for _ in range(2):
        await book(demo, house.wish(suite(house)))
    changed = await visitor.get(address, headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_a_forged_or_foreign_address_gives_nothing(
    visitor: AsyncTestClient, sign_in: SignIn, house: House, demo: Database
) -> None:
    from uuid import UUID  # noqa: PLC0415

    suite_id = UUID(int=house.types["suite"])
    good = sign_reference(SECRET, "calendar", house.tenant, suite_id)
    forged = [
        f"{good}.txt",
        good,
        f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}.ics",
        "x.ics",
        ".ics",
        f"{sign_reference(SECRET, 'booking', house.tenant, suite_id)}.ics",
        f"{sign_reference(SECRET, 'calendar', house.tenant + 1, suite_id)}.ics",
        f"{sign_reference(SECRET, 'calendar', house.tenant, UUID(int=10**9))}.ics",
        f"{sign_reference(SECRET, 'calendar', house.tenant, UUID(int=2**127))}.ics",
    ]
    assert (await visitor.get(f"/ical/{good}.ics")).status_code == 200
    for name in forged:
        assert (await visitor.get(f"/ical/{name}")).status_code == 404, name
