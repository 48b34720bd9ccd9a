"""Outings, the volunteers who visit, and who comes along."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from verticals.seniors.models import ZONE, Command


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """A commune and its centre, in degrees."""

    commune: str
    commune_name: str
    lat: float
    lng: float


class AddVolunteer(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who would visit; `commune` as it was typed."""

    name: str
    email: str
    commune: str


class PublishOuting(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An outing; `day` and `time` by the clock of Paris, as they were typed."""

    title: str
    place: str
    commune: str
    day: str
    time: str
    seats: int


class OfferVisit(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A visit at somebody's home, near the volunteer's own."""

    title: str
    day: str
    time: str


class Volunteer(Where, frozen=True, kw_only=True):
    """`asked`, `validated` by the association of that number of the RNA, or `ended`."""

    id: UUID
    name: str
    email: str
    state: str
    rna: str | None


class Outing(Where, frozen=True, kw_only=True):
    """An outing, or the visit of a volunteer (`visitor`); `open` or `cancelled`. `vouched` unless
    its volunteer is not validated now; `taken` are the seats that are."""

    id: UUID
    volunteer: UUID | None
    visitor: str | None
    title: str
    place: str
    starts_at: datetime
    seats: int
    state: str
    vouched: bool
    taken: int

    @property
    def on_day(self) -> date:
        return self.starts_at.astimezone(ZONE).date()

    @property
    def hour(self) -> str:
        """By the clock of 24 hours, as everybody here writes it: `14:30`."""
        return self.starts_at.astimezone(ZONE).strftime("%H:%M")

    @property
    def full(self) -> bool:
        return self.taken >= self.seats


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes along."""

    outing: UUID
    senior: UUID
    name: str
    commune_name: str | None


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """An outing as a person sees it: how far from the centre of their commune, if it is known."""

    outing: Outing
    km: int | None


class Agenda(msgspec.Struct, frozen=True, kw_only=True):
    """What a person comes along to, and what else there is near home."""

    home: Where | None
    mine: list[Near]
    others: list[Near]


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What an association sees: what is to come, with who comes along, and its volunteers."""

    outings: list[Outing]
    guests: dict[UUID, list[Guest]]
    volunteers: list[Volunteer]


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """A volunteer's visits to come, with who expects them."""

    volunteer: Volunteer
    visits: list[Outing]
    guests: dict[UUID, list[Guest]]
