"""A town, and a drawn map of it."""

from zoneinfo import ZoneInfo

import msgspec

from hub import territory


class ChooseCommune(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which commune the town is, by its INSEE code."""

    commune: str


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """A town: `tenant` is in its public addresses, `code` (INSEE) is its jurisdiction. It reaches
    `reach_km` around its centre: what lies farther is another town's."""

    tenant: int
    code: str
    name: str
    lat: float
    lng: float
    reach_km: float

    @property
    def zone(self) -> str:
        """The clock of the town: overseas it is not that of Paris."""
        return territory.zone_of(self.code)

    @property
    def clock(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A neighbouring commune on the map, in its units; only the larger ones are named."""

    name: str
    x: float
    y: float
    named: bool


class TownMap(msgspec.Struct, frozen=True, kw_only=True):
    """A map of `width` by `height` units around the town's centre (`lat0`, `lng0`), with so many
    units a degree downwards and to the right, and the neighbours."""

    width: int
    height: int
    lat0: float
    lng0: float
    per_lat: float
    per_lng: float
    reach: float
    labels: tuple[Label, ...]

    def place(self, lat: float, lng: float) -> tuple[float, float]:
        """Where a point stands on it."""
        x = (lng - self.lng0) * self.per_lng + self.width / 2
        y = (self.lat0 - lat) * self.per_lat + self.height / 2
        return round(x, 1), round(y, 1)
