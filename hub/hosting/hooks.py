"""What a host must offer to be a zone."""

import os
from collections.abc import Iterable
from typing import Protocol

import asyncpg

from hub.core.db import Session, open_session
from hub.core.files import Files
from hub.hosting.models import HOME, HostingError, Zone
from hub.keys import Keys

__all__ = ["Databases", "Files", "Keys", "ServersByZone"]


class Databases(Protocol):
    """Where the rows of a zone stand: an administrator's connection to a hub of this version."""

    async def open(self, zone: str) -> Session:
        """A connection of its own; raises `HostingError` for a zone that is not there."""
        ...


class ServersByZone:
    """A PostgreSQL server a zone; `home` is the address of this hub's own."""

    def __init__(self, zones: Iterable[Zone], home: str = "") -> None:
        self._zones, self._home = {zone.code: zone for zone in zones}, home

    async def open(self, zone: str) -> Session:
        known = self._zones.get(zone)
        if known is None:
            raise HostingError(f"There is no zone {zone!r}: {', '.join(self._zones) or 'none'}.")
        address = self._home if known.database == HOME else known.database
        if address.startswith("$"):
            address = os.environ.get(address[1:], "")
            if not address:
                raise HostingError(f"{known.database[1:]}, the address of {zone}, is not set.")
        try:
            return await open_session(address)
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            raise HostingError(f"The database of {zone} does not answer: {error}.") from error
