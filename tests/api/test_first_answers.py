"""Every write of the API gives its first answer again, word for word, whatever has happened since.

A walk sends each write once under its own key, then changes the world until nothing is as it was,
then sends all of them again: status, body and headers must be those of the first time.
"""

from datetime import UTC, datetime, time, timedelta
from uuid import NAMESPACE_OID, uuid5

import asyncpg
import httpx
import msgspec
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.test_booking_api import GUEST, payment, wish
from tests.api.test_endpoint_walls import operations
from tests.api.test_waiting_pages import sell_out
from tests.db.test_requests import ask_first
from tests.db.test_waiting_list import give
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house
from tourism.owing.actions import following
from tourism.reviewing.views import stayed_token

DEPARTURE = ARRIVAL + timedelta(days=NIGHTS)
WORDS = ("content-type", "location", "etag", "retry-after")
# Writes that keep no answer, and why that is right.
WITHOUT_KEY = {
    "POST /api/v1/sessions": "a kept answer would hold the session's secret",
    "PUT /api/v1/sessions/current": "of the session alone; the same choice again changes nothing",
    "DELETE /api/v1/sessions/current": "of the session alone; it has ended already",
    "POST /api/v1/me/erasure": "afterwards there is nobody who could repeat it",
    "POST /api/v1/bookings/{token}/change-preview": "nothing is kept or taken",
    "POST /api/v1/usage/events": "an event's own source and id are its key",
}

# Their own tests send them twice.
ELSEWHERE = {
    "POST /api/v1/spaces/{space}/{place}/posts",
    "POST /api/v1/organisation/exit",
    "POST /api/v1/organisation/exports",
    "POST /api/v1/organisation/exit/steps",
    "POST /api/v1/seniors/sensors/{token}/events",
    "POST /api/v1/contracts/{service}",
    "POST /api/v1/house/debts/payment",
    "POST /api/v1/operator/write-offs",
    "POST /api/v1/operator/write-offs/{write_off}/decision",
    "POST /api/v1/operator/received-transfers",
    "POST /api/v1/operator/received-transfers/{transfer}/withdrawal",
}


class Sent(msgspec.Struct, frozen=True):
    """A write and its first answer."""

    operation: str
    method: str
    path: str
    body: object
    key: str
    answer: httpx.Response


class Walk:
    """Sends each write once, and all of them again."""

    def __init__(self, client: AsyncTestClient) -> None:
        self.client = client
        self.sent: list[Sent] = []

    async def write(
        self, operation: str, body: object = None, status: int = 201, **values: object
    ) -> dict:
        method, path = operation.split(" ")
        address, key = path.format(**values), str(uuid5(NAMESPACE_OID, f"key {len(self.sent)}"))
        answer = await self._send(method, address, body, key)
        assert answer.status_code == status, (operation, answer.text)
        self.sent.append(Sent(operation, method, address, body, key, answer))
        return answer.json() if answer.content else {}

    async def again(self) -> None:
        """All of them again, and each once under its key with another body."""
        for one in self.sent:
            answer = await self._send(one.method, one.path, one.body, one.key)
            assert _told(answer) == _told(one.answer), one.operation
            assert answer.headers["idempotency-replayed"] == "true", one.operation
            if one.body:
                other = {**msgspec.to_builtins(one.body), "more": 1}
                answer = await self._send(one.method, one.path, other, one.key)
                assert answer.status_code in {400, 422}, one.operation

    async def _send(self, method: str, path: str, body: object, key: str) -> httpx.Response:
        return await self.client.request(method, path, json=body, headers={"idempotency-key": key})

    def operations(self) -> set[str]:
        return {one.operation for one in self.sent}


def _told(answer: httpx.Response) -> tuple[object, ...]:
    return answer.status_code, answer.content, [answer.headers.get(name) for name in WORDS]


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def admin_of_demo(demo: Database, demo_settings: Settings):
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


@pytest.fixture
def walk(visitor: AsyncTestClient) -> Walk:
    return Walk(visitor)


async def held(walk: Walk, house: House, **changes: object) -> dict:
    made = await walk.write("POST /api/v1/quotes", wish(house, **changes))
    return await walk.write("POST /api/v1/quotes/{token}/hold", {}, token=made["token"])


async def guests_write(walk: Walk, house: House) -> None:
    """What a guest does, each act undone or overtaken by the next."""
    pay = "POST /api/v1/bookings/{token}/payment"
    given_back = await held(walk, house)
    release = "POST /api/v1/bookings/{token}/release"
    await walk.write(release, {}, 200, token=given_back["token"])
    stay = await held(walk, house)
    declined = payment(stay, payment_method="pm_card_visa_chargeDeclined")
    await walk.write(pay, declined, 402, token=stay["token"])
    await walk.write(pay, payment(stay), 200, token=stay["token"])
    here = f"/api/v1/bookings/{stay['token']}"
    for departure, status in ((DEPARTURE + timedelta(days=1), 402), (DEPARTURE, 200)):
        change = {name: wish(house)[name] for name in ("arrival", "rate_plan", "rooms")}
        change["departure"] = str(departure - timedelta(days=1) * (status == 200))
        shown = (await walk.client.post(f"{here}/change-preview", json=change)).json()
        change["difference_cents"] = shown["difference_cents"]
        if status == 402:
            change["payment_method"] = "pm_card_visa_chargeDeclined"
        await walk.write(
            "POST /api/v1/bookings/{token}/change", change, status, token=stay["token"]
        )
    refund = (await walk.client.get(f"{here}/refund")).json()["refund_cents"]
    await walk.write(
        "POST /api/v1/bookings/{token}/cancellation",
        {"refund_cents": refund}, 200, token=stay["token"],
    )  # fmt: skip


async def guests_owe(walk: Walk, house: House, demo: Database, admin: asyncpg.Connection) -> None:
    """A deposit is paid, and what is owed then."""
    rule = {"kind": "arrhes", "bps": 3_000, "balance_days": 7, "grace_days": 3}
    plan, kept = house.plans["flexible"], "update rate_plan set details = $1 where id = $2"
    details = await admin.fetchval("select details from rate_plan where id = $1", plan)
    terms = msgspec.json.decode(details) | {"guarantee": "deposit", "deposit": rule}
    await admin.execute(kept, msgspec.json.encode(terms).decode(), plan)
    stay = await held(walk, house)
    pay = "POST /api/v1/bookings/{token}/payment"
    await walk.write(pay, payment(stay), 200, token=stay["token"])
    named = "select id from booking where reference = $1"
    booking = await admin.fetchval(named, stay["reference"])
    async with demo.transaction(house.tenant) as tx:
        await following.follow_stay(tx, booking)
    owed = (await walk.client.get(f"/api/v1/bookings/{stay['token']}/owed")).json()
    assert owed["owed_cents"] > 0
    rest = {"payment_method": "pm_card_visa", "amount_cents": owed["owed_cents"]}
    await walk.write("POST /api/v1/bookings/{token}/owed/payment", rest, 200, token=stay["token"])
    await admin.execute(kept, details, plan)


async def guests_ask_and_wait(walk: Walk, house: House, demo: Database) -> None:
    made = await walk.write("POST /api/v1/quotes", wish(house))
    ask = "POST /api/v1/quotes/{token}/request"
    await walk.write(ask, {"guest": GUEST}, token=made["token"])
    await sell_out(demo, house)
    place = await walk.write(
        "POST /api/v1/waiting-list",
        {
            "property": house.id, "arrival": str(ARRIVAL), "departure": str(DEPARTURE),
            "adults": 2, "guest": GUEST,
        },
    )  # fmt: skip
    leave = "POST /api/v1/waiting-list/{token}/leave"
    await walk.write(leave, {}, 200, token=place["token"])
    await give(demo, house, 1, ARRIVAL, NIGHTS)


async def groups_come(walk: Walk, house: House, hotelier) -> None:
    block = {
        "name": "Équipe", "arrival": str(ARRIVAL), "departure": str(DEPARTURE),
        "cut_off_on": str(ARRIVAL), "rate_plan": house.plans["flexible"],
        "rooms": [{"room_type": house.types["double"], "units": 1, "price_cents": 70_00}],
    }  # fmt: skip
    await hotelier()
    made = await walk.write("POST /api/v1/house/groups", block)
    room = {
        "arrival": str(ARRIVAL), "departure": str(DEPARTURE),
        "rooms": [{"room_type": house.types["double"], "adults": 2}],
    }  # fmt: skip
    await walk.write("POST /api/v1/groups/{code}/rooms", room, code=made["code"])


async def house_writes(walk: Walk, house: House) -> None:
    plan = {
        "name": "Par logiciel", "meal_plan": 14, "adjust_bps": -500,
        "cancellation": {"free_days": 3, "penalty": "first_night"},
    }  # fmt: skip
    added = {
        "plans": plan,
        "promotions": {
            "name": "Long",
            "details": {"kind": "long_stay", "threshold": 7, "percent_bps": 1},
        },
        "supplements": {"name": "Ménage", "details": {"cents": 5_000}},
    }
    for what, body in added.items():
        made = await walk.write(f"POST /api/v1/house/{what}", body)
        if what == "plans":
            change = "PUT /api/v1/house/plans/{id}"
            await walk.write(change, {**plan, "adjust_bps": 500}, 200, id=made["id"])
        await walk.write(f"DELETE /api/v1/house/{what}/{{id}}", None, 200, id=made["id"])
    for cents in (12_345, 23_456):
        values = {"room_type": house.types["double"], "field": "price", "first": str(ARRIVAL)}
        await walk.write(
            "PUT /api/v1/house/calendar", {"values": [{**values, "values": [cents]}]}, 200
        )
    await calendar_changes(walk, house)
    await walk.write("POST /api/v1/house/take-aways", None, 202)


async def calendar_changes(walk: Walk, house: House) -> None:
    rows = [{"room_type": house.types["double"]}]
    days = {"first": str(ARRIVAL), "last": str(ARRIVAL)}
    price = {"field": "price", "amount": 34_567}
    of = "POST /api/v1/house/calendar"
    made = await walk.write(f"{of}/changes", {"rows": rows, **days, "changes": [price]})
    await walk.write(f"{of}/changes/{{change}}/application", {}, 200, change=made["id"])
    await walk.write(f"{of}/changes/{{change}}/undo", {}, 200, change=made["id"])
    season = {"rows": rows, **days, "to_first": str(ARRIVAL + timedelta(days=364))}
    await walk.write(f"{of}/copies", season)


async def accounts_write(walk: Walk, admin: asyncpg.Connection) -> None:
    await walk.write("POST /api/v1/organisations", {"kind": "lodging", "name": "La Gare"})
    member = {"email": "office@demo.example", "role": "member"}
    await walk.write("POST /api/v1/organisation/members", member)
    person = await admin.fetchval("select id from person where email = $1", member["email"])
    change = "PUT /api/v1/organisation/members/{person}"
    await walk.write(change, {"role": "manager"}, 200, person=person)
    remove = "DELETE /api/v1/organisation/members/{person}"
    await walk.write(remove, None, 204, person=person)
    await walk.write("POST /api/v1/me/copies", None, 202)


async def operators_write(walk: Walk, now: datetime) -> None:
    """The file of a service, from its first line to an incident."""
    file = {"code": "other", "title": "X", "provider": "Y", "provider_id": "1", "scope": "Z"}
    await walk.write("POST /api/v1/operator/services", file)
    paper = {
        "kind": "iso-27001", "issuer": "Z", "entity": "1", "services": ["other"],
        "issued_on": "2026-01-01", "expires_on": "2027-01-01", "sha256": "a" * 64,
    }  # fmt: skip
    of = "/api/v1/operator/services/{code}"
    added = await walk.write(f"POST {of}/evidence", paper, code="other")
    confirm = "POST /api/v1/operator/evidence/{evidence}/confirmation"
    await walk.write(confirm, {}, evidence=added["id"])
    clause = {"clause": "law", "option": "french-law"}
    await walk.write(f"PUT {of}/clauses", clause, 200, code="other")
    asked = {"step": "submit", "level": "bronze"}
    await walk.write(f"POST {of}/approval", asked, code="other")
    await walk.write(f"POST {of}/measurements", {}, 202, code="other")
    at = [(now + timedelta(hours=hours)).isoformat() for hours in (-2, -1, 96, 97)]
    incident = {"began_at": at[0], "found_at": at[1], "words": "x"}
    await walk.write(f"POST {of}/incidents", incident, code="other")
    work = {"begins_at": at[2], "ends_at": at[3], "words": "x"}
    await walk.write(f"POST {of}/works", work, code="other")


async def a_region_launches(walk: Walk) -> None:
    """A sandbox, and its end."""
    sandbox = {"vertical": "seniors", "name": "Aînés d'essai"}
    service = await walk.write("POST /api/v1/our-services", sandbox)
    step = {"step": "retire", "version": service["version"], "reason": "Essai fini"}
    await walk.write("POST /api/v1/our-services/{service}/steps", step, service=service["id"])


async def services_are_sold(walk: Walk, house: House) -> None:
    plan = {"name": "Petite", "monthly_cents": 3_100}
    await walk.write("PUT /api/v1/usage/plans/{code}", plan, code="small")
    given = {
        "customer": house.tenant, "plan": "small", "since": "2026-12-01",
        "buyer": {"name": "Le Belvédère", "email": "maison@demo.example"},
    }  # fmt: skip
    sold = await walk.write("POST /api/v1/usage/subscriptions", given)
    end = "POST /api/v1/usage/subscriptions/{subscription}/end"
    await walk.write(end, {"until": "2027-03-01"}, subscription=sold["id"])


async def test_a_guests_first_answers_stay_though_the_stay_goes_on(
    walk: Walk, house: House, demo: Database, admin_of_demo: asyncpg.Connection
) -> None:
    await guests_write(walk, house)
    await walk.again()
    kept = await admin_of_demo.fetchval("select count(*) from idempotent_reply")
    assert kept == len(walk.sent)


async def test_every_write_of_the_api_gives_its_first_answer_again(
    walk: Walk,
    house: House,
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    sign_in,
    admin_of_demo: asyncpg.Connection,
) -> None:
    async def hotelier() -> None:
        """Sign in and act for the house, also once a second organisation is theirs."""
        await sign_in("hotelier")
        known = (await walk.client.get("/api/v1/me")).json()["organisations"]
        first = min(one["tenant"] for one in known)
        await walk.client.put("/api/v1/sessions/current", json={"organisation": first})

    stayed = await book(demo, house.wish(arrival=ARRIVAL - timedelta(days=30)))
    await guests_write(walk, house)
    await guests_owe(walk, house, demo, admin_of_demo)
    await groups_come(walk, house, hotelier)
    await house_writes(walk, house)
    await accounts_write(walk, admin_of_demo)
    await ask_first(demo, house)
    await guests_ask_and_wait(walk, house, demo)
    clock.set(datetime.combine(ARRIVAL - timedelta(days=20), time(12), UTC))
    token = stayed_token(demo_settings, stayed.tenant, stayed.id)
    said = {"score": 4, "text": "Une chambre calme, un accueil simple.", "language": "fr"}
    await walk.write("POST /api/v1/reviews/{token}", said, token=token)
    await hotelier()
    await walk.again()
    await sign_in("exploitant")
    operator = Walk(walk.client)
    await operators_write(operator, clock.now())
    await services_are_sold(operator, house)
    await operator.again()
    await sign_in("region")
    region = Walk(walk.client)
    await a_region_launches(region)
    await region.again()
    written = {
        operation
        for operation in operations(demo_settings, clock)
        if not operation.startswith("GET")
    }
    walked = walk.operations() | operator.operations() | region.operations()
    assert walked | set(WITHOUT_KEY) | ELSEWHERE == written
