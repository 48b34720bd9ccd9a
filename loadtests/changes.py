"""Random changes of everything that decides what can be sold, as a hotelier's screens and the sales
make them: each is one transaction on the administrator's connection."""

import json
import random
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import asyncpg

from tourism.lodging.models import ACCESSIBILITY, AMENITIES

MEALS = (14, 3, 12, 10, 1)
ZONES = ("Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "Pacific/Tahiti")
REGIMES = ("HOTEL_10", "EXEMPT_261D", "FRANCHISE_293B")


def month_days(month: date) -> int:
    return ((month + timedelta(days=31)).replace(day=1) - month).days


class Changer:
    """Changes some houses at random, the same for the same seed."""

    def __init__(
        self, admin: asyncpg.Connection, seed: int, today: date, houses: list[int]
    ) -> None:
        self.admin, self.today, self.houses = admin, today, houses
        self.random = random.Random(seed)

    async def change(self) -> str:
        """Make one change; its name."""
        pick = self.random
        kinds: list[tuple[int, Callable[[int], Awaitable[None]]]] = [
            (10, self.nights), (6, self.sale), (3, self.overlay), (3, self.plan),
            (2, self.promotion), (1, self.room), (1, self.listing), (1, self.house),
            (1, self.let), (1, self.further), (2, self.supplement), (1, self.sizes),
        ]  # fmt: skip
        act = pick.choices([a for _, a in kinds], [w for w, _ in kinds])[0]
        house = pick.choice(self.houses)
        async with self.admin.transaction():
            await act(house)
        return act.__name__

    def month(self) -> date:
        first = self.today.replace(day=1)
        for _ in range(self.random.randint(0, 13)):
            first = (first + timedelta(days=31)).replace(day=1)
        return first

    async def _one(self, table: str, house: int) -> int | None:
        ids = await self.admin.fetch(
            f"select id from {table} where property = $1 and not retired order by id",
            house,
        )
        return self.random.choice(ids)["id"] if ids else None

    async def nights(self, house: int) -> None:
        """Prices, minimum stays and closures of some nights of a month."""
        room, month, pick = await self._one("room_type", house), self.month(), self.random
        if room is None:
            return
        first = pick.randint(1, 28)
        last = pick.randint(first, 31)
        what = pick.choice((
            f"price_cents[n] + {pick.randint(-500, 2000)}, a.min_stay[n], a.flags[n]",
            f"price_cents[n], {pick.choice((1, 1, 2, 3, 7, 300))}, a.flags[n]",
            "0, a.min_stay[n], a.flags[n]",
            f"price_cents[n], a.min_stay[n], {pick.choice((0, 0, 0, 1, 2, 3, 4))}",
        ))  # fmt: skip
        price, least, flags = (part.strip() for part in what.split(", "))
        await self.admin.execute(
            f"update ari_month a set"
            f" price_cents = (select array_agg(case when n between {first} and {last}"
            f" then greatest({price}, 0) else price_cents[n] end order by n)"
            f" from generate_subscripts(a.flags, 1) n),"
            f" min_stay = (select array_agg(case when n between {first} and {last}"
            f" then ({least})::int2 else a.min_stay[n] end order by n)"
            f" from generate_subscripts(a.flags, 1) n),"
            f" flags = (select array_agg(case when n between {first} and {last}"
            f" then ({flags})::int2 else a.flags[n] end order by n)"
            f" from generate_subscripts(a.flags, 1) n)"
            f" where room_type = $1 and month = $2",
            room, month,
        )  # fmt: skip

    async def sale(self, house: int) -> None:
        """Units sold or given back on some nights."""
        room, month, pick = await self._one("room_type", house), self.month(), self.random
        if room is None:
            return
        first = pick.randint(1, 28)
        await self.admin.execute(
            f"update ari_month a set units_left = (select array_agg(case when n between {first}"
            f" and {first + pick.randint(0, 6)} then {pick.choice((0, 1, 2, 5))}::int2"
            " else a.units_left[n] end order by n) from generate_subscripts(a.flags, 1) n)"
            " where room_type = $1 and month = $2",
            room, month,
        )  # fmt: skip

    async def further(self, house: int) -> None:
        """Restrictions through the stay and longest stays; or a month that goes away."""
        room, month, pick = await self._one("room_type", house), self.month(), self.random
        if room is None:
            return
        if pick.random() < 0.1:
            await self.admin.execute(
                "delete from ari_month where room_type = $1 and month = $2", room, month
            )
            return
        days = month_days(month)

        def some(values: tuple[int, ...]) -> list[int]:
            return [pick.choice(values) for _ in range(days)]

        await self.admin.execute(
            "update ari_month set min_through = $3, max_stay = $4, max_through = $5"
            " where room_type = $1 and month = $2",
            room, month, some((0, 0, 0, 0, 2)), some((0, 0, 0, 14)), some((0, 0, 0, 0, 10)),
        )  # fmt: skip

    async def overlay(self, house: int) -> None:
        """What the house, a plan, or a plan in a room type says of a month."""
        room, plan = await self._one("room_type", house), await self._one("rate_plan", house)
        pick, month = self.random, self.month()
        level = pick.choice(((0, 0), (0, plan), (room, plan), (room, plan)))
        if None in level:
            return
        days, dense = month_days(month), pick.random()

        def some(values: tuple[int, ...]) -> list[int]:
            return [pick.choice(values) if pick.random() < dense else 0 for _ in range(days)]

        prices = some((0, 5_000, 9_900, 14_500)) if level[0] else [0] * days
        await self.admin.execute(
            "insert into rate_month (tenant, property, room_type, rate_plan, month, price_cents,"
            " min_stay, min_through, max_stay, max_through, flags)"
            " select tenant, id, $2, $3, $4, $5, $6, $7, $8, $9, $10 from property where id = $1"
            " on conflict (property, room_type, rate_plan, month) do update set"
            " price_cents = excluded.price_cents, min_stay = excluded.min_stay,"
            " min_through = excluded.min_through, max_stay = excluded.max_stay,"
            " max_through = excluded.max_through, flags = excluded.flags",
            house, *level, month, prices, some((0, 0, 2, 3)), some((0, 0, 0, 2)),
            some((0, 0, 0, 7)), some((0, 0, 0, 8)), some((0, 0, 0, 0, 1, 2, 4)),
        )  # fmt: skip

    async def plan(self, house: int) -> None:
        """Percentages, meals, persons, derivation and windows of a plan; what it follows."""
        plan, pick = await self._one("rate_plan", house), self.random
        if plan is None:
            return
        above = await self.admin.fetchval(
            "select id from rate_plan where property = $1 and not retired and parent is null"
            " and id <> $2 and not exists (select from rate_plan c where c.parent = $2) limit 1",
            house, plan,
        )  # fmt: skip
        await self.admin.execute(
            "update rate_plan set adjust_bps = $2, supplement_adult_cents = $3,"
            " supplement_child_cents = $4, meal_plan = $5, details = $6, parent = $7,"
            " rank = rank + $8 where id = $1",
            plan, pick.choice((-2_345, -1_000, -333, 0, 0, 500)), pick.choice((0, 900)),
            pick.choice((0, 450)), pick.choice(MEALS), json.dumps(self.details()),
            above if pick.random() < 0.4 else None, pick.choice((0, 0, 1)),
        )  # fmt: skip

    def details(self) -> dict[str, Any]:
        pick = self.random
        found: dict[str, Any] = {"on_request": pick.random() < 0.2}
        if pick.random() < 0.5:
            found["pricing"] = {
                "model": pick.choice(("per_room", "per_person")),
                "extra_adult_cents": 1_500,
                "single_discount_cents": 700,
                "single_supplement_cents": 1_100,
                "child_bands": pick.choice((
                    [],
                    [{"until_age": 2}, {"until_age": 11, "adult_bps": 3_333}],
                    [{"until_age": 6, "cents": 500},
                     {"until_age": 15, "cents": 100, "adult_bps": 5_000}],
                )),
            }  # fmt: skip
        if pick.random() < 0.3:
            found["derivation"] = {
                "adjust_cents": pick.choice((-300, 250, -9_000)),
                "step_cents": pick.choice((1, 50, 100)),
                "rounding": pick.choice(("nearest", "up", "down")),
                "floor_cents": pick.choice((0, 0, 4_000)),
                "cap_cents": pick.choice((0, 0, 12_000)),
            }
        if pick.random() < 0.3:
            found["windows"] = pick.choice((
                {"min_advance_days": pick.choice((0, 1, 14)),
                 "cutoff_hour": pick.choice((0, 18, 24))},
                {"max_advance_days": pick.choice((30, 120))},
                {"stay_from": str(self.today + timedelta(days=40)),
                 "stay_until": str(self.today + timedelta(days=140))},
                {"book_until": str(self.today + timedelta(days=pick.choice((-1, 0, 5))))},
            ))  # fmt: skip
        return found

    async def promotion(self, house: int) -> None:
        """A promotion more, or one less."""
        pick, plan = self.random, await self._one("rate_plan", house)
        if pick.random() < 0.4:
            await self.admin.execute(
                "update promotion set retired = true where property = $1", house
            )
            return
        details = pick.choice((
            {"kind": "early", "threshold": 30, "percent_bps": 1_234},
            {"kind": "last_minute", "threshold": 10, "percent_bps": 2_500},
            {"kind": "long_stay", "threshold": 5, "percent_bps": 999},
            {"kind": "free_nights", "threshold": 3, "free_nights": 1},
            {"kind": "early", "threshold": 0, "percent_bps": 700,
             "plans": [plan] if plan else [], "stay_until": str(self.today + timedelta(days=90))},
        ))  # fmt: skip
        await self.admin.execute(
            "insert into promotion (tenant, property, rank, name, details)"
            " select tenant, id, $2, 'Offre', $3 from property where id = $1",
            house, pick.randint(0, 3), json.dumps(details),
        )  # fmt: skip

    async def supplement(self, house: int) -> None:
        """A supplement more, or none any more."""
        pick, plan = self.random, await self._one("rate_plan", house)
        room = await self._one("room_type", house)
        if pick.random() < 0.3 or plan is None or room is None:
            await self.admin.execute(
                "update supplement set retired = true where property = $1", house
            )
            return
        details = {
            "cents": pick.choice((0, 350, 4_000)),
            "mandatory": pick.random() < 0.8,
            "per": pick.choice(("person", "room")),
            "each": pick.choice(("stay", "night")),
            "from_age": pick.choice((0, 3, 12)),
            "plans": pick.choice(([], [plan])),
            "room_types": pick.choice(([], [room])),
            "weekdays": pick.choice(([], [6, 7], [1])),
        }
        await self.admin.execute(
            "insert into supplement (tenant, property, rank, name, details)"
            " select tenant, id, 0, 'Draps', $2 from property where id = $1",
            house, json.dumps(details),
        )  # fmt: skip

    async def sizes(self, house: int) -> None:
        """Room types of different sizes in turn (one adult; three, with two children; two), of each
        of which few are left: larger parties find no two alike."""
        first = self.random.randint(0, 2)
        await self.admin.execute(
            "update room_type set occupancy_standard = 1,"
            " occupancy_max = (array[1, 5, 2])[(rank + $2) % 3 + 1],"
            " adults_max = (array[1, 3, 2])[(rank + $2) % 3 + 1],"
            " children_max = (array[0, 2, 0])[(rank + $2) % 3 + 1] where property = $1",
            house, first,
        )  # fmt: skip
        await self.admin.execute(
            "update ari_month set units_left = array_fill($2::int2, array[cardinality(units_left)])"
            " where room_type in (select id from room_type where property = $1)",
            house, self.random.choice((1, 1, 2)),
        )  # fmt: skip

    async def room(self, house: int) -> None:
        """Persons of a room type, and whether it is asked of its house first; a room type less, or
        one more with its nights."""
        room, pick = await self._one("room_type", house), self.random
        if room is None:
            return
        chance = pick.random()
        if chance < 0.6:
            most = pick.randint(2, 6)
            await self.admin.execute(
                "update room_type set occupancy_standard = $2, occupancy_max = $3, adults_max = $4,"
                " on_request = $5, children_max = $6 where id = $1",
                room, pick.randint(1, most), most, pick.randint(1, most), pick.random() < 0.5,
                pick.randint(0, most),
            )  # fmt: skip
            return
        if chance < 0.7:
            await self.admin.execute("update room_type set retired = true where id = $1", room)
            return
        new = await self.admin.fetchval(
            "insert into room_type (tenant, property, code, rank, units, occupancy_standard,"
            " occupancy_max, adults_max)"
            " select tenant, property, code || '-' || substr(md5($2::text), 1, 8),"
            "   rank + 1, units, 2, 3, 2 from room_type where id = $1 on conflict do nothing"
            " returning id",
            room, str(pick.random()),
        )  # fmt: skip
        await self.admin.execute(
            "insert into ari_month (room_type, tenant, month, units_left, price_cents, min_stay,"
            " flags) select $2, tenant, month, units_left, price_cents, min_stay, flags"
            " from ari_month where room_type = $1",
            room, new,
        )  # fmt: skip

    async def listing(self, house: int) -> None:
        """A house that leaves the search, or comes back."""
        await self.admin.execute(
            "update property set listing = case listing when 'draft' then 'demo'"
            " else 'draft' end where id = $1",
            house,
        )

    async def house(self, house: int) -> None:
        """Kind, stars, zone, VAT, what it has, and where it lies, which is unknown of some."""
        pick = self.random
        facts = {
            "pets": pick.choice(("no", "yes", "fee")),
            "amenities": pick.sample(AMENITIES, pick.randint(0, len(AMENITIES))),
            "accessibility": pick.sample(ACCESSIBILITY, pick.randint(0, len(ACCESSIBILITY))),
        }
        await self.admin.execute(
            "update property set kind = $2, stars = $3, zone = $4, vat_regime = $5, facts = $6,"
            " classified_on = $7, lat = case when $9 then null else coalesce(lat, 44.5) + $8 end,"
            " lng = case when $9 then null else coalesce(lng, 3.5) end where id = $1",
            house, pick.choice(("hotel", "furnished", "campsite", "village")),
            pick.choice((None, 1, 3, 5)), pick.choice(ZONES), pick.choice(REGIMES),
            json.dumps(facts), self.today - timedelta(days=pick.choice((100, 1_825, 1_826, 4_000))),
            pick.choice((0.0, 0.01)), pick.random() < 0.2,
        )  # fmt: skip

    async def let(self, house: int) -> None:
        """Nights of a main residence."""
        await self.admin.execute(
            "insert into let_year (tenant, property, year, nights, nights_max)"
            " select tenant, id, $2, $3, 120 from property where id = $1"
            " on conflict (property, year) do update set nights = excluded.nights",
            house, self.today.year + self.random.randint(0, 1), self.random.choice((0, 110, 118)),
        )  # fmt: skip
