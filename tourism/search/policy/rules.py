"""Which searches can be made."""

from datetime import date, timedelta

from hub.core.sentences import say
from tourism.search.errors import SearchInvalid
from tourism.search.models import Party, Stay

HORIZON_DAYS = 400
MAX_NIGHTS = 28
MAX_ROOMS = 9
MAX_PERSONS = 30
PAGE_SIZE = 20
MAX_PAGES = 40
CALENDAR_DAYS = 62


def stay_of(arrival: date, nights: int) -> Stay:
    """The stay of so many nights. Raise `SearchInvalid` where the calendar ends before it."""
    if date.max - arrival < timedelta(days=nights):
        raise SearchInvalid(
            say("Stays can be searched %(days)s days ahead.", days=HORIZON_DAYS), field="arrival"
        )
    return Stay(arrival=arrival, departure=arrival + timedelta(days=nights))


def check_stay(stay: Stay, today: date, earliest: date | None = None) -> None:
    """Raise `SearchInvalid` for dates that cannot be searched. Among houses of many zones a stay
    may begin on the `earliest` day that it still is in one of them (today unless told)."""
    if stay.departure <= stay.arrival:
        raise SearchInvalid("The departure must be after the arrival.", field="departure")
    if stay.arrival < (earliest or today):
        raise SearchInvalid("The arrival is in the past.", field="arrival")
    if stay.nights > MAX_NIGHTS:
        raise SearchInvalid(
            say("A stay has at most %(most)s nights.", most=MAX_NIGHTS), field="departure"
        )
    if stay.departure > today + timedelta(days=HORIZON_DAYS):
        raise SearchInvalid(
            say("Stays can be searched %(days)s days ahead.", days=HORIZON_DAYS), field="departure"
        )


def check_party(party: Party) -> None:
    """Raise `SearchInvalid` for a party that cannot be lodged."""
    if party.adults < 1:
        raise SearchInvalid("At least one adult is needed.", field="adults")
    if not 1 <= party.rooms <= MAX_ROOMS:
        raise SearchInvalid(
            say("From 1 to %(most)s rooms can be searched.", most=MAX_ROOMS), field="rooms"
        )
    if party.adults < party.rooms:
        raise SearchInvalid("Each room needs an adult.", field="rooms")
    if any(not 0 <= age <= 17 for age in party.child_ages):
        raise SearchInvalid("Children are from 0 to 17 years old.", field="child_ages")
    if party.adults + len(party.child_ages) > MAX_PERSONS:
        raise SearchInvalid(
            say("At most %(most)s persons can be searched.", most=MAX_PERSONS), field="adults"
        )


def check_nights(nights: int) -> int:
    """Raise `SearchInvalid` for a length of stay that has no calendar."""
    if not 1 <= nights <= MAX_NIGHTS:
        raise SearchInvalid(
            say("A stay has at most %(most)s nights.", most=MAX_NIGHTS), field="nights"
        )
    return nights


def days_of_calendar(
    wanted: date | None, days: int, nights: int, today: date, earliest: date | None = None
) -> tuple[date, int]:
    """The first day of a calendar and how many arrivals it has: from today unless told, never in
    the past (before the `earliest` day that it still is somewhere, where houses of many zones are
    asked), and no arrival whose departure cannot be searched."""
    days, horizon = min(days, CALENDAR_DAYS), today + timedelta(days=HORIZON_DAYS)
    first = max(wanted or today, earliest or today)
    first = min(first, horizon - timedelta(days=max(days, nights)))
    return first, min(days, (horizon - first).days - nights + 1)


def pages_of(total: int) -> int:
    """How many pages there are; a list ends somewhere."""
    return min(max(1, -(-total // PAGE_SIZE)), MAX_PAGES)


def page_of(wanted: int) -> int:
    """A page that there may be."""
    return min(max(wanted, 1), MAX_PAGES)


def rooms_to_try(party: Party, total: int) -> int | None:
    """Another number of rooms that may lodge the party better: two beds a room at least."""
    persons = party.adults + len(party.child_ages)
    wanted = party.rooms + 1
    if wanted > min(party.adults, MAX_ROOMS) or persons <= 2 * party.rooms:
        return None
    return wanted if total < PAGE_SIZE or persons > 4 * party.rooms else None
