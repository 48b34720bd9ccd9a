"""What a host must offer to be a zone."""

import os
from collections.abc import Iterable
from typing import Protocol

import asyncpg

from hub.core.db import Session, open_session
from hub.core.files import Files
from hub.core.settings import OVER_TLS, is_in_clear
from hub.hosting import store
from hub.hosting.models import HOME, HostingError, SettingWrong, Used, Zone
from hub.keys import Keys

__all__ = ["Databases", "Files", "Keys", "Metering", "ServersByZone"]


class Databases(Protocol):
    """Where the rows of a zone stand: an administrator's connection to a hub of this version."""

    async def open(self, zone: str) -> Session:
        """A connection of its own; raises `HostingError` for a zone that is not there."""
        ...


class Metering(Protocol):
    """What a zone holds, counted where its rows stand."""

    async def measure(self, zone: str) -> Used:
        """Raises `HostingError` for a zone that is not there, or does not answer."""
        ...


class ServersByZone:
    """A PostgreSQL server a zone, opened and metered; `home` is the address of this hub's own."""

    def __init__(self, zones: Iterable[Zone], home: str = "") -> None:
        self._zones, self._home = {zone.code: zone for zone in zones}, home

    async def open(self, zone: str) -> Session:
        known = self._zones.get(zone)
        if known is None:
            raise HostingError(f"There is no zone {zone!r}: {', '.join(self._zones) or 'none'}.")
        try:
            return await open_session(self._address_of(known))
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            raise HostingError(f"The database of {zone} does not answer: {error}.") from error

    async def measure(self, zone: str) -> Used:
        session = await self.open(zone)
        try:
            return await store.measure(session)
        finally:
            await session.close()

    def _address_of(self, zone: Zone) -> str:
        if zone.database == HOME:
            return self._home
        address = _named(zone)
        if not address and zone.database:
            raise SettingWrong(f"{zone.database[1:]}, the address of {zone.code}, is not set.")
        if is_in_clear(address):
            raise SettingWrong(f"The database of {zone.code} is on another machine: {OVER_TLS}.")
        return address


def _named(zone: Zone) -> str:
    """The address itself; nothing where the variable that should hold it does not."""
    named = zone.database.startswith("$")
    return os.environ.get(zone.database[1:], "") if named else zone.database
