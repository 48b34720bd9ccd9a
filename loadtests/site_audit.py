"""Random searches of the public API, told as the index tells them, so that one audit holds both to
the database: the short way, the pages that are put together from kept pieces, and the answers that
are remembered."""

import contextlib
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import msgspec

from hub.core.db import Reads
from loadtests.asks import Asking
from loadtests.nation import Client
from tourism import places
from tourism.index import Ask, Wants
from tourism.search.actions.searching import make_ask
from tourism.search.forms import Asked, read_search
from tourism.search.models import Facet, Results, Sort
from tourism.search.policy.rules import PAGE_SIZE

AGAIN, KEPT = 0.3, 12
AHEAD_DAYS = 399  # the last departure that is surely within what can be searched


class Question(msgspec.Struct, frozen=True):
    """What is asked: as it stands in the address."""

    asked: Asked
    spread: bool

    @property
    def path(self) -> str:
        asked = self.asked
        query: dict[str, object] = {
            "place": asked.place,
            "radius": asked.radius,
            "arrival": asked.arrival,
            "departure": asked.departure,
            "adults": asked.adults,
            "child_ages": list(asked.child_ages),
            "rooms": asked.rooms,
            "kind": list(asked.kinds),
            "stars": list(asked.stars),
            "amenity": list(asked.amenities),
            "accessibility": list(asked.accessibility),
            "meal_plan": list(asked.meal_plans),
            "price_min": asked.price_min,
            "price_max": asked.price_max,
            "sort": asked.sort,
            "page": asked.page,
            **{
                name: "true"
                for name in ("pets", "free_cancellation", "instant")
                if getattr(asked, name)
            },
            **({"spread": "true"} if self.spread else {}),
        }
        given = {name: value for name, value in query.items() if value not in ("", [])}
        return f"/api/v1/search?{urlencode(given, doseq=True)}"


class PublicSite:
    """Asks a served demonstration what `Asking` asks the index."""

    def __init__(self, port: int, reads: Reads, asking: Asking, department: str, seed: int) -> None:
        self.client, self.reads, self.asking = Client(port), reads, asking
        self.department, self.random = department, random.Random(seed)
        self._open = False
        self._kept: list[Question] = []

    async def ask(self) -> tuple[Ask, tuple[object, ...], bool]:
        pick = self.random
        again = bool(self._kept) and pick.random() < AGAIN
        question = pick.choice(self._kept) if again else self._new()
        self._kept = [*self._kept, question][-KEPT:]
        search = read_search(question.asked)
        area = await places.find_area(self.reads, search.place, search.radius_km)
        now = datetime.now(UTC)
        results = msgspec.json.decode(await self._get(question.path), type=Results)
        ask = make_ask(search, area, now, results.page, whole=question.spread)
        return ask, told(results, ask), again

    async def _get(self, path: str) -> bytes:
        if not self._open:
            await self.client.open()
            self._open = True
        try:
            return await self.client.get(path)
        except ConnectionError:
            self._open = False
            raise

    def close(self) -> None:
        if self._open:
            with contextlib.suppress(OSError):
                self.client.close()

    def _new(self) -> Question:
        pick, ask = self.random, self.asking.ask()
        place, radius, centred = self._place()
        sorts = [sort for sort in Sort if centred or sort is not Sort.DISTANCE]
        adults = sum(party.adults for party in ask.parties)
        ages = tuple(str(age) for party in ask.parties for age in party.child_ages)
        arrival = min(ask.arrival, self._today() + timedelta(days=AHEAD_DAYS - ask.nights))
        return Question(
            Asked(
                place=place,
                radius=radius,
                arrival=arrival.isoformat(),
                departure=(arrival + timedelta(days=ask.nights)).isoformat(),
                adults=str(adults),
                child_ages=ages,
                rooms=str(len(ask.parties)),
                sort=pick.choice(sorts).value,
                page=str(pick.choice((1, 1, 1, 2, 3))),
                **typed(ask.wants),
            ),
            spread=pick.random() < 0.3,
        )

    @staticmethod
    def _today() -> date:
        return datetime.now(UTC).date()

    def _place(self) -> tuple[str, str, bool]:
        """A place, its radius, and whether it has a middle."""
        pick = self.random
        _, commune, lat, lng = pick.choice(self.asking.houses)
        kind = pick.randint(0, 5)
        if kind == 0:
            return f"point:{lat:.4f},{lng:.4f}", str(pick.choice((1, 5, 20))), True
        if kind == 1:
            width = pick.choice((0.02, 0.1, 0.3))
            south, west = f"{lat - width:.4f}", f"{lng - width:.4f}"
            return f"box:{south},{west},{lat + width:.4f},{lng + width:.4f}", "", False
        if kind == 2:
            return f"department:{self.department}", "", False
        if kind == 3:
            return "country:FR", "", False
        return f"commune:{commune}", pick.choice(("", "0", "5", "25")), True


def typed(wants: Wants) -> dict[str, object]:
    """What is wanted as it is typed."""

    def euros(cents: int | None) -> str:
        return "" if cents is None else str(cents // 100)

    return {
        "kinds": tuple(kind.value for kind in wants.kinds),
        "stars": tuple(str(stars) for stars in wants.stars),
        "meal_plans": tuple(str(plan.value) for plan in wants.meal_plans),
        "amenities": wants.amenities,
        "accessibility": wants.accessibility,
        "pets": wants.pets,
        "free_cancellation": wants.free_cancellation,
        "instant": wants.instant,
        "price_min": euros(wants.price_min_cents),
        "price_max": euros(wants.price_max_cents),
    }


def told(results: Results, ask: Ask) -> tuple[object, ...]:
    """A page of results, as `index_audit.tell` tells an answer of the index."""
    assert len(results.hits) <= PAGE_SIZE
    spread = (results.price_low_cents, results.price_high_cents, results.price_bands)
    return (
        results.total,
        results.available,
        [
            (hit.property, hit.rate_plan, tuple(room.room_type for room in hit.rooms),
             hit.total_cents - hit.tourist_tax_cents, hit.tourist_tax_cents)
            for hit in results.hits
        ],
        spread if ask.spread else None,
        (results.lodgings_in_area, facets_of(results)),
        {facet.value: facet.count for facet in results.obstacles}
        if results.total < ask.reasons
        else None,
    )  # fmt: skip


def facets_of(results: Results) -> dict[str, dict[str, int]]:
    def counts(facets: Sequence[Facet]) -> dict[str, int]:
        return {facet.value: facet.count for facet in facets}

    return {
        "kinds": counts(results.kinds),
        "stars": counts(results.stars),
        "amenities": counts(results.amenities),
        "accessibility": counts(results.accessibility),
        "meal_plans": counts(results.meal_plans),
        "alone": {
            "pets": results.pets,
            "free_cancellation": results.free_cancellation,
            "instant": results.instant,
        },
    }
