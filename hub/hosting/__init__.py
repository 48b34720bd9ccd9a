"""Zones where organisations may live, and their moves from one to another."""

from hub.hosting.hooks import Databases, ServersByZone
from hub.hosting.models import Certified, HostingError, Moved, Zone
from hub.hosting.moving import Mover
from hub.hosting.placement import find_classes, find_halts, find_reasons, read_zones
from hub.hosting.standing import weigh

__all__ = [
    "Certified",
    "Databases",
    "HostingError",
    "Moved",
    "Mover",
    "ServersByZone",
    "Zone",
    "find_classes",
    "find_halts",
    "find_reasons",
    "read_zones",
    "weigh",
]
