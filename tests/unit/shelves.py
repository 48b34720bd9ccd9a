"""A house in memory, whose nights a test may change one by one."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from tourism.lodging.models import Kind
from tourism.offers.models import HouseRow, RoomRow, Shelf
from tourism.rates.models import Cancellation, Closed, MealPlan, Night, PenaltyKind, RatePlan

TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
DAYS = 60
HOUSE = HouseRow(
    property=1,
    tenant=1,
    name="Les Tilleuls",
    kind=Kind.HOTEL,
    stars=3,
    classified_on=date(2025, 1, 1),
    classification_extended=False,
    registry_export_on=date(2026, 1, 19),
    commune_code="74010",
    commune="Annecy",
    department_code="74",
    landscape="mountain",
    vat_regime="HOTEL_10",
    zone="Europe/Paris",
    lat=45.9,
    lng=6.1,
)
ROOM = RoomRow(
    property=1,
    room_type=10,
    code="double",
    room_name=None,
    occupancy_standard=2,
    occupancy_max=4,
    adults_max=3,
    children_max=2,
)
PLAN = RatePlan(
    id=100,
    code="flexible",
    name=None,
    rank=0,
    meal_plan=MealPlan.ROOM_ONLY,
    adjust_bps=0,
    supplement_adult_cents=0,
    supplement_child_cents=0,
    cancellation=Cancellation(free_days=2, penalty=PenaltyKind.PERCENT),
)


def make_shelf(
    *,
    left: Mapping[int, int] | None = None,
    prices: Mapping[int, int] | None = None,
    min_stay: Mapping[int, int] | None = None,
    closed: Mapping[int, Closed] | None = None,
) -> Shelf:
    """Sixty nights from today at 100 euros with two rooms left, but for the nights (counted from
    today) that are given."""
    nights = {
        TODAY + timedelta(days=n): Night(
            on=TODAY + timedelta(days=n),
            units_left=(left or {}).get(n, 2),
            price_cents=(prices or {}).get(n, 10_000),
            min_stay=(min_stay or {}).get(n, 0),
            closed=(closed or {}).get(n, Closed(0)),
        )
        for n in range(DAYS)
    }
    return Shelf(
        house=HOUSE,
        rooms=[ROOM],
        plans=[PLAN],
        nights={10: nights},
        overlays=[],
        promotions=[],
        let_years=[],
        first=TODAY,
        last=TODAY + timedelta(days=DAYS),
    )
