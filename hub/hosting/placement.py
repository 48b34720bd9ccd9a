"""Which data may live where, and why not."""

import re
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

import msgspec

from hub.approvals import IN_FORCE, State
from hub.core.migrate import schema_files
from hub.core.vertical import Vertical
from hub.hosting.models import HostingError, Zone, ZoneFile
from hub.portability import Bundle
from hub.probes.looking.places import EEA
from hub.trust.models import Check, Referential

_TABLE = re.compile(r"^create table (?:if not exists )?(\w+)", re.MULTILINE)


def read_zones(path: Path) -> dict[str, Zone]:
    """The zones of the operator's file; none without one. Raises `HostingError`."""
    if not path.exists():
        return {}
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=ZoneFile)
    except msgspec.DecodeError as error:
        raise HostingError(f"{path}: {error}.") from error
    zones = {zone.code: zone for zone in found.zone}
    if len(zones) < len(found.zone):
        raise HostingError(f"{path}: two zones have one code.")
    return zones


def find_classes(bundle: Bundle, verticals: Iterable[Vertical]) -> tuple[frozenset[str], set[str]]:
    """The classes of data that an organisation has, and the levels that its services ask for: those
    of every vertical in one of whose tables it has a row."""
    filled = {table.table for table in bundle.tables if table.rows}
    classes, levels = set[str](), set[str]()
    for vertical in verticals:
        own = {
            name
            for slice in vertical.slices
            for file in schema_files(slice.package)
            for name in _TABLE.findall(file.sql)
        }
        if own & filled:
            classes.update(vertical.data_classes)
            levels.add(vertical.hosting_level)
    return frozenset(classes), levels


def find_halts(zone: Zone, state: State | None) -> list[str]:
    """Why nobody new may come to a zone, by the state of its provider's approval."""
    if not zone.service or state in IN_FORCE:
        return []
    stands = state.value.replace("_", " ") if state else "missing"
    return [f"the approval of {zone.service}, which runs it, is {stands}"]


def find_reasons(
    zone: Zone,
    classes: Collection[str],
    levels: Collection[str],
    referential: Referential,
    today: date,
) -> list[str]:
    """Why data of these classes, of services that ask for these levels, may not live in a zone."""
    reasons: list[str] = []
    if zone.country not in EEA:
        reasons.append(f"{zone.country} is outside of the European Economic Area")
    rank = referential.rank(zone.level)
    floors = {"a service": max(map(referential.rank, levels), default=0)}
    floors |= {one.code: one.floor for one in referential.data_classes if one.code in classes}
    reasons += [
        f"{what} needs {referential.name(floor)}, the zone reaches {zone.level or 'no level'}"
        for what, floor in sorted(floors.items())
        if rank < floor
    ]
    held = {one.kind: one.until for one in zone.certificates}
    for criterion in referential.criteria:
        if criterion.only_for is None or criterion.only_for not in classes:
            continue
        wanted = {need.code for need in criterion.steps[0].needs if need.check is Check.EVIDENCE}
        for kind in sorted(wanted):
            title = referential.evidence[kind].title
            if kind not in held:
                reasons.append(f"{criterion.only_for} needs a host with {title} ({criterion.id})")
            elif held[kind] < today:
                reasons.append(f"{title} of its host ended on {held[kind]} ({criterion.id})")
    return reasons
