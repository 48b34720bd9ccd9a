"""Where one can search: what is suggested while somebody types, and the area that it means."""

import msgspec

BOX_KIND = "box"
POINT_KIND = "point"
COUNTRY_KIND, COUNTRY_CODE, COUNTRY = "country", "FR", "France"


class Landmark(msgspec.Struct, frozen=True, kw_only=True):
    """A well-known place that is no commune: a mountain, a coast, an island, a station…

    Its area is a circle of `radius_km` around its point; `weight` (1 to 4) says how well known.
    """

    code: str
    name: str
    kind: str
    department: str
    lat: float
    lng: float
    radius_km: float
    weight: int
    aliases: tuple[str, ...] = ()


class OtherName(msgspec.Struct, frozen=True, kw_only=True):
    """What visitors call a place in their own language."""

    kind: str
    code: str
    name: str


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A place or a house to choose. `kind` is country, region, department, commune, landmark or
    house; a search takes `place=KIND:CODE`. `detail` says more of a landmark (mountain, ski…) or
    house."""

    kind: str
    code: str
    name: str
    label: str
    population: int = 0
    lodgings: int = 0
    lat: float | None = None
    lng: float | None = None
    detail: str = ""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion with the names that find it and how much it weighs among its likes. `former`
    are names of what became a part of it, which do not share its fame; `tail` is what may be typed
    after a name: a house's commune."""

    suggestion: Suggestion
    keys: tuple[str, ...]
    former: tuple[str, ...] = ()
    tail: str = ""
    weight: float
    postcodes: tuple[str, ...] = ()


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a map, in degrees. It never crosses the date line: `west` is less than `east`."""

    south: float
    west: float
    north: float
    east: float


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """Where to search, resolved.

    The country, a region or a department by its code; a commune (with its arrondissements, `codes`)
    together with what lies within `radius_km` of its centre; a circle around a landmark or a point;
    a box.
    """

    kind: str
    code: str
    label: str
    codes: tuple[str, ...] = ()
    lat: float | None = None
    lng: float | None = None
    radius_km: float = 0
    box: Box | None = None
    lodgings: int | None = None

    @property
    def place(self) -> str:
        """The value of the address' `place`."""
        return f"{self.kind}:{self.code}"
