"""The voucher of a stay: every cent on paper, in the guest's language, of a booking that stands."""

from io import BytesIO

import msgspec
import pypdf
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.i18n import LANGUAGES, money
from hub.core.settings import Settings
from tests.houses import GUEST, House, book, find_house, hold, pay, quote
from tourism.booking.actions import selling
from tourism.booking.models import Booking
from tourism.booking.views import booking_token
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.quoting.models import DESK, RoomWanted


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def words(data: bytes) -> str:
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages)
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def amount(cents: int, language: str) -> str:
    shown = money(cents, language)
    return shown.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def path_of(settings: Settings, booked: Booking) -> str:
    return f"/reservation/{booking_token(settings, booked)}/bon.pdf"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("fr", "Bon de séjour"), ("en", "Stay voucher"), ("de", "Aufenthaltsgutschein"),
        ("es", "Bono de estancia"), ("it", "Voucher del soggiorno"), ("nl", "Verblijfsvoucher"),
    ],
)  # fmt: skip
async def test_the_voucher_says_every_cent_in_the_readers_language(
    visitor: AsyncTestClient,
    demo: Database,
    house: House,
    demo_settings: Settings,
    language: str,
    title: str,
) -> None:
    assert language in LANGUAGES
    booked = await book(demo, house.wish(plan="breakfast"))
    answer = await visitor.get(path_of(demo_settings, booked), params={"lang": language})
    assert answer.headers["content-type"] == "application/pdf"
    text = words(answer.content)
    assert title in text
    assert booked.reference in text
    assert "Ada Martin" in text
    assert amount(booked.total_cents, language) in text
    for tax in booked.quote.breakdown.tourist_tax:
        assert amount(tax.amount_cents, language) in text
    again = await visitor.get(path_of(demo_settings, booked), params={"lang": language})
    assert again.content == answer.content


async def test_without_asking_it_speaks_as_the_guest_did(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    german = msgspec.structs.replace(GUEST, language="de")
    booked = await pay(demo, held, guest=german)
    answer = await visitor.get(path_of(demo_settings, booked), headers={"accept-language": "fr"})
    assert "Aufenthaltsgutschein" in words(answer.content)


async def test_a_cancelled_room_leaves_the_voucher_and_its_lines_still_add_up(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    double = house.types["double"]
    rooms = (RoomWanted(room_type=double, adults=2), RoomWanted(room_type=double, adults=1))
    booked = await book(demo, house.wish(*rooms, plan="saver"))  # never free: a penalty stays due
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id, (2,))
        command = CancelBooking(refund_cents=refund.refund_cents, rooms=(2,))
        after = await cancelling.cancel_booking(tx, booked.id, command)
    text = words((await visitor.get(path_of(demo_settings, booked))).content)
    assert amount(after.total_cents - after.refund_cents, "fr") in text
    assert amount(refund.penalty_cents, "fr") in text
    assert "Reste dû de chambres annulées" in text
    assert "1 adulte" not in text


async def test_only_a_booking_that_stands_has_a_voucher(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    assert (await visitor.get(path_of(demo_settings, held))).status_code == 409
    booked = await book(demo, house.wish())
    async with demo.transaction(booked.tenant, actor="guest") as tx:
        command = CancelBooking(refund_cents=booked.total_cents)
        await cancelling.cancel_booking(tx, booked.id, command)
    assert (await visitor.get(path_of(demo_settings, booked))).status_code == 409
    assert (await visitor.get("/reservation/x/bon.pdf")).status_code == 404


async def test_a_stay_paid_at_the_house_says_so(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    wish = msgspec.structs.replace(house.wish(), channel=DESK)
    held = await hold(demo, await quote(demo, wish))
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        booked = await selling.confirm_at_desk(tx, held.id, GUEST)
    text = words((await visitor.get(path_of(demo_settings, booked))).content)
    assert "À payer à la maison." in text
    assert amount(booked.total_cents, "fr") in text


async def test_what_a_guest_typed_is_no_command(
    visitor: AsyncTestClient, demo: Database, house: House, demo_settings: Settings
) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    odd = msgspec.structs.replace(GUEST, last_name='O\'Hara <b> "#panic(1)" *x* $y$')
    booked = await pay(demo, held, guest=odd)
    text = words((await visitor.get(path_of(demo_settings, booked))).content)
    assert "#panic(1)" in text
    assert "<b>" in text
