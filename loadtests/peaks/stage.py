"""The served demonstration of a run: what it holds, who may act in it, what is prepared."""

import asyncio
import contextlib
import itertools
from collections.abc import Generator, Sequence
from datetime import date, timedelta
from typing import Any

import asyncpg
import httpx
import msgspec

from hub import identity, tenancy
from hub.app import compose, open_database
from hub.core import postgres
from hub.core.db import Database
from hub.core.migrate import role_dsn
from hub.core.settings import Settings, read_settings
from hub.core.tokens import read_reference
from hub.identity import store
from hub.identity.tokens import draw_token, token_hash
from loadtests.caller import key_of
from loadtests.peaks import mixes
from loadtests.peaks.plan import House
from loadtests.peaks.setting import Calendar, Prepared
from loadtests.serving import Served, served_demo, today
from tourism.booking.views import BOOKING

DAYS, PAGES, AT_ONCE, WARM_TURNS = 365, 20, 6, 8
GUEST = {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"}

_HOUSES = """
select p.id, p.tenant, p.commune_code, p.department_code, p.kind from property p
 where p.listing in ('demo', 'published') order by p.id
"""
_LEFT = """
select p.commune_code, sum(a.units_left[$2])
  from property p join room_type r on r.property = p.id and not r.retired
  join ari_month a on a.room_type = r.id and a.month = $1
 where p.listing in ('demo', 'published') and a.flags[$2] = 0 and a.min_stay[$2] <= 1
 group by p.commune_code
"""
_ROOMS = """
select r.id, r.tenant, r.property, r.units, bool_or(a.offered is not null) as edited,
  (array_agg(a.price_cents[1] order by a.month))[1] as cents
  from room_type r join property p on p.id = r.property join ari_month a on a.room_type = r.id
 where p.listing in ('demo', 'published') and not r.retired
 group by r.id order by r.property, r.id
"""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A demonstration that runs: its processes, its settings, its database as its owner sees it."""

    served: Served
    settings: Settings
    dsn: str

    @property
    def app_dsn(self) -> str:
        return role_dsn(self.dsn, "hub_app", self.settings.secret_key)


@contextlib.contextmanager
def standing(departments: str, workers: int = 2) -> Generator[Standing]:
    """`hub demo` of some departments; test cards are taken by the site itself, so that nothing but
    the service is measured."""
    with served_demo(departments, workers=workers) as served:
        stand = attach(served)
        asyncio.run(warm(stand, departments.partition(",")[0]))
        yield stand


def attach(served: Served) -> Standing:
    """A demonstration that somebody else serves; its database is attached, not owned."""
    settings = read_settings(served.environment)
    dsn = postgres.start(settings.data / "postgres").dsn(database="hub")
    return Standing(served=served, settings=settings, dsn=dsn)


async def warm(stand: Standing, department: str) -> None:
    """A process's first pages cost it seconds: every worker has made some before it is measured. A
    connection each, so that all of them are met."""
    stay = {
        "arrival": str(today() + timedelta(days=50)),
        "departure": str(today() + timedelta(days=52)),
    }
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(
        base_url=stand.served.address, timeout=60, limits=limits, follow_redirects=True
    ) as client:
        found = await _hits(client, department, today() + timedelta(days=50))
        paths = ["/recherche", "/api/v1/search", f"/hebergements/{found[0]['property']}"]
        for path in paths * WARM_TURNS:
            asked = {"place": f"department:{department}", **stay}
            (await client.get(path, params=asked)).raise_for_status()


async def list_houses(stand: Standing, departments: str) -> list[House]:
    rows = await _fetch(stand, _HOUSES)
    wanted = departments.split(",")
    return [
        House(id=row[0], tenant=row[1], commune=row[2], department=row[3], kind=row[4])
        for row in rows
        if row[3] in wanted
    ]


async def count_left(stand: Standing, night: date) -> dict[str, int]:
    """Units that each commune sells for one night alone."""
    rows = await _fetch(stand, _LEFT, night.replace(day=1), night.day)
    return {row[0]: row[1] for row in rows if row[1]}


async def _fetch(stand: Standing, sql: str, *values: object) -> list[asyncpg.Record]:
    admin = await asyncpg.connect(stand.dsn)
    try:
        return await admin.fetch(sql, *values)
    finally:
        await admin.close()


async def open_sessions(stand: Standing, tenants: Sequence[int]) -> dict[int, str]:
    """A signed-in hotelier for each house: one invented person, owner of those without any."""
    app = msgspec.structs.replace(stand.settings, database_url=stand.app_dsn)
    database = await open_database(app, compose())
    try:
        person = await _person(database)
        return {tenant: await _open_session(database, person, tenant) for tenant in tenants}
    finally:
        await database.close()


async def _person(database: Database) -> int:
    email = "wave@demo.example"
    async with database.transaction() as tx:
        known = await identity.find_person_by_email(tx, email)
        if known is not None:
            return known.id
        command = identity.RegisterPerson(
            email=email,
            name="Alix Durand",
            password_hash=await identity.hash_password(draw_token(database.ids)),
        )
        return await identity.register_person(tx, command)


async def _open_session(database: Database, person: int, tenant: int) -> str:
    async with database.transaction(tenant) as tx:
        await tenancy.admit_first_owner(tx, person=person)
        token = draw_token(database.ids)
        hashed = token_hash(token)
        assert hashed is not None
        ends_at = tx.now + timedelta(hours=4)
        await store.insert_session(tx, hashed, person, tenant, ends_at, None)
    return token


async def make_calendars(stand: Standing, today: date, scale: float) -> list[Calendar]:
    """The year of every house as its channel manager sends it: the prices of the season with their
    weekends, the same units, minimum stays in the summer, a closed week in November. `scale` above
    or below 1 takes more or fewer of the houses."""
    rows = await _fetch(stand, _ROOMS)
    by_house = [
        list(rooms) for _, rooms in itertools.groupby(rows, key=lambda row: row["property"])
    ]
    chosen = by_house[: max(1, round(len(by_house) * scale))]
    cookies = await open_sessions(stand, sorted({rooms[0]["tenant"] for rooms in chosen}))
    return [
        calendar_of(rooms, cookies[rooms[0]["tenant"]], today + timedelta(days=1))
        for rooms in chosen
    ]


def calendar_of(rooms: Sequence[Any], cookie: str, first: date) -> Calendar:
    nights = [first + timedelta(days=n) for n in range(DAYS)]
    values: list[dict[str, object]] = []
    for room in rooms:
        base = max(room["cents"], 2_000)
        fields: dict[str, list[int]] = {
            "price": [base + 500 * (night.weekday() in {4, 5}) + 100 * (night.month in {7, 8})
                      for night in nights],
            "min_stay": [2 if night.month == 8 and night.weekday() == 5 else 1 for night in nights],
            "closed": [int(night.month == 11 and night.day < 8) for night in nights],
        }  # fmt: skip
        if not room["edited"]:
            fields["offered"] = [room["units"]] * DAYS
        for name, cells in fields.items():
            value = {"room_type": room["id"], "field": name, "first": str(first), "values": cells}
            values.append(value)
    body = msgspec.json.encode({"values": values}).decode()
    return Calendar(cookie=cookie, body=body, cells=len(values) * DAYS)


async def prepare_bookings(
    stand: Standing, department: str, number: int, *, today: date, arrive_today: bool, seed: int
) -> list[Prepared]:
    """So many confirmed bookings over the department's houses, made as guests make them."""
    if not number:
        return []
    wishes = await _wishes(stand, department, number, today, arrive_today=arrive_today, seed=seed)
    made: list[tuple[int, Prepared]] = []

    async with httpx.AsyncClient(base_url=stand.served.address, timeout=60) as client:
        waiting = iter(enumerate(wishes))

        async def work() -> None:
            for turn, wish in waiting:
                if len(made) < number:
                    booking = await _book(client, wish, f"prepare-{seed}-{turn}")
                    if booking is not None:
                        made.append((turn, booking))

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    found = [booking for _, booking in sorted(made, key=lambda pair: pair[0])][:number]
    return await _with_sessions(stand, found) if arrive_today else found


async def _wishes(
    stand: Standing,
    department: str,
    number: int,
    today: date,
    *,
    arrive_today: bool,
    seed: int,
) -> list[dict[str, Any]]:
    """Quotes to ask for: every house in turn, by days of arrival as guests book hotels."""
    import random  # noqa: PLC0415

    pick = random.Random(seed)
    leads = (
        [0]
        if arrive_today
        else sorted({1 + min(mixes.draw_lead(pick, mixes.HOTEL_LEAD), 60) for _ in range(8)})
    )
    wishes: list[dict[str, Any]] = []
    async with httpx.AsyncClient(base_url=stand.served.address, timeout=60) as client:
        for lead in itertools.islice(itertools.cycle(leads), 8):
            arrival = today + timedelta(days=lead)
            hits = await _hits(client, department, arrival)
            wishes += [_wish(hit, arrival) for hit in hits]
            if len(wishes) > number * 2:
                break
    pick.shuffle(wishes)
    return wishes


async def _hits(client: httpx.AsyncClient, department: str, arrival: date) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in range(1, PAGES + 1):
        asked = {
            "place": f"department:{department}",
            "arrival": str(arrival),
            "departure": str(arrival + timedelta(days=1)),
            "adults": 2,
            "page": page,
        }
        answer = await client.get("/api/v1/search", params=asked)
        answer.raise_for_status()
        results = answer.json()
        found += results["hits"]
        if page >= results["pages"]:
            break
    return found


def _wish(hit: dict[str, Any], arrival: date) -> dict[str, Any]:
    return {
        "property": hit["property"],
        "arrival": str(arrival),
        "departure": str(arrival + timedelta(days=1)),
        "rate_plan": hit["rate_plan"],
        "rooms": [{"room_type": room["room_type"], **room["party"]} for room in hit["rooms"]],
    }


async def _book(client: httpx.AsyncClient, wish: dict[str, Any], key: str) -> Prepared | None:
    async def post(path: str, body: dict[str, Any], step: str) -> dict[str, Any] | None:
        headers = {"idempotency-key": key_of(f"{key}-{step}")}
        for _ in range(5):
            answer = await client.post(path, json=body, headers=headers)
            if answer.status_code not in {429, 503}:
                return answer.json() if answer.status_code in {200, 201} else None
            await asyncio.sleep(1)
        return None

    quote = await post("/api/v1/quotes", wish, "quote")
    held = quote and await post(f"/api/v1/quotes/{quote['token']}/hold", {}, "hold")
    if not held:
        return None
    card = {
        "guest": GUEST,
        "payment_method": "pm_card_visa",
        "total_cents": held["total_cents"],
    }
    paid = await post(f"/api/v1/bookings/{held['token']}/payment", card, "pay")
    if paid is None or paid["state"] != "confirmed":
        return None
    return Prepared(id="", token=held["token"])


async def _with_sessions(stand: Standing, bookings: list[Prepared]) -> list[Prepared]:
    """The bookings with their ids and somebody at their house's desk."""
    key = stand.settings.secret_key
    known = [(b, read_reference(key, BOOKING, b.token)) for b in bookings]
    cookies = await open_sessions(stand, sorted({reference.tenant for _, reference in known}))
    return [
        Prepared(id=str(reference.id), token=booking.token, cookie=cookies[reference.tenant])
        for booking, reference in known
    ]
