"""What probes look at and find."""

from datetime import date, datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Any, TypeAlias

import msgspec

Network: TypeAlias = IPv4Network | IPv6Network


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where something lies: `holds` is database, files, backups or mail; the networks of the
    machines there; the country."""

    holds: str
    networks: tuple[str, ...]
    country: str
    operator: str = ""


class Places(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The operator's file of places, and of who may be called: names or networks."""

    place: tuple[Place, ...] = ()
    egress: tuple[str, ...] = ()


class RunProbes(msgspec.Struct, frozen=True, kw_only=True):
    """Measure a service now: one probe, or each by a message of its own."""

    service: str
    probe: str | None = None


class Restored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A backup that was restored: what was lost before the failure, how long until it served again,
    whether every invariant held, and from how many sites it could have been done. `measured` when
    the software made and timed it, and not somebody who then told it."""

    rpo_s: int
    rto_s: int
    sites: int
    invariants: bool
    words: str = ""
    measured: bool = False


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """A restore as it was written down."""

    at: datetime
    rpo_s: int
    rto_s: int
    sites: int
    invariants: bool
    words: str
    measured: bool


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """A table with an organisation's rows, and what the application's role may do to it:
    `updates` is a column that it may write. `readers` and `writers` are the columns by which its
    wall lets an organisation in: some rows stand between two."""

    name: str
    own: str
    readers: tuple[str, ...]
    writers: tuple[str, ...]
    walled: bool
    reads: bool
    inserts: bool
    updates: str | None
    deletes: bool


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """An installed package; `spoilt` are files that differ from what was installed."""

    name: str
    version: str
    licence: str
    spoilt: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Where a weakness begins, or ends: with this version (`fixed`), or after it. One of three."""

    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None


class Advisory(msgspec.Struct, frozen=True, kw_only=True):
    """A known weakness of a package (OSV): of versions by name, and of ranges, whose changes stand
    in the order of versions."""

    id: str
    package: str
    versions: frozenset[str]
    ranges: tuple[tuple[Change, ...], ...] = ()
    critical: bool
    published_on: date


Json: TypeAlias = dict[str, Any]
