"""The computed season: price, units left and restrictions of every night, in NumPy.

Everything comes from the registry row's number through a hash: no generator, no state. The same
input gives the same season, a single lodging can be computed alone, and another `today` changes
only what is left and the lead-time factor of prices.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import numpy as np
import numpy.typing as npt

from hub.territory import UNKNOWN_AFTER, holiday_share, is_bridge, school_holidays
from tourism.demo import constants as k
from tourism.demo.hashing import Floats, normal, uniform
from tourism.demo.rooms import TypeSpec
from tourism.lodging.registry import Row
from tourism.rates.models import Closed

Ints = npt.NDArray[np.int64]
RENTALS = {"mobile_home_4", "mobile_home_6", "chalet"}


class Lodgings(msgspec.Struct, frozen=True, kw_only=True):
    """The lodgings as arrays, one element each, and their room types as arrays."""

    row: Ints
    kind: Ints
    place: Ints
    stars: Ints
    units: Ints
    type_lodging: Ints
    type_units: Ints
    type_factor: Floats
    type_rental: npt.NDArray[np.bool_]
    type_number: Ints


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What the calendar says of a night."""

    on: date
    holidays: float
    bridge: bool


class Nights(msgspec.Struct, frozen=True, kw_only=True):
    """Arrays of (room type, night)."""

    units_left: npt.NDArray[np.int16]
    price_cents: npt.NDArray[np.int32]
    min_stay: npt.NDArray[np.int16]
    flags: npt.NDArray[np.int16]


def gather(
    rows: Sequence[Row], places: Sequence[str], types: Sequence[Sequence[TypeSpec]]
) -> Lodgings:
    """The lodgings of the season: rows, their class of place, their room types."""
    lodging = [index for index, specs in enumerate(types) for _ in specs]
    flat = [spec for specs in types for spec in specs]
    numbers = [
        rows[index].line * 16 + rank
        for index, specs in enumerate(types)
        for rank in range(len(specs))
    ]
    prl = [rows[index].kind == "prl" for index in lodging]
    return Lodgings(
        row=np.array([row.line for row in rows]),
        kind=np.array([k.KINDS.index(row.kind.value) for row in rows]),
        place=np.array([k.PLACES.index(place) for place in places]),
        stars=np.array([row.stars or 0 for row in rows]),
        units=np.array([row.units for row in rows]),
        type_lodging=np.array(lodging),
        type_units=np.array([spec.units for spec in flat]),
        type_factor=np.array([spec.factor for spec in flat]),
        type_rental=np.array([s.code in RENTALS or p for s, p in zip(flat, prl, strict=True)]),
        type_number=np.array(numbers),
    )


def calendar(first: date, days: int) -> list[Day]:
    """School holidays and bridges of the nights from `first`."""
    import holidays  # noqa: PLC0415  slow to import, needed by the seed only

    last = first + timedelta(days=days)
    public = frozenset(holidays.country_holidays("FR", years=range(first.year, last.year + 1)))
    return [
        Day(
            on=on,
            holidays=_share(on),
            bridge=is_bridge(on, public),
        )
        for on in (first + timedelta(days=n) for n in range(days))
    ]


def _share(on: date) -> float:
    """Who is on holiday; nobody beyond what is published: an invented demand may do without."""
    return holiday_share(on, school_holidays(), UNKNOWN_AFTER) if on <= UNKNOWN_AFTER else 0


def compute(lodgings: Lodgings, days: Sequence[Day], today: date) -> Nights:
    """The nights of one month (or less): `days` must lie in one month."""
    month = days[0].on.month - 1
    if any(day.on.month - 1 != month for day in days):
        raise ValueError("compute one month at a time")
    occupancy = _occupancy(lodgings, days, month)
    lead = np.array([max((day.on - today).days, 0) for day in days], dtype=float)
    price = _price(lodgings, days, occupancy, lead)
    open_ = _open(lodgings, days, month)
    of = lodgings.type_lodging
    left = _left(lodgings, days, occupancy, lead)
    left[~open_[of]] = 0
    min_stay, closed = _restrictions(lodgings, days, month)
    flags = np.where(open_[of], closed, closed | int(Closed.FOR_SALE))
    return Nights(
        units_left=left,
        price_cents=_displayed(lodgings, price, month),
        min_stay=min_stay,
        flags=flags.astype(np.int16),
    )


def _is(lodgings: Lodgings, *kinds: str) -> npt.NDArray[np.bool_]:
    return np.isin(lodgings.kind, [k.KINDS.index(kind) for kind in kinds])


def _at(lodgings: Lodgings, *places: str) -> npt.NDArray[np.bool_]:
    return np.isin(lodgings.place, [k.PLACES.index(place) for place in places])


def week_pattern(place: str, month: int) -> tuple[float, ...]:
    """The weight of each weekday, Monday first, mean 1."""
    name = k.PATTERN[place][0]
    calm_leisure = 0.35 if month in {6, 7} else 1.0
    calm_business = 0.40 if month == 7 else 1.0
    business = [1 + (share * 7 / 100 - 1) * calm_business for share in k.BUSINESS_WEEK]
    leisure = [1 + (share * 7 / 100 - 1) * calm_leisure for share in k.LEISURE_WEEK]
    if name == "business":
        return tuple(business)
    if name == "leisure":
        return tuple(leisure)
    if name == "mean":
        return tuple((b + x) / 2 for b, x in zip(business, leisure, strict=True))
    return (1.0,) * 7


def _occupancy(lodgings: Lodgings, days: Sequence[Day], month: int) -> Floats:
    """The final occupancy of each lodging and night, soft-capped below 1."""
    z = np.array([day.holidays for day in days])
    bridge = np.array([day.bridge for day in days], dtype=float)
    level = np.array([k.HOTEL_OCCUPANCY[place][month] for place in k.PLACES]) / 100
    stay = (
        np.array(
            [
                k.RESIDENCE_OCCUPANCY.get(place, k.HOTEL_OCCUPANCY[place])[month]
                for place in k.PLACES
            ]
        )
        / 100
    )
    weekday = np.array(
        [[week_pattern(place, month)[day.on.weekday()] for day in days] for place in k.PLACES]
    )
    school = np.array([k.PATTERN[place][1] for place in k.PLACES])
    long = np.array([k.PATTERN[place][2] for place in k.PLACES])
    shape = weekday * (1 + school[:, None] * (z - 0.25)) * (1 + long[:, None] * bridge)
    effect = np.exp(0.16 * normal(1, lodgings.row) - 0.0128)
    effect *= np.clip((lodgings.units / 45) ** 0.05, 0.85, 1.12)
    effect *= np.array(k.STAR_OCCUPANCY)[lodgings.stars]
    hotel = _is(lodgings, "hotel", "auberge")
    base = np.where(hotel, level[lodgings.place] * k.MONTH_LEVEL[month], stay[lodgings.place])
    x = base[:, None] * shape[lodgings.place] * effect[:, None]
    camping = _is(lodgings, "campsite", "prl")
    x[camping] = _camping_occupancy(lodgings, camping, z, bridge, month)
    return np.where(x < 0.8, x, 0.8 + 0.19 * (1 - np.exp(-(x - 0.8) / 0.19)))


def _camping_occupancy(
    lodgings: Lodgings, camping: npt.NDArray[np.bool_], z: Floats, bridge: Floats, month: int
) -> Floats:
    level = max(k.CAMPSITE_OCCUPANCY[month] / 100, k.WINTER_CAMPSITE)
    place = np.array(k.CAMPSITE_PLACE)[lodgings.place[camping]]
    stars = 0.85 + 0.06 * lodgings.stars[camping]
    effect = np.exp(0.16 * normal(1, lodgings.row[camping]) - 0.0128)
    nights = level * (1 + 0.25 * (z - 0.3)) * (1 + 0.5 * bridge)
    return (place * stars * effect)[:, None] * nights[None, :]


def _open(lodgings: Lodgings, days: Sequence[Day], month: int) -> npt.NDArray[np.bool_]:
    share = np.array([k.OPEN_HOTELS.get(place, (1.0,) * 12)[month] for place in k.PLACES])
    hotels = uniform(3, lodgings.row) < share[lodgings.place]
    open_ = np.repeat(np.where(_is(lodgings, "hotel"), hotels, True)[:, None], len(days), axis=1)
    season = uniform(5, lodgings.row)
    long = np.array([(4, 1) <= (day.on.month, day.on.day) <= (9, 30) for day in days])
    short = np.array([(5, 1) <= (day.on.month, day.on.day) <= (9, 15) for day in days])
    camping = _is(lodgings, "campsite", "prl")
    open_[camping & (season < 0.40)] = long
    open_[camping & (season >= 0.40) & (season < 0.85)] = short
    return open_


def _price(lodgings: Lodgings, days: Sequence[Day], occupancy: Floats, lead: Floats) -> Floats:
    """The net price of the lodging's base unit (double, studio, pitch), in euros."""
    g = np.exp(0.20 * normal(2, lodgings.row) - 0.02)
    level = np.array([k.PATTERN[place][3] for place in k.PLACES])
    mean = np.array([np.mean(k.HOTEL_OCCUPANCY[place]) / 100 for place in k.PLACES])
    mean *= float(np.mean(k.MONTH_LEVEL))
    stars = lodgings.stars
    hotel = k.PRICE_SCALE * np.array(k.STAR_PRICE)[stars] * level[lodgings.place] * g
    hotel = np.where(_is(lodgings, "auberge"), k.PRICE_SCALE * k.AUBERGE_INDEX * g, hotel)
    demand = np.clip((occupancy / mean[lodgings.place][:, None]) ** 0.40, 0.72, 1.55)
    weekend = np.array([day.on.weekday() in {4, 5} for day in days])
    leisure = _at(lodgings, "coast_med", "coast_atl", "mountain", "ski")
    price = hotel[:, None] * demand * (1 + 0.04 * (leisure[:, None] & weekend[None, :]))
    price *= 1 + 0.05 * (60 - np.minimum(lead, 180)) / 120
    stays = _is(lodgings, "residence", "village")
    studio = np.array(k.RESIDENCE_PRICE)[stars] * np.array(k.RESIDENCE_PLACE)[lodgings.place] * g
    studio = np.where(_is(lodgings, "village"), 0.9 * studio, studio)
    busy = np.clip((occupancy / 0.5) ** 0.75, 0.55, 2.1)
    price[stays] = (studio[:, None] * busy)[stays]
    camping = _is(lodgings, "campsite", "prl")
    pitch = np.array(k.CAMPSITE_PRICE)[stars] * g
    pitch *= np.array([k.PATTERN[place][4] for place in k.PLACES])[lodgings.place]
    price[camping] = pitch[camping][:, None]
    return price


def _displayed(lodgings: Lodgings, price: Floats, month: int) -> npt.NDArray[np.int32]:
    """Gross cents of each type and night, to the euro, or half a euro below 40."""
    season = k.CAMPSITE_MONTH[month]
    camping = _is(lodgings, "campsite", "prl")[lodgings.type_lodging]
    rental_season = float(np.clip(season**1.2, 0.6, 1.6))
    factor = lodgings.type_factor * np.where(
        camping, np.where(lodgings.type_rental, rental_season, season), 1.0
    )
    euros = price[lodgings.type_lodging] * factor[:, None] * k.VAT
    rounded = np.where(euros < 40, np.round(euros * 2) / 2, np.round(euros))
    return (rounded * 100).astype(np.int32)


def _left(
    lodgings: Lodgings, days: Sequence[Day], occupancy: Floats, lead: Floats
) -> npt.NDArray[np.int16]:
    """What is left today: units less those booked already, or none when blocked."""
    soon = np.exp(-((lead / 21.8) ** 0.613))
    early = np.exp(-((lead / 138) ** 1.6))
    hotel = _is(lodgings, "hotel", "auberge")[:, None]
    booked = occupancy * np.where(hotel, soon[None, :], early[None, :])
    ordinal = np.array([day.on.toordinal() for day in days])
    week = ordinal // 7
    of, number = lodgings.type_lodging, lodgings.type_number
    by_week = normal(6, lodgings.row[:, None] * 4096 + week[None, :] % 4096)
    by_day = normal(7, number[:, None] * 65_536 + ordinal[None, :] % 65_536)
    noise = np.exp(0.28 * by_week[of] + 0.18 * by_day - 0.055)
    units = lodgings.type_units[:, None]
    dither = uniform(8, number[:, None] * 65_536 + ordinal[None, :] % 65_536)
    taken = np.floor(np.minimum(units, units * booked[of] * noise) + dither)
    left = np.maximum(units - taken, 0)
    blocked = uniform(13, number[:, None] * 4096 + week[None, :] % 4096)
    left[blocked < 0.01 + 0.12 * occupancy[of] ** 3] = 0
    return left.astype(np.int16)


def _restrictions(
    lodgings: Lodgings, days: Sequence[Day], month: int
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int64]]:
    """Minimum stays, and arrivals closed: whole weeks from Saturday for rentals in the season."""
    of = lodgings.type_lodging
    let = lodgings.type_rental | _is(lodgings, "residence", "village")[of]
    ski = _at(lodgings, "ski")[of]
    weekly = let & ((month in {6, 7}) | (ski & (month in {11, 0, 1, 2})))
    saturday = np.array([day.on.weekday() == 5 for day in days])
    bridge = np.array([day.bridge for day in days])
    weekend = np.array([month in {6, 7} and day.on.weekday() in {4, 5} for day in days])
    busy = _is(lodgings, "hotel")[of] & _at(lodgings, "coast_med", "coast_atl", "ski")[of]
    min_stay = np.where(busy[:, None] & (bridge | weekend)[None, :], 2, 1)
    min_stay = np.where(weekly[:, None], 7, min_stay).astype(np.int16)
    closed = np.where(weekly[:, None] & ~saturday[None, :], int(Closed.TO_ARRIVAL), 0)
    return min_stay, closed


def whole_month(nights: Nights, month: date, days: Sequence[Day]) -> Nights:
    """The same nights in arrays of the whole month; days outside are closed and empty."""
    length = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - month
    before = days[0].on.day - 1
    after = length.days - before - len(days)
    if before == after == 0:
        return nights

    def widen(values: npt.NDArray[np.signedinteger], fill: int) -> npt.NDArray[np.signedinteger]:
        return np.pad(values, ((0, 0), (before, after)), constant_values=fill)

    return Nights(
        units_left=widen(nights.units_left, 0),  # pyright: ignore[reportArgumentType]  same width
        price_cents=widen(nights.price_cents, 0),  # pyright: ignore[reportArgumentType]
        min_stay=widen(nights.min_stay, 1),  # pyright: ignore[reportArgumentType]
        flags=widen(nights.flags, int(Closed.FOR_SALE)),  # pyright: ignore[reportArgumentType]
    )
