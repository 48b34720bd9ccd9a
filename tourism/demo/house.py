"""The invented house of the demonstration's hotelier, and its first invented bookings."""

from datetime import date, timedelta
from uuid import uuid5

import asyncpg
import msgspec

from hub import payments
from hub.core.clock import local_date
from hub.core.db import Database
from hub.core.settings import Settings
from tourism import lodging, mandate, quoting
from tourism.booking.actions import holding
from tourism.booking.models import Guest
from tourism.demo import portrait
from tourism.demo.plans import HOTEL_FREE, NEVER_FREE
from tourism.paying.actions import paying
from tourism.paying.models import PayBooking
from tourism.quoting.models import MakeQuote, RoomWanted
from tourism.rates.models import (
    MealPlan,
    SupplementDetails,
    SupplementEach,
    SupplementPer,
    SupplementVat,
)

NAME = "Hôtel du Belvédère (maison inventée)"
COMMUNE = ("74010", "74", "84", "74000")
TYPES = (
    ("double", 12, 2, 3, 2, 9_800),
    ("family", 5, 4, 4, 4, 14_600),
    ("suite", 2, 4, 4, 4, 21_000),
)
# What a traveller may add to the stay.
EXTRAS = (
    (
        "Dîner du terroir",
        SupplementDetails(
            cents=2_800,
            mandatory=False,
            per=SupplementPer.PERSON,
            from_age=12,
            vat=SupplementVat.MEAL,
        ),
    ),
    (
        "Garage fermé",
        SupplementDetails(
            cents=900,
            mandatory=False,
            each=SupplementEach.NIGHT,
            vat=SupplementVat.SERVICE,
            most=2,
        ),
    ),
)
# A number of no subscriber: its block is kept for films and books (Arcep, décision 2018-0881).
TELEPHONE = "04 65 71 00 74"
# Beds, square metres, what a room has, and its words, by type.
ROOMS = (
    (
        '[{"kind": "queen", "count": 1}]',
        18,
        ["lake_view", "wifi"],
        '{"fr": "Au deuxième étage, côté lac : un lit de 160, un bureau, une douche."}',
    ),
    (
        '[{"kind": "queen", "count": 1}, {"kind": "bunk", "count": 1}]',
        27,
        ["mountain_view", "wifi"],
        '{"fr": "Deux espaces séparés par une cloison ; les lits superposés vont dès six ans."}',
    ),
    (
        '[{"kind": "queen", "count": 1}, {"kind": "sofa", "count": 1}]',
        41,
        ["lake_view", "balcony", "wifi"],
        '{"fr": "Un salon et une chambre au dernier étage, un balcon de huit mètres carrés."}',
    ),
)
PLANS = (
    ("flexible", MealPlan.ROOM_ONLY, 0, 0, HOTEL_FREE),
    ("saver", MealPlan.ROOM_ONLY, -1_000, 0, NEVER_FREE),
    ("breakfast", MealPlan.BREAKFAST, 0, 1_400, HOTEL_FREE),
)
# Arrival in days from today, nights, room type, plan, adults, ages of children.
STAYS = (
    (0, 2, 0, 0, 2, ()),
    (0, 3, 1, 2, 2, (7, 4)),
    (0, 1, 0, 1, 1, ()),
    (1, 2, 2, 0, 2, ()),
    (9, 4, 0, 2, 2, ()),
)
GUESTS = (
    ("Inès", "Morel"),
    ("Hugo", "Lambert"),
    ("Marta", "Silva"),
    ("Jan", "de Vries"),
    ("Anna", "Keller"),
)


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of what was opened."""

    property: int
    types: tuple[int, ...]
    plans: tuple[int, ...]


async def open_house(owner: asyncpg.Connection, tenant: int, today: date) -> Opened:
    """The house behind its tenant's own wall, open every night of the horizon."""
    await owner.execute(f"set local app.tenant = '{tenant:d}'")
    commune, department, region, postcode = COMMUNE
    house = await _insert(
        owner,
        "insert into property (tenant, kind, name, search_key, listing, address, postcode,"
        " commune_code, department_code, region_code, stars, classified_on, registry_export_on,"
        " units, capacity, lat, lng, position_source, landscape, facts)"
        " values ($1, 'hotel', $2, 'hotel du belvedere', 'draft', '1 quai de l''Invention', $3,"
        " $4, $5, $6, 3, $7, $7, 19, 52, 45.8989, 6.1280, 'host', 'mountain',"
        " jsonb_build_object('phone', $8::text)) returning id",
        tenant, NAME, postcode, commune, department, region, today - timedelta(days=200), TELEPHONE,
    )  # fmt: skip
    types = [
        await _insert(
            owner,
            "insert into room_type (tenant, property, code, rank, units, occupancy_standard,"
            " occupancy_max, adults_max, children_max, beds, area_m2, amenities, description)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
            " returning id",
            tenant, house, code, rank, units, standard, most, adults, most - 1, *ROOMS[rank],
        )
        for rank, (code, units, standard, most, adults, _) in enumerate(TYPES)
    ]  # fmt: skip
    plans = [
        await _insert(
            owner,
            "insert into rate_plan (tenant, property, code, rank, meal_plan, adjust_bps,"
            " supplement_adult_cents, supplement_child_cents, cancellation)"
            " values ($1, $2, $3, $4, $5, $6, $7, $7 / 2, $8) returning id",
            tenant, house, code, rank, int(meal), adjust, adult,
            msgspec.json.encode(cancellation).decode(),
        )
        for rank, (code, meal, adjust, adult, cancellation) in enumerate(PLANS)
    ]  # fmt: skip
    for rank, (name, details) in enumerate(EXTRAS):
        await owner.execute(
            "insert into supplement (tenant, property, rank, name, details)"
            " values ($1, $2, $3, $4, $5)",
            tenant, house, rank, name, msgspec.json.encode(details).decode(),
        )  # fmt: skip
    for room_type, (_, units, *_, price) in zip(types, TYPES, strict=True):
        await _open_nights(owner, tenant, room_type, units, price, today)
    return Opened(property=house, types=tuple(types), plans=tuple(plans))


async def publish_house(database: Database, settings: Settings, tenant: int) -> None:
    """Its invented owner signs the mandate, and it is on sale."""
    invented = msgspec.structs.replace(settings, demo=True)
    async with database.transaction(tenant, actor="demonstration") as tx:
        await portrait.paint(tx)
        house = await lodging.own_house(tx)
        draft = await mandate.prepare_mandate(tx, database.reader, house, invented)
        said = mandate.SignMandate(
            shown_hash=draft.hash, name="Colette Bertrand", quality="propriétaire", read=True
        )
        await mandate.sign_mandate(tx, database.reader, house, said, invented, role="owner")
        await lodging.change_listing(tx, house, lodging.Listing.PUBLISHED)


async def _insert(owner: asyncpg.Connection, sql: str, *values: object) -> int:
    """The id of the row inserted."""
    id: int | None = await owner.fetchval(sql, *values)
    assert id is not None
    return id


async def _open_nights(
    owner: asyncpg.Connection, tenant: int, room_type: int, units: int, price: int, today: date
) -> None:
    # A dearer weekend, and days outside the horizon closed (4).
    await owner.execute(
        "insert into ari_month (room_type, tenant, month, units_left, price_cents, min_stay, flags)"
        " select $1, $2, m::date, array_agg($3::int2 order by d),"
        " array_agg(case when extract(isodow from d) in (5, 6) then $4 * 115 / 100 else $4 end"
        "           order by d),"
        " array_agg(1::int2 order by d),"
        " array_agg(case when d::date between $5 and $6 then 0 else 4 end::int2 order by d)"
        " from generate_series(date_trunc('month', $5::timestamp),"
        "                      date_trunc('month', $6::timestamp), '1 month') as m,"
        " generate_series(m, m + interval '1 month' - interval '1 day', '1 day') as d group by m",
        room_type, tenant, units, price, today, today + timedelta(days=399),
    )  # fmt: skip


async def book_first_stays(database: Database, tenant: int, opened: Opened) -> None:
    """A few stays of invented guests, through the same actions as everybody's."""
    today = local_date(database.clock.now(), "Europe/Paris")
    for number, (offset, nights, kind, plan, adults, ages) in enumerate(STAYS):
        arrival = today + timedelta(days=offset)
        command = MakeQuote(
            property=opened.property,
            arrival=arrival,
            departure=arrival + timedelta(days=nights),
            rate_plan=opened.plans[plan],
            rooms=(RoomWanted(room_type=opened.types[kind], adults=adults, child_ages=ages),),
        )
        async with database.transaction(actor="guest") as tx:
            offered = await quoting.enter_house(tx, database.reader, command)
            quote = await quoting.make_quote(tx, database.reader, offered, command)
        async with database.transaction(tenant, actor="guest") as tx:
            booking = await holding.hold_stay(tx, quote.id)
        first, last = GUESTS[number]
        pay = PayBooking(
            guest=Guest(first_name=first, last_name=last, email=f"voyageur{number}@demo.example"),
            payment_method="pm_card_visa",
            total_cents=booking.total_cents,
        )
        key = str(uuid5(booking.id, "demonstration"))
        async with database.transaction(tenant, actor="guest") as tx:
            charge = await paying.begin_payment(tx, booking.id, pay, key)
        outcome = await payments.SandboxGateway(database).charge(
            charge.id, charge.amount_cents, charge.method
        )
        async with database.transaction(tenant, actor="guest") as tx:
            await paying.finish_payment(tx, booking.id, charge.id, outcome)
