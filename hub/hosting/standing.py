"""A zone as its provider's own file proves it at this instant."""

from datetime import date

import msgspec

from hub import approvals
from hub.approvals import Label
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.hosting.models import Certified, Zone
from hub.hosting.placement import find_halts
from hub.trust import Referential


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """A zone with what is proved of it, and why nobody new may come there."""

    zone: Zone
    halts: list[str]


async def weigh(tx: Tx, zone: Zone, referential: Referential) -> Weighed:
    """A zone that names its provider's service reaches the level that this service shows now, when
    that is lower than the file's; a certificate of its host counts while a document of the service
    proves it. Of a zone that names none the operator's file says everything."""
    if not zone.service:
        return Weighed(zone=zone, halts=[])
    try:
        label = await approvals.find_label(tx, zone.service)
    except NotFound:
        return Weighed(zone=zone, halts=find_halts(zone, None))
    if halts := find_halts(zone, label.approval.state if label.approval else None):
        return Weighed(zone=zone, halts=halts)
    return Weighed(zone=lower(zone, label, referential), halts=[])


def lower(zone: Zone, label: Label, referential: Referential) -> Zone:
    """The zone without what its provider no longer proves. The label of another referential counts
    where a level has the same code here."""
    shown = label.standing.referential.name(label.rank) or ""
    rank = min(referential.rank(zone.level), referential.rank(shown))
    proved = _proved_until(label)
    certificates = tuple(
        Certified(kind=one.kind, until=min(one.until, proved[one.kind]))
        for one in zone.certificates
        if one.kind in proved
    )
    return msgspec.structs.replace(
        zone, level=referential.name(rank) or "", certificates=certificates
    )


def _proved_until(label: Label) -> dict[str, date]:
    """The last day of each kind of document that counts now."""
    proved: dict[str, date] = {}
    for paper in label.standing.papers:
        if not paper.faults and paper.evidence.withdrawn_at is None:
            kind, until = paper.evidence.kind, paper.evidence.expires_on
            proved[kind] = max(until, proved.get(kind, until))
    return proved
