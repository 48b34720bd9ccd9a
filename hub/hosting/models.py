"""Where organisations may live."""

from datetime import date

import msgspec

from hub.core.postgres import PostgresError

HOME = "here"


class HostingError(PostgresError):
    """An organisation cannot be placed or moved; the message is a sentence for the operator."""


class SettingWrong(HostingError):
    """The address of a zone is not set, or would be spoken to in clear: nothing is known of whether
    the zone answers."""


class Certified(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A certificate of a zone's host: its kind as the referential names documents (`hds`), and its
    last day."""

    kind: str
    until: date


class Zone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A zone: where it is, who runs it, the level that it reaches, the certificates of its host.

    `database` is an administrator's address of its PostgreSQL, or `$NAME` of a variable of the
    environment that holds one, or `here` for this hub's own. `service` is the code under which its
    provider's approval stands in this hub: without an approval that is in force nobody new is
    brought there. A `most` above 0 is how many organisations it takes.
    """

    code: str
    title: str
    country: str
    operator: str
    level: str
    database: str
    certificates: tuple[Certified, ...] = ()
    service: str = ""
    most: int = 0


class ZoneFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The operator's file of zones."""

    zone: tuple[Zone, ...] = ()


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """What a zone holds: organisations that somebody belongs to, without who runs it, and the bytes
    of their database."""

    organisations: int
    bytes: int


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What a step of a move did: rows compared, tables that hold some, rows taken away."""

    organisation: int
    name: str
    rows: int
    tables: int
    erased: int = 0
    kept: int = 0
