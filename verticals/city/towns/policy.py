"""What is decided without looking anything up: which commune, where it ends, what may be typed."""

import hmac
import math
import re
import unicodedata
from datetime import UTC, datetime
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from hub import territory
from hub.core.sentences import say
from verticals.city.towns.errors import OutsideTown, TownInvalid
from verticals.city.towns.models import Label, Town, TownMap

LICENCE = "Licence Ouverte 2.0 (Etalab)"
LEAST_REACH_KM, MARGIN_KM = 4.0, 2.0
WIDTH, HEIGHT = 640, 420
MOST_NAMED, MOST_LABELS = 8, 40
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{1,15})?")
# Line ends, and what joins the parts of an emoji.
_KEPT_SIGNS = {"\n", "\t", "\u200d"}


@cache
def _communes() -> dict[str, territory.Commune]:
    return {one.code: one for one in territory.communes()}


def choose(tenant: int, code: str) -> Town:
    """The town that a commune is. It reaches as far as its surface could, were it long and narrow:
    a report at its edge is not refused. Raises `TownInvalid`."""
    found = _communes().get(code.strip().upper())
    if found is None or found.lat is None or found.lng is None:
        raise TownInvalid("Write the INSEE code of a commune, such as 48095.", field="commune")
    reach = max(LEAST_REACH_KM, 2 * math.sqrt(found.area_km2 / math.pi) + MARGIN_KM)
    return Town(
        tenant=tenant,
        code=found.code,
        name=found.name,
        lat=found.lat,
        lng=found.lng,
        reach_km=round(reach, 1),
    )


def is_inside(town: Town, lat: float, lng: float) -> bool:
    return territory.distance_km(town.lat, town.lng, lat, lng) <= town.reach_km


def read_position(town: Town, lat: str, lng: str) -> tuple[float, float] | None:
    """A point of the town, or none where nothing is typed. Raises `TownInvalid`, `OutsideTown`."""
    if not lat.strip() and not lng.strip():
        return None
    point = _degrees(lat, 90, "lat"), _degrees(lng, 180, "long")
    if is_inside(town, *point):
        return point
    if is_inside(town, point[1], point[0]):
        raise OutsideTown("Latitude and longitude are swapped.", field="lat")
    says = say("It is more than %(km)s km from the centre of %(town)s.",
               km=round(town.reach_km), town=town.name)  # fmt: skip
    raise OutsideTown(says, field="lat")


def _degrees(text: str, most: int, field: str) -> float:
    if not _NUMBER.fullmatch(text.strip()):
        raise TownInvalid("Write degrees with a point, such as 44.518.", field=field)
    value = float(text.strip().replace(",", "."))
    if abs(value) > most:
        raise TownInvalid(say("At most %(most)s degrees.", most=most), field=field)
    return value


def read_instant(text: str, zone: str) -> datetime | None:
    """A day and an hour that somebody typed by a clock; None where there is no such hour, as in the
    night in which clocks go forward. Of an hour that a night has twice, the later one."""
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if local.tzinfo is not None or not 1900 <= local.year < 3000:
        return None
    at = local.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    return at if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == local else None


def id_of_form(secret: bytes, kind: str, space: int, key: UUID) -> UUID:
    """The id of what a form brings. Never the form's own key: whoever sent somebody else's id as a
    key would be led to what is theirs."""
    mark = hmac.digest(secret, f"{kind}:{space}:".encode() + key.bytes, "sha256")
    return UUID(bytes=mark[:16])


def clean(text: str) -> str:
    """What somebody wrote, in one form of each sign, without what cannot be seen or stored. Emoji
    and angle brackets are signs like others: whoever shows them escapes them."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(one for one in composed if _is_written(one)).strip()


def _is_written(sign: str) -> bool:
    if sign in _KEPT_SIGNS:
        return True
    nowhere = ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF
    return not nowhere and unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"}


@cache
def map_around(town: Town) -> TownMap:
    """The town in the middle, its neighbours named from the largest on."""
    km_high = 2.2 * town.reach_km
    per_lat = HEIGHT / (km_high / 111.2)
    per_lng = max(per_lat * math.cos(math.radians(town.lat)), 1.0)
    drawn = TownMap(
        width=WIDTH,
        height=HEIGHT,
        lat0=town.lat,
        lng0=town.lng,
        per_lat=round(per_lat, 3),
        per_lng=round(per_lng, 3),
        reach=round(town.reach_km / km_high * HEIGHT, 1),
        labels=(),
    )
    near = [
        (one, *drawn.place(one.lat, one.lng))
        for one in territory.communes()
        if one.lat is not None and one.lng is not None and one.parent is None
    ]
    shown = [found for found in near if 12 < found[1] < WIDTH - 90 and 16 < found[2] < HEIGHT - 12]
    shown.sort(key=lambda found: (found[0].code != town.code, -found[0].population))
    labels = tuple(
        Label(name=one.name, x=x, y=y, named=number < MOST_NAMED)
        for number, (one, x, y) in enumerate(shown[:MOST_LABELS])
    )
    return msgspec.structs.replace(drawn, labels=labels)
