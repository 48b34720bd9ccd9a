"""Where somebody is, when something is, how far, and whether one may come along."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from hub.core.sentences import say
from hub.territory.models import Commune
from hub.territory.names import fold_saints
from hub.territory.policy import distance_km
from verticals.seniors.errors import SeniorInvalid
from verticals.seniors.models import ZONE
from verticals.seniors.outings.errors import OutingOver
from verticals.seniors.outings.models import Near, Outing, Where

NEAR_KM = 25
SEATS_MOST = 200
_RNA = re.compile(r"W[0-9]{9}")


def find_commune(text: str, communes: Iterable[Commune]) -> Where:
    """The commune of a name (accents and hyphens do not matter), a postcode or a code of the INSEE.

    Raises `SeniorInvalid` for none, for several, and for one whose place nobody knows: a distance
    from a wrong place is worse than none."""
    typed = text.strip()
    name = fold_saints(typed)
    known = [one for one in communes if one.parent is None]
    found = [one for one in known if one.code == typed.upper() or fold_saints(one.name) == name]
    if not found:
        found = [one for one in known if typed in one.postcodes]
    if not found:
        raise SeniorInvalid("No commune is called so: write its name or postcode.", field="commune")
    if len(found) > 1:
        which = ", ".join(f"{one.name} {one.code}" for one in found[:6])
        says = say("Several communes fit, write the code of one: %(which)s.", which=which)
        raise SeniorInvalid(says, field="commune")
    (one,) = found
    if one.lat is None or one.lng is None:
        raise SeniorInvalid("Nobody knows where this commune lies.", field="commune")
    return Where(commune=one.code, commune_name=one.name, lat=one.lat, lng=one.lng)


def read_start(day: str, at: str, now: datetime) -> datetime:
    """The instant of a day and an hour in Paris, as they were typed. Raises `SeniorInvalid` for
    what is no day or hour, for the past, and for an hour that the clock skips that night."""
    try:
        local = datetime.combine(date.fromisoformat(day), time.fromisoformat(at), ZONE)
    except ValueError:
        raise SeniorInvalid("Choose a day and an hour.", field="day") from None
    start = local.astimezone(UTC)
    if start.astimezone(ZONE).time() != local.time():
        raise SeniorInvalid("The clock skips this hour on that day.", field="time")
    if start <= now:
        raise SeniorInvalid("Choose a day and an hour that are to come.", field="day")
    return start


def check_rna(text: str) -> str:
    """The number of an association in the national register. Raises `SeniorInvalid`."""
    number = "".join(text.split()).upper()
    if not _RNA.fullmatch(number):
        raise SeniorInvalid("Write the association's RNA number: W and nine digits.", field="rna")
    return number


def check_seats(seats: int) -> int:
    """Raises `SeniorInvalid`."""
    if not 1 <= seats <= SEATS_MOST:
        raise SeniorInvalid(say("Between 1 and %(most)s seats.", most=SEATS_MOST), field="seats")
    return seats


def check_open(outing: Outing, now: datetime) -> None:
    """Whether somebody may still come along. Raises `OutingOver`."""
    if outing.state != "open" or not outing.vouched or outing.starts_at <= now:
        raise OutingOver("It does not take place, or it is over.")
    if outing.full:
        raise OutingOver("All places are taken: look at the others.")


def how_far(outing: Outing, home: Where | None) -> Near:
    """An outing, and the kilometres from commune to commune."""
    if home is None:
        return Near(outing=outing, km=None)
    km = distance_km(home.lat, home.lng, outing.lat, outing.lng)
    return Near(outing=outing, km=round(km))


def is_offered(near: Near) -> bool:
    """Whether a person is shown an outing that they have not joined."""
    outing = near.outing
    close = near.km is None or near.km <= NEAR_KM
    return close and outing.state == "open" and outing.vouched and not outing.full
