"""What stands in the way of a stay in a room type under a plan, as bits."""

from tourism.nights.codes import BIT
from tourism.nights.layout import DAYS, FOR_SALE, LEAST, MISSING, TO_ARRIVAL, TO_DEPARTURE, WINDOWED
from tourism.rates.models import Obstacle
from tourism.reckoning import sections as of
from tourism.reckoning.compiled import compiled, whole
from tourism.reckoning.question import LEAD, TODAY, Instant, Stay
from tourism.reckoning.sections import Book

ENDLESS = 255  # shorter than no stay that can be asked
BEYOND, CLOSED, SOLD_OUT = (
    BIT[Obstacle.BEYOND_HORIZON],
    BIT[Obstacle.CLOSED],
    BIT[Obstacle.SOLD_OUT],
)
NO_ARRIVAL = BIT[Obstacle.CLOSED_TO_ARRIVAL]
NO_DEPARTURE = BIT[Obstacle.CLOSED_TO_DEPARTURE]
TOO_SHORT, TOO_SHORT_THROUGH = BIT[Obstacle.MIN_STAY], BIT[Obstacle.MIN_STAY_THROUGH]
TOO_LONG = BIT[Obstacle.MAX_STAY]
TOO_LATE, TOO_EARLY = BIT[Obstacle.TOO_LATE], BIT[Obstacle.TOO_EARLY]
OUTSIDE = BIT[Obstacle.OUTSIDE_WINDOW]
OWN, OF_HOUSE, OF_PLAN, OF_PLAN_HERE = range(4)


@compiled
def overlay_of(book: Book, column: int, slot: int, what: int) -> int:
    """The overlay column that binds a room type under a plan: the room type's own further
    restrictions, the house's, the plan's, the plan's in the room type; 0 where there is none."""
    if what == OWN:
        return whole(of.extra(book)[column])  # noqa: S610
    house = of.houses(book)[of.house(book)[column]]
    reference = whole(house["plans"])  # read once: it may be replaced at any moment
    start, count = (reference >> 32) - 1, reference & 0xFF
    if start < 0:
        return 0
    if what == OF_HOUSE:
        return whole(of.links(book)[start])
    place = min(max(slot - (reference >> 8 & 0xFFFFFF), 0), max(count - 1, 0))
    if what == OF_PLAN:
        return whole(of.links(book)[start + 1 + place])
    rank = max(column - whole(house["first_column"]), 0)
    at = start + 1 + count + rank * count + place
    return whole(of.links(book)[min(at, len(of.links(book)) - 1)])


@compiled
def obstacles_of(book: Book, stay: Stay, column: int, slot: int, units: int) -> int:
    """What forbids some units (`rates.find_obstacles`), but for prices."""
    arriving = whole(of.flags(book)[stay.first, column])
    parting = whole(of.flags(book)[stay.leaving, column])
    least, through = whole(of.min_stay(book)[stay.first, column]) & LEAST, 0
    most, every, fewest = ENDLESS, 0, units
    for night in range(stay.nights):
        row = (stay.first + night) % DAYS
        every |= whole(of.flags(book)[row, column])
        left = whole(of.left(book)[row, column])
        fewest = min(fewest, ~left if left < 0 else left)
    missing = every & MISSING
    for what in range(4):
        overlay = overlay_of(book, column, slot, what)
        if overlay == 0:
            continue
        arriving |= whole(of.overlay_flags(book)[stay.first, overlay])
        parting |= whole(of.overlay_flags(book)[stay.leaving, overlay])
        least = max(least, whole(of.overlay_min_stay(book)[stay.first, overlay]))
        longest = whole(of.overlay_max_stay(book)[stay.first, overlay])
        most = min(most, longest if longest > 0 else ENDLESS)
        for night in range(stay.nights):
            row = (stay.first + night) % DAYS
            every |= whole(of.overlay_flags(book)[row, overlay])
            through = max(through, whole(of.overlay_min_through(book)[row, overlay]))
            longest = whole(of.overlay_max_through(book)[row, overlay])
            most = min(most, longest if longest > 0 else ENDLESS)
    if missing:
        return BEYOND
    found = 0
    if every & FOR_SALE:
        found |= CLOSED
    elif fewest < units:
        found |= SOLD_OUT
    found |= NO_ARRIVAL if arriving & TO_ARRIVAL else 0
    found |= NO_DEPARTURE if parting & TO_DEPARTURE else 0
    found |= TOO_SHORT if least > stay.nights else 0
    found |= TOO_SHORT_THROUGH if through > stay.nights else 0
    found |= TOO_LONG if most < stay.nights else 0
    return found


@compiled
def plan_obstacles(book: Book, stay: Stay, instant: Instant, zone: int, slot: int) -> int:
    """What forbids a plan now for the stay, be it that the house is asked first
    (`rates.plan_obstacles`)."""
    plan, found = of.plans(book)[slot], 0
    if not plan["bits"] & WINDOWED:
        return found
    today = instant.zones[TODAY, zone]
    found |= TOO_LATE if plan["last_lead"] > instant.zones[LEAD, zone] else 0
    found |= TOO_EARLY if stay.arrival - today > plan["max_advance"] else 0
    outside = plan["book_from"] > today or plan["book_until"] < today
    outside = outside or plan["stay_from"] > stay.arrival
    outside = outside or plan["stay_until"] < stay.arrival + stay.nights - 1
    return found | (OUTSIDE if outside else 0)
