"""The desk's pages in process: each act from its form, each mistake with its words."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
import msgspec
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import list_captured_mail
from hub.core.settings import Settings
from tests.db.test_channels_feeds import add, answer, stay
from tests.db.test_channels_feeds import read as fetch
from tests.houses import ARRIVAL, GUEST, NIGHTS, House, book, find_house, hold, left, quote
from tourism import mandate
from tourism.booking.views import booking_token
from tourism.channels.actions import feeds
from tourism.channels.models import FetchFailed, Outcome
from tourism.desk.actions import listing
from tourism.desk.models import MessageWritten
from tourism.desk.tasks import announce_message_later
from tourism.quoting.models import RoomWanted
from tourism.requests.actions import asking

HTML = {"accept": "text/html", "accept-language": "fr"}
MISSING = datetime(2027, 2, 27, 17, 0, tzinfo=UTC)
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def read(visitor: AsyncTestClient, path: str, **params: object) -> tuple[int, str]:
    answer = await visitor.get(path, params=params or None, headers=HTML)
    return answer.status_code, answer.text


async def send(visitor: AsyncTestClient, shown: str, path: str, **fields: str):
    """Send a form of a page with the hidden values that the page gives."""
    text = (await visitor.get(shown, headers=HTML)).text
    hidden = dict(HIDDEN.findall(text))
    return await visitor.post(path, data={**hidden, **fields}, headers=HTML)


def references(text: str) -> list[str]:
    return re.findall(r'href="/pro/bookings/[0-9a-f-]{36}">([A-Z]+-\d{6}-[A-Z]+)<', text)


async def test_the_list_shows_finds_and_counts(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    await hold(demo, await quote(demo, house.wish()))
    await sign_in("hotelier")
    status, text = await read(visitor, "/pro/bookings")
    assert status == 200
    assert len(references(text)) == 6
    assert "Toutes (6)" in text
    assert "En cours de paiement (1)" in text
    for words in ("ADA mart", booked.reference.lower(), "ada@demo", "mârtin"):
        _, text = await read(visitor, "/pro/bookings", text=words)
        assert references(text) == [booked.reference], words
    _, text = await read(visitor, "/pro/bookings", text="ines")  # Inès Morel
    assert "Inès Morel" in text
    assert len(references(text)) == 1
    _, text = await read(visitor, "/pro/bookings", text="ada morel")
    assert "Rien de tel ici" in text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"first": str(ARRIVAL)}, True),
        ({"first": str(ARRIVAL + timedelta(days=1))}, False),
        ({"last": str(ARRIVAL - timedelta(days=1))}, False),
        ({"first": str(ARRIVAL), "last": str(ARRIVAL)}, True),
        ({"show": "confirmed"}, True),
        ({"show": "cancelled"}, False),
        ({"room_type": "double"}, True),
        ({"room_type": "suite"}, False),
    ],
)
async def test_filters_keep_what_they_say(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, asked: dict, found: bool
) -> None:
    booked = await book(demo, house.wish())
    await sign_in("hotelier")
    if "room_type" in asked:
        asked = {"room_type": house.types[asked["room_type"]]}
    _, text = await read(visitor, "/pro/bookings", **asked)
    assert (booked.reference in references(text)) is found


async def test_orders_and_pages_go_by_links_and_lose_nothing(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    for number in range(24):
        await book(demo, house.wish(arrival=ARRIVAL + timedelta(days=number), nights=1))
    await sign_in("hotelier")
    _, first = await read(visitor, "/pro/bookings", sort="arrival", first="2026-01-01")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    _, second = await read(visitor, following[1].replace("&amp;", "&"))
    seen = [*references(first), *references(second)]
    assert (len(references(first)), len(seen), len(set(seen))) == (25, 29, 29)
    assert "2 sur 2" in second
    _, last = await read(visitor, "/pro/bookings", page="99")
    assert "2 sur 2" in last
    _, dear = await read(visitor, "/pro/bookings", sort="total")
    totals = [
        int(re.sub(r"\D", "", cell))
        for cell in re.findall(r'<td class="amount">([\d\s\u202f\xa0]+,\d\d)', dear)
    ]
    assert totals == sorted(totals, reverse=True)


async def test_the_export_is_the_selection_and_runs_no_formula(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, demo_settings: Settings
) -> None:
    booked = await book(demo, house.wish())
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute(
        """update booking set guest = jsonb_set(guest, '{last_name}', '"=HYPERLINK(1)"')
            where id = $1""",
        booked.id,
    )
    await admin.close()
    await sign_in("hotelier")
    answer = await visitor.get("/pro/bookings/export.csv", params={"text": "ada"}, headers=HTML)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert [row["reference"] for row in rows] == [booked.reference]
    assert rows[0]["nom"] == "'=HYPERLINK(1)"
    euros = f"{booked.total_cents // 100},{booked.total_cents % 100:02d}"
    assert (rows[0]["nuits"], rows[0]["total_eur"]) == (str(NIGHTS), euros)
    whole = await visitor.get("/pro/bookings/export.csv", headers=HTML)
    assert len(whole.text.splitlines()) == 7


async def test_a_house_without_bookings_is_told_what_will_come(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings
) -> None:
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute(
        "alter table booking drop constraint if exists booking_property_tenant_fkey"
    )
    await admin.execute("update booking set tenant = (select min(id) from organisation)")
    await admin.close()
    await sign_in("hotelier")
    status, text = await read(visitor, "/pro/bookings")
    assert status == 200
    assert "Aucune réservation pour l" in text


async def test_a_booking_is_shown_whole_and_acted_on_from_its_page(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish(plan="breakfast"))
    path = f"/pro/bookings/{booked.id}"
    await sign_in("hotelier")
    status, text = await read(visitor, path)
    assert status == 200
    for words in (
        booked.reference,
        "Ada Martin",
        "Petit-déjeuner compris",
        "Détail du prix",
        "Annulation gratuite",
        "Paiement commencé",
        "le voyageur",
        "Rien avant l",
    ):
        assert words in text, words
    early = await send(visitor, path, path, act="check_in", note="tôt")
    assert early.status_code == 409
    assert "The stay begins later" in early.text or "commence plus tard" in early.text
    assert 'role="alert"' in early.text
    clock.set(MISSING)
    await sign_in("hotelier")
    done = await send(visitor, path, path, act="check_in", note="avec un chien")
    assert (done.status_code, done.headers["location"]) == (303, path)
    _, text = await read(visitor, path)
    assert "Arrivée du voyageur : avec un chien" in text
    assert "Colette Bertrand" in text
    assert "Le voyageur est parti" in text
    long = await send(visitor, path, path, act="check_out", note="x" * 201)
    assert long.status_code == 400
    assert "x" * 201 in long.text
    assert (await send(visitor, path, path, act="dance")).status_code == 400
    assert (await send(visitor, path, path, act="check_out")).status_code == 303
    _, text = await read(visitor, path)
    assert "Plus rien à faire" in text


async def test_a_no_show_is_reported_then_decided(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    path = f"/pro/bookings/{booked.id}"
    clock.set(MISSING)
    await sign_in("hotelier")
    assert (await send(visitor, path, path, act="no_show")).status_code == 303
    _, text = await read(visitor, "/pro/bookings")
    assert "1 voyageur non présenté attend votre décision" in text
    assert (await send(visitor, path, path, act="waive", note="malade")).status_code == 303
    _, text = await read(visitor, path)
    assert "sont en cours de remboursement" in text
    assert "La maison a renoncé" in text
    late = await send(visitor, path, path, act="keep")
    assert late.status_code == 409
    _, text = await read(visitor, "/pro/bookings")
    assert "attend votre décision" not in text


async def announce(demo: Database, house: House) -> int:
    """Run the announcements of all messages twice; how many letters lie there."""
    async with demo.transaction(house.tenant) as tx:
        rows = await (await tx.connection()).fetch("select id from stay_message order by at, id")
    for row in [*rows, *rows]:
        message = MessageWritten(message=row["id"])
        await announce_message_later.run(demo, house.tenant, message)
    async with demo.transaction(house.tenant) as tx:
        return sum("Un message de" in mail.subject for mail in await list_captured_mail(tx))


async def test_guest_and_house_write_to_each_other(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, demo_settings: Settings
) -> None:
    booked = await book(demo, house.wish())
    mine = f"/reservation/{booking_token(demo_settings, booked)}/messages"
    path = f"/pro/bookings/{booked.id}"
    key = str(uuid4())
    for _ in range(2):
        sent = await send(
            visitor, mine, mine, body="Un lit bébé ?\r\n<b>Merci</b>", idempotency_key=key
        )
        assert (sent.status_code, sent.headers["location"]) == (303, mine)
    await sign_in("hotelier")
    _, text = await read(visitor, "/pro/bookings")
    assert "1 message non lu" in text
    _, text = await read(visitor, "/pro/bookings", unread="1")
    assert references(text) == [booked.reference]
    _, text = await read(visitor, path)
    assert text.count("Un lit bébé ?\n&lt;b&gt;Merci&lt;/b&gt;") == 1
    assert "nouveau" in text
    _, text = await read(visitor, "/pro/bookings")
    assert "non lu" not in text
    answered = await send(visitor, path, f"{path}/messages", body="Bien sûr.")
    assert answered.status_code == 303
    visitor.cookies.clear()
    _, text = await read(visitor, mine)
    assert "Bien sûr." in text
    assert "Colette Bertrand" in text
    assert await announce(demo, house) == 2
    async with demo.transaction(house.tenant) as tx:
        letters = await list_captured_mail(tx)
    told = {mail.recipient: mail for mail in letters if "mandat" not in mail.body_text}
    assert "Un lit bébé" in told["hotelier@demo.example"].body_text
    assert path in told["hotelier@demo.example"].body_text
    assert "Bien sûr." in told["ada@demo.example"].body_text
    assert re.search(r"/reservation/[\w-]{43}/messages", told["ada@demo.example"].body_text)


async def test_messages_that_cannot_be_sent_are_kept_in_the_form(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, demo_settings: Settings
) -> None:
    booked = await book(demo, house.wish())
    mine = f"/reservation/{booking_token(demo_settings, booked)}/messages"
    empty = await send(visitor, mine, mine, body="  \n ")
    assert empty.status_code == 400
    assert 'aria-invalid="true"' in empty.text
    long = await send(visitor, mine, mine, body="é" * 2001)
    assert long.status_code == 400
    assert "é" * 2001 in long.text
    assert (await send(visitor, mine, mine, body="é" * 2000)).status_code == 303
    for _ in range(19):
        assert (await send(visitor, mine, mine, body="encore")).status_code == 303
    flood = await send(visitor, mine, mine, body="et encore")
    assert flood.status_code == 429
    assert "et encore" in flood.text
    held = await hold(demo, await quote(demo, house.wish()))
    early = f"/reservation/{booking_token(demo_settings, held)}/messages"
    status, text = await read(visitor, early)
    assert (status, "<textarea" in text) == (200, False)
    refused = await send(visitor, mine, early, body="bonjour")
    assert refused.status_code == 409
    assert (await read(visitor, "/reservation/x/messages"))[0] == 404


async def walk_in(house: House, **change: str) -> dict[str, str]:
    return {
        "arrival": str(ARRIVAL),
        "departure": str(ARRIVAL + timedelta(days=NIGHTS)),
        "room_type": str(house.types["family"]),
        "rate_plan": str(house.plans["breakfast"]),
        "adults": "2",
        "child_ages": "7; 4",
        **change,
    }


async def test_the_house_books_a_stay_at_the_desk_once(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    async with demo.transaction(house.tenant) as tx:
        before = await left(tx, house.types["family"], ARRIVAL, NIGHTS)
    await sign_in("hotelier")
    new = "/pro/bookings/new"
    priced = await send(visitor, new, new, **await walk_in(house))
    assert priced.status_code == 303
    offer = priced.headers["location"]
    text = (await visitor.get(offer, headers=HTML)).text
    assert "Total tout compris" in text
    hidden = dict(HIDDEN.findall(text))
    wrong = await visitor.post(
        offer, data={**hidden, "first_name": "Jo", "last_name": "", "phone": "06"}, headers=HTML
    )
    assert wrong.status_code == 400
    assert 'value="Jo"' in wrong.text
    assert re.search(r'name="last_name"[^>]* aria-invalid="true"', wrong.text)
    guest = {"first_name": "Jo", "last_name": "Petit", "message": "clé à 22 h"}
    places = set()
    for _ in range(2):
        booked = await visitor.post(offer, data={**hidden, **guest}, headers=HTML)
        assert booked.status_code == 303
        places.add(booked.headers["location"])
    again = await send(visitor, offer, offer, **guest)
    places.add(again.headers["location"])
    assert len(places) == 1
    async with demo.transaction(house.tenant) as tx:
        after = await left(tx, house.types["family"], ARRIVAL, NIGHTS)
    assert after == [n - 1 for n in before]
    _, text = await read(visitor, places.pop())
    assert "à encaisser par la maison" in text
    assert "Réservée à l" in text
    _, text = await read(visitor, "/pro/bookings/print", day=str(ARRIVAL))
    assert "clé à 22 h" in text
    assert "À payer sur place" in text


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"arrival": "demain"}, 400, "arrival"),
        ({"departure": str(ARRIVAL)}, 400, "departure"),
        ({"adults": "deux"}, 400, "adults"),
        ({"adults": "0"}, 400, "adults"),
        ({"child_ages": "sept"}, 400, "child_ages"),
        ({"adults": "9"}, 409, "room_type"),
        ({"rate_plan": "999999"}, 404, "rate_plan"),
    ],
)
async def test_a_walk_in_that_cannot_be_is_told_beside_its_field(
    visitor: AsyncTestClient, sign_in, house: House, change: dict, status: int, field: str
) -> None:
    await sign_in("hotelier")
    new = "/pro/bookings/new"
    answer = await send(visitor, new, new, **await walk_in(house, **change))
    assert answer.status_code == status
    assert re.search(rf'name="{field}"[^>]* aria-invalid="true"', answer.text)
    assert f'value="{ARRIVAL}"' in answer.text or "arrival" in change


async def test_the_days_lists_say_who_comes_stays_and_goes(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish(plan="breakfast"))
    await sign_in("hotelier")
    for offset, words in ((0, "Arrivées (1)"), (1, "En séjour (1)"), (NIGHTS, "Départs (1)")):
        _, text = await read(
            visitor, "/pro/bookings/print", day=str(ARRIVAL + timedelta(days=offset))
        )
        assert words in text
        assert booked.reference in text
        assert "Petit-déjeuner compris" in text
    clock.set(MISSING)
    await sign_in("hotelier")
    path = f"/pro/bookings/{booked.id}"
    await send(visitor, path, path, act="no_show")
    _, text = await read(visitor, "/pro/bookings/print", day=str(ARRIVAL))
    assert "Arrivées (0)" in text


PAGES = ("", "/new", "/print", "/export.csv")


@pytest.mark.parametrize("who", ["federation", "office", "region", "exploitant"])
async def test_only_houses_have_a_desk(visitor: AsyncTestClient, sign_in, who: str) -> None:
    await sign_in(who)
    for end in PAGES:
        assert (await read(visitor, f"/pro/bookings{end}"))[0] == 403, end


async def test_another_houses_booking_is_unknown_at_this_desk(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, demo_settings: Settings
) -> None:
    booked = await book(demo, house.wish())
    offer = await quote(demo, house.wish())
    admin = await asyncpg.connect(demo_settings.database_url)
    other = "(select min(id) from organisation where kind = 'lodging' and id <> $1)"
    for table in ("reservation", "booking_revision", "booking", "quote"):
        if table in {"booking", "quote"}:
            await admin.execute(
                f"alter table {table} drop constraint if exists {table}_property_tenant_fkey"
            )
            await admin.execute(f"update {table} set tenant = {other}", house.tenant)
    await admin.close()
    await sign_in("hotelier")
    path = f"/pro/bookings/{booked.id}"
    assert (await read(visitor, path))[0] == 404
    assert (await send(visitor, "/pro/bookings/new", path, act="check_in")).status_code == 404
    wrote = await send(visitor, "/pro/bookings/new", f"{path}/messages", body="bonjour")
    assert wrote.status_code == 404
    assert (await read(visitor, f"/pro/bookings/new/{offer.id}"))[0] == 404
    _, text = await read(visitor, "/pro/bookings")
    assert references(text) == []


async def test_without_a_session_the_desk_asks_to_sign_in(visitor: AsyncTestClient) -> None:
    answer = await visitor.get("/pro/bookings", headers=HTML)
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["location"]


async def test_the_house_cancels_one_room_for_the_refund_that_its_page_shows(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House
) -> None:
    double = RoomWanted(room_type=house.types["double"], adults=2)
    booked = await book(demo, house.wish(double, double))
    await sign_in("hotelier")
    here = f"/pro/bookings/{booked.id}"
    _, text = await read(visitor, here)
    assert text.count('value="cancel_room"') == 2
    room = booked.quote.breakdown.rooms[0]
    back = room.gross_cents + room.tourist_tax_cents
    stale = {"act": "cancel_room", "rooms": "1", "refund_cents": str(back - 1)}
    refused = await send(visitor, here, here, **stale)
    assert refused.status_code == 409
    sent = await send(
        visitor, here, here, act="cancel_room", rooms="1", refund_cents=str(back), note="douche"
    )
    assert sent.status_code == 303
    _, text = await read(visitor, here)
    assert 'value="cancel_room"' not in text  # the last room is cancelled with the stay
    assert "Chambre annulée par la maison : douche" in text
    none = await send(visitor, here, here, act="cancel_room", rooms="", refund_cents="0")
    assert none.status_code == 400


async def test_today_says_what_waits_and_leads_to_each_booking(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    await sign_in("hotelier")
    _, calm = await read(visitor, "/pro/today")
    assert "Rien n'attend" in calm.replace("&#39;", "'")
    clock.set(datetime(2027, 2, 28, 9, 0, tzinfo=UTC))
    await sign_in("hotelier")
    _, text = await read(visitor, "/pro/today")
    assert f'href="/pro/bookings/{booked.id}">{booked.reference}</a>' in text
    assert "attendu le 27 févr., pas encore arrivé" in text


async def test_today_names_what_lapses_and_what_cannot_be_read(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, house: House
) -> None:
    await sign_in("hotelier")
    for _ in range(2):  # the suites are full: another platform's stay finds none
        await book(demo, house.wish(RoomWanted(room_type=house.types["suite"], adults=2)))
    owner = await asyncpg.connect(demo_settings.database_url)
    await owner.execute(
        "update room_type set on_request = true where id = $1", house.types["double"]
    )
    await owner.close()
    asked = await quote(demo, house.wish())
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await asking.ask_house(tx, asked.id, GUEST)
    full = await add(demo, house)
    await fetch(demo, house, full, stay("a"))
    broken = await add(demo, house, address="https://example.org/broken.ics")
    await answer(demo, house, broken, FetchFailed(outcome=Outcome.TIMEOUT))
    text = (await read(visitor, "/pro/today"))[1].replace("&#39;", "'")
    for words in (
        '<a href="/pro/requests">1 demande attend votre réponse</a>',
        "<a href=\"/pro/channels\">1 séjour d'une autre plateforme n'a pas de chambre ici</a>",
        '<a href="/pro/channels">1 calendrier d\'une autre plateforme ne se lit pas</a>',
    ):
        assert words in text, words
    assert re.search(r"sans réponse avant le 2 déc\.[^<]*, elle est perdue<", text)
    assert "tout est à jour" not in text
    assert "n'est pas à jour" not in text


async def test_today_names_a_feed_that_was_not_read_for_an_hour_but_no_paused_one(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, clock: DrivenClock
) -> None:
    feed = await add(demo, house)
    await fetch(demo, house, feed, stay("a"))
    async with demo.transaction(house.tenant) as tx:
        found = await listing.find_house(tx)
        assert (await listing.find_alerts(tx, found)).channels.stale == 0
    clock.forward(timedelta(minutes=61))
    await sign_in("hotelier")
    _, text = await read(visitor, "/pro/today")
    words = "1 calendrier d'une autre plateforme n'est pas à jour"
    assert words in text.replace("&#39;", "'")
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await feeds.pause_feed(tx, feed)
        assert (await listing.find_alerts(tx, found)).channels.stale == 0


async def test_today_names_the_day_until_which_the_mandate_is_signed_again(
    demo: Database, house: House
) -> None:
    [first] = mandate.REVISIONS
    newer = msgspec.structs.replace(first, number=2, from_on=date(2026, 11, 20))
    async with demo.transaction(house.tenant) as tx:
        found = await listing.find_house(tx)
        calm = await listing.find_alerts(tx, found)
        due = await listing.find_alerts(tx, found, (first, newer))
    assert calm.sign_by is None
    assert (due.sign_by, due.any) == (date(2026, 12, 20), True)
