"""The journey through the JSON API; every bad input has a clear problem."""

import asyncio
import uuid
from datetime import timedelta

import httpx
import pytest
from litestar.testing import AsyncTestClient

from hub.core import idempotency
from hub.core.clock import DrivenClock
from hub.core.db import Database
from tests.api.conftest import SignIn
from tests.houses import ARRIVAL, NIGHTS, House, find_house

DEPARTURE = ARRIVAL + timedelta(days=NIGHTS)
GUEST = {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"}


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def wish(house: House, **changes: object) -> dict[str, object]:
    return {
        "property": house.id,
        "arrival": str(ARRIVAL),
        "departure": str(DEPARTURE),
        "rate_plan": house.plans["flexible"],
        "rooms": [{"room_type": house.types["double"], "adults": 2}],
        **changes,
    }


async def post(
    visitor: AsyncTestClient, path: str, body: object, key: str | None = None
) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return await visitor.post(path, json=body, headers=headers)


async def held(visitor: AsyncTestClient, house: House) -> dict:
    quote = (await post(visitor, "/api/v1/quotes", wish(house))).json()
    return (await post(visitor, f"/api/v1/quotes/{quote['token']}/hold", {})).json()


def payment(booking: dict, **changes: object) -> dict[str, object]:
    return {
        "guest": GUEST,
        "payment_method": "pm_card_visa",
        "total_cents": booking["total_cents"],
        **changes,
    }


async def booked(visitor: AsyncTestClient, house: House) -> dict:
    booking = await held(visitor, house)
    path = f"/api/v1/bookings/{booking['token']}/payment"
    return (await post(visitor, path, payment(booking))).json()


def code_of(answer: httpx.Response) -> str:
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["title"]
    assert problem["status"] == answer.status_code
    return problem["type"].removeprefix("urn:usage-hub:problem:")


async def test_the_whole_journey(visitor: AsyncTestClient, house: House) -> None:
    places = (await visitor.get("/api/v1/places", params={"text": "annecy"})).json()
    assert places[0]["code"] == "74010"
    found = await visitor.get(
        "/api/v1/search",
        params={
            "place": "commune:74010",
            "arrival": str(ARRIVAL),
            "departure": str(DEPARTURE),
            "adults": 2,
            "free_cancellation": "true",
        },
    )
    hit = found.json()["hits"][0]
    assert hit["property"] == house.id
    seen = await visitor.get(
        f"/api/v1/properties/{house.id}",
        params={"arrival": str(ARRIVAL), "departure": str(DEPARTURE), "adults": 2},
    )
    totals = {
        offer["plan"]["id"]: offer["gross_cents"] + offer["tourist_tax_cents"]
        for option in seen.json()["options"]
        for offer in option["offers"]
        if option["room_type"]["id"] == hit["rooms"][0]["room_type"]
    }
    quote = (
        await post(visitor, "/api/v1/quotes", wish(house, shown_total_cents=hit["total_cents"]))
    ).json()
    # One price on every surface (HAIP W5).
    assert hit["total_cents"] == totals[hit["rate_plan"]] == quote["breakdown"]["total_cents"]

    booking = (await post(visitor, f"/api/v1/quotes/{quote['token']}/hold", {})).json()
    assert booking["state"] == "held"
    path = f"/api/v1/bookings/{booking['token']}"
    paid = (await post(visitor, f"{path}/payment", payment(booking))).json()
    assert (paid["state"], paid["guest"]["last_name"]) == ("confirmed", "Martin")
    assert (await visitor.get(path)).json() == paid
    refund = (await visitor.get(f"{path}/refund")).json()
    assert refund["refund_cents"] == paid["total_cents"]
    body = {"refund_cents": refund["refund_cents"]}
    cancelled = (await post(visitor, f"{path}/cancellation", body)).json()
    assert cancelled["state"] == "cancelled"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"departure": str(ARRIVAL)}, 400, "stay-invalid"),
        ({"arrival": "2020-01-01", "departure": "2020-01-03"}, 400, "stay-invalid"),
        ({"arrival": "2028-02-10", "departure": "2028-02-12"}, 400, "stay-invalid"),
        ({"arrival": "yesterday"}, 400, "invalid"),
        ({"rooms": []}, 400, "stay-invalid"),
        ({"rooms": [{"room_type": 1, "adults": 0}]}, 400, "stay-invalid"),
        ({"property": 99_999_999}, 404, "offer-unknown"),
        ({"rate_plan": 99_999_999}, 404, "offer-unknown"),
        ({"rooms": [{"room_type": 99_999_999, "adults": 2}]}, 404, "offer-unknown"),
        ({"shown_total_cents": 1}, 409, "price-changed"),
        ({"discount": 10}, 400, "invalid"),
    ],
)
async def test_a_quote_that_cannot_be_says_why(
    visitor: AsyncTestClient, house: House, changes: dict, status: int, code: str
) -> None:
    answer = await post(visitor, "/api/v1/quotes", wish(house, **changes))
    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize(
    ("who", "channel", "status"),
    [
        (None, "site", 201),
        (None, "desk", 403),
        (None, "partner", 403),
        ("office", "office", 201),
        ("office", "desk", 403),
        ("hotelier", "office", 403),
        ("hotelier", "desk", 403),
    ],
)
async def test_a_caller_names_no_channel_but_their_own(
    visitor: AsyncTestClient, sign_in: SignIn, house: House, who: str, channel: str, status: int
) -> None:
    """The channel decides the shares, and a desk's stay is not paid online."""
    if who:
        await sign_in(who)
    answer = await post(visitor, "/api/v1/quotes", wish(house, channel=channel))
    assert answer.status_code == status, answer.text


async def test_a_price_that_changed_tells_the_price_of_now(
    visitor: AsyncTestClient, house: House
) -> None:
    answer = await post(visitor, "/api/v1/quotes", wish(house, shown_total_cents=1))
    now = (await post(visitor, "/api/v1/quotes", wish(house))).json()
    assert answer.json()["total_cents"] == now["breakdown"]["total_cents"]


async def test_an_expired_quote_says_so(
    visitor: AsyncTestClient, house: House, clock: DrivenClock
) -> None:
    quote = (await post(visitor, "/api/v1/quotes", wish(house))).json()
    clock.forward(timedelta(minutes=31))
    answer = await post(visitor, f"/api/v1/quotes/{quote['token']}/hold", {})
    assert (answer.status_code, code_of(answer)) == (410, "quote-expired")


async def test_an_expired_hold_says_so(
    visitor: AsyncTestClient, house: House, clock: DrivenClock
) -> None:
    booking = await held(visitor, house)
    clock.forward(timedelta(minutes=16))
    path = f"/api/v1/bookings/{booking['token']}/payment"
    answer = await post(visitor, path, payment(booking))
    assert (answer.status_code, code_of(answer)) == (410, "hold-expired")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"guest": {**GUEST, "email": "nowhere"}}, 400, "stay-invalid"),
        ({"guest": {**GUEST, "first_name": " "}}, 400, "stay-invalid"),
        ({"payment_method": "4242424242424242"}, 400, "payment-method-unknown"),
        ({"total_cents": 1}, 409, "price-changed"),
        ({"payment_method": "pm_card_visa_chargeDeclined"}, 402, "card-declined"),
    ],
)
async def test_a_payment_that_cannot_be_says_why_and_keeps_the_hold(
    visitor: AsyncTestClient, house: House, changes: dict, status: int, code: str
) -> None:
    booking = await held(visitor, house)
    path = f"/api/v1/bookings/{booking['token']}"
    answer = await post(visitor, f"{path}/payment", payment(booking, **changes))
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert (await visitor.get(path)).json()["state"] == "held"
    assert (await post(visitor, f"{path}/payment", payment(booking))).status_code == 200


@pytest.mark.parametrize(
    "params",
    [
        {"departure": str(ARRIVAL)},
        {"arrival": "2020-01-01", "departure": "2020-01-03"},
        {"adults": 0},
        {"rooms": 3},
        {"child_ages": [18]},
        {"arrival": "2028-02-10", "departure": "2028-02-12"},
        {"departure": str(ARRIVAL + timedelta(days=40))},
        {"kind": "castle"},
        {"meal_plan": 99},
        {"sort": "bribe"},
        {"arrival": "soon"},
    ],
)
async def test_a_search_that_cannot_be_says_why(visitor: AsyncTestClient, params: dict) -> None:
    asked = {
        "place": "commune:74010",
        "arrival": str(ARRIVAL),
        "departure": str(DEPARTURE),
        "adults": 2,
        **params,
    }
    answer = await visitor.get("/api/v1/search", params=asked)
    assert answer.status_code == 400
    assert code_of(answer) in {"search-invalid", "invalid"}


@pytest.mark.parametrize("place", ["commune:99999", "planet:74010", "commune:"])
async def test_an_unknown_place_says_so(visitor: AsyncTestClient, place: str) -> None:
    asked = {"place": place, "arrival": str(ARRIVAL), "departure": str(DEPARTURE)}
    answer = await visitor.get("/api/v1/search", params=asked)
    assert code_of(answer) in {"place-unknown", "place-invalid"}


@pytest.mark.parametrize(
    "path",
    ["/api/v1/quotes/nonsense", "/api/v1/bookings/nonsense", "/api/v1/properties/99999999"],
)
async def test_an_unknown_reference_is_not_found(visitor: AsyncTestClient, path: str) -> None:
    answer = await visitor.get(path)
    assert answer.status_code == 404
    assert code_of(answer).endswith(("not-found", "unknown"))


async def test_a_write_without_a_key_is_refused(visitor: AsyncTestClient, house: House) -> None:
    answer = await visitor.post("/api/v1/quotes", json=wish(house))
    assert (answer.status_code, code_of(answer)) == (400, "idempotency-key-missing")


@pytest.mark.parametrize("key", ["1", "hold-2027-02-27", "x" * 36, f"{uuid.UUID(int=7)}"])
async def test_strangers_cannot_share_a_key_by_chance(
    visitor: AsyncTestClient, house: House, key: str
) -> None:
    """The first answer holds the token of an offer, and so of the stay that comes of it."""
    answer = await post(visitor, "/api/v1/quotes", wish(house), key)
    assert (answer.status_code, code_of(answer)) == (400, "idempotency-key-guessable")
    assert "at least 22 random characters" in answer.json()["detail"]


@pytest.mark.parametrize("key", ["0f3b9c52-7d1e-4a86-b0c4-5e2d9a716f38", "fG7_k-92hQzLw0aYb3MnVx"])
async def test_a_key_that_cannot_be_guessed_is_taken_from_a_stranger(
    visitor: AsyncTestClient, house: House, key: str
) -> None:
    assert (await post(visitor, "/api/v1/quotes", wish(house), key)).status_code == 201


async def test_who_is_signed_in_shares_no_weak_key_either(
    visitor: AsyncTestClient, sign_in, house: House
) -> None:
    key = str(uuid.uuid4())
    first = await post(visitor, "/api/v1/quotes", wish(house), key)
    await sign_in("hotelier")
    assert (await post(visitor, "/api/v1/quotes", wish(house), key)).content == first.content
    weak = await post(visitor, "/api/v1/quotes", wish(house), "1")
    assert (weak.status_code, code_of(weak)) == (400, "idempotency-key-guessable")


async def test_a_kept_reply_is_given_again_whatever_keys_are_asked_for_by_then(
    visitor: AsyncTestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first request before the service was renewed, and the same one after it."""
    monkeypatch.setattr(idempotency, "SHARED_LETTERS", 1)
    monkeypatch.setattr(idempotency, "_DIFFERENT", 1)
    first = await post(visitor, "/api/v1/quotes", wish(house), "old-key")
    assert first.status_code == 201
    monkeypatch.undo()
    assert (await post(visitor, "/api/v1/quotes", wish(house), "old-key")).content == first.content
    for _ in range(2):  # a refused key keeps nothing
        weak = await post(visitor, "/api/v1/quotes", wish(house), "new-key")
        assert (weak.status_code, code_of(weak)) == (400, "idempotency-key-guessable")


async def test_the_same_key_gives_the_same_reply(visitor: AsyncTestClient, house: House) -> None:
    key = str(uuid.uuid4())
    first = await post(visitor, "/api/v1/quotes", wish(house), key)
    second = await post(visitor, "/api/v1/quotes", wish(house), key)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second.headers["idempotency-replayed"] == "true"


async def test_the_same_key_with_another_body_is_refused(
    visitor: AsyncTestClient, house: House
) -> None:
    key = str(uuid.uuid4())
    await post(visitor, "/api/v1/quotes", wish(house), key)
    other = wish(house, rate_plan=house.plans["saver"])
    answer = await post(visitor, "/api/v1/quotes", other, key)
    assert (answer.status_code, code_of(answer)) == (422, "idempotency-key-reused")


async def test_twenty_holds_with_one_key_are_one(visitor: AsyncTestClient, house: House) -> None:
    quote = (await post(visitor, "/api/v1/quotes", wish(house))).json()
    path = f"/api/v1/quotes/{quote['token']}/hold"
    answers = await asyncio.gather(*[post(visitor, path, {}, "k") for _ in range(20)])
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1


async def test_the_house_sees_its_own_day_only(
    visitor: AsyncTestClient, house: House, sign_in, clock: DrivenClock
) -> None:
    booking = await booked(visitor, house)
    await sign_in("hotelier")
    day = await visitor.get("/api/v1/house/bookings", params={"day": str(ARRIVAL)})
    assert [found["reference"] for found in day.json()] == [booking["reference"]]
    today = await visitor.get("/api/v1/house/bookings")
    assert {found["arrival"] for found in today.json()} == {str(clock.now().date())}


async def test_the_federations_books_are_balanced(
    visitor: AsyncTestClient, house: House, sign_in
) -> None:
    await booked(visitor, house)
    await sign_in("federation")
    balances = (await visitor.get("/api/v1/ledger/balances")).json()
    debits = sum(balance["debit_cents"] for balance in balances)
    assert debits == sum(balance["credit_cents"] for balance in balances) > 0
    # Every guest's deposit is shared: nothing is left on the account between.
    deposits = next(b for b in balances if b["code"] == "guest.deposits")
    assert deposits["debit_cents"] == deposits["credit_cents"]


async def test_health_and_metrics_answer(visitor: AsyncTestClient) -> None:
    assert (await visitor.get("/health/live")).json() == {"status": "ok"}
    assert (await visitor.get("/health/ready")).json() == {"status": "ok"}
    assert "hub_requests_total" in (await visitor.get("/metrics")).text


async def test_the_demonstration_asks_not_to_be_indexed(visitor: AsyncTestClient) -> None:
    answer = await visitor.get("/", headers={"accept": "text/html"})
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "noindex" in answer.text
