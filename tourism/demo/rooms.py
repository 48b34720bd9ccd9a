"""Room types of a registry row, derived from its kind, stars, units and capacity."""

from collections.abc import Sequence

import msgspec

from tourism.lodging.registry import Row


class TypeSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A room type to create. `factor` multiplies the lodging's base price."""

    code: str
    units: int
    occupancy_standard: int
    occupancy_max: int
    adults_max: int
    children_max: int
    factor: float


_HOTEL = (("double", 2, 0.95), ("superior", 2, 1.10), ("family", 4, 1.30), ("suite", 4, 1.75))
_RESIDENCE = (("studio", 2, 0.85), ("two_rooms", 4, 1.1), ("three_rooms", 6, 1.5),
              ("four_rooms", 8, 2.0))  # fmt: skip
_VILLAGE = (("lodge_2", 2, 0.9), ("lodge_4", 4, 1.2), ("lodge_6", 6, 1.6))
_RENTAL = (("mobile_home_4", 4, 4.0), ("mobile_home_6", 6, 4.9), ("chalet", 8, 6.3))
_RENTED_SHARE = (0.0, 0.05, 0.12, 0.30, 0.50, 0.65)


def room_types(row: Row) -> list[TypeSpec]:
    """The types of a lodging, in the house's own order; their units add up to the registry's."""
    stars = row.stars or 0
    match row.kind:
        case "hotel":
            return _hotel(row.units, stars)
        case "campsite":
            return _campsite(row, stars)
        case "residence":
            return _residence(row.units)
        case "village":
            count = 2 if row.units <= 60 else 3
            shares = {2: (0.60, 0.40), 3: (0.50, 0.35, 0.15)}[count]
            return _types(_VILLAGE[:count], _split(row.units, shares))
        case "prl":
            return _rentals(row.units, stars)
        case _:
            return _auberge(row)


def _hotel(units: int, stars: int) -> list[TypeSpec]:
    count = 1 if units < 6 else 2 if units < 25 else 3 if units < 60 else 4
    if stars == 1:
        count = min(count, 2)
    if stars == 5 and units >= 10:
        count = max(count, 3)
    shares = {
        1: (1.0,),
        2: (0.75, 0.25),
        3: (0.60, 0.28, 0.12),
        4: (0.52, 0.28, 0.14, 0.06),
    }[count]
    models = (("double", 2, 0.95), ("superior", 2, 1.20)) if count == 2 else _HOTEL[:count]
    return _types(models, _split(units, shares))


def _campsite(row: Row, stars: int) -> list[TypeSpec]:
    rented = round(row.units * _RENTED_SHARE[stars])
    if rented < 3:
        rented = 0
    pitches = row.units - rented
    if stars >= 2 and pitches >= 10:
        plain = pitches - round(pitches * 0.75)
        types = _types((("pitch_electric", 6, 1.0), ("pitch", 6, 0.8)), (pitches - plain, plain))
    else:
        types = _types((("pitch", 6, 1.0),), (pitches,))
    return types + (_rentals(rented, stars) if rented else [])


def _rentals(units: int, stars: int) -> list[TypeSpec]:
    count = 1 if units < 8 else 2 if units < 40 or stars < 4 else 3
    shares = {1: (1.0,), 2: (0.60, 0.40), 3: (0.50, 0.35, 0.15)}[count]
    return _types(_RENTAL[:count], _split(units, shares))


def _residence(units: int) -> list[TypeSpec]:
    count = 1 if units < 6 else 2 if units < 20 else 3 if units < 80 else 4
    shares = {
        1: (1.0,),
        2: (0.60, 0.40),
        3: (0.45, 0.38, 0.17),
        4: (0.40, 0.35, 0.18, 0.07),
    }[count]
    return _types(_RESIDENCE[:count], _split(units, shares))


def _auberge(row: Row) -> list[TypeSpec]:
    private = max(row.units // 3, 1)
    beds = max(row.capacity - 2 * private, 1)
    return [
        _spec("private_room", private, 2, 1.0),
        _spec("dormitory_bed", beds, 1, 0.42),
    ]


def _split(units: int, shares: Sequence[float]) -> tuple[int, ...]:
    counts = [max(1, round(units * share)) for share in shares]
    counts[0] += units - sum(counts)
    return tuple(counts)


def _types(models: Sequence[tuple[str, int, float]], counts: Sequence[int]) -> list[TypeSpec]:
    return [
        _spec(code, count, persons, factor)
        for (code, persons, factor), count in zip(models, counts, strict=True)
    ]


def _spec(code: str, units: int, persons: int, factor: float) -> TypeSpec:
    # A cot or a folding bed for a child in a double; beds of a dormitory are for one.
    extra = 1 if code in {"double", "superior", "private_room"} else 0
    return TypeSpec(
        code=code,
        units=units,
        occupancy_standard=persons,
        occupancy_max=persons + extra,
        adults_max=persons,
        children_max=persons + extra - 1,  # beside one adult at least
        factor=factor,
    )
