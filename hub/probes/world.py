"""A probe, and the world that it looks at."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from hub.core.db import Database
from hub.core.settings import Settings
from hub.probes.models import Places
from hub.trust import Found, Service


class World(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe may look at. `authorities` is a file of certificate authorities that are trusted
    instead of the machine's."""

    database: Database
    settings: Settings
    service: Service
    places: Places | None = None
    advisories: Path | None = None
    authorities: Path | None = None

    @property
    def address(self) -> str:
        return (self.service.address or self.settings.public_url).rstrip("/")


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement by its code in the referential. `inside` looks into this hub, and is run only
    for services that this hub runs."""

    code: str
    run: Callable[[World], Awaitable[Found]]
    inside: bool = True
