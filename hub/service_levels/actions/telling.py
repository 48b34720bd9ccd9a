"""Letters to the owners of the organisations that an incident or planned work concerns."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import msgspec
from babel import dates

from hub import tenancy, trust
from hub.core import outbox
from hub.core.db import Database, Tx
from hub.core.i18n import catalogue
from hub.core.mail import write_linked
from hub.core.pages import PARIS
from hub.core.settings import read_settings
from hub.service_levels import store
from hub.service_levels.models import Incident, TellIncident, TellWork, Work

AT_ONCE = 50
BROKEN = (
    "%(title)s : un incident",
    "Depuis le %(since)s, %(title)s ne marche pas comme promis. %(words)s "
    "La suite se lit sur sa page.",
)
PLANNED = (
    "%(title)s : travaux prévus",
    "Du %(since)s au %(until)s, %(title)s peut ne pas répondre : ce sont des travaux prévus. "
    "%(words)s",
)
SENTENCES = (*BROKEN, *PLANNED)


@cache
def _public_url() -> str:
    return read_settings().public_url.rstrip("/")


async def tell_incident(database: Database, message: TellIncident) -> None:
    """Write to some organisations, and send the rest on its way; after the last the incident is
    told. Doing it again writes no letter twice."""
    async with database.transaction() as tx:
        found = await store.find_incident(tx, message.incident)
        if found is None:
            return
        service = await trust.find_service(tx, found.service)
        some = await _users(tx, service, message.after, found.tenants)
    for tenant in some:
        await _tell(database, tenant, service, found)
    async with database.transaction() as tx:
        if len(some) == AT_ONCE:
            await outbox.emit(tx, msgspec.structs.replace(message, after=some[-1]))
        else:
            await store.mark_told(tx, found.id)


async def tell_work(database: Database, message: TellWork) -> None:
    """The same for planned work."""
    async with database.transaction() as tx:
        found = await store.find_work(tx, message.work)
        if found is None:
            return
        service = await trust.find_service(tx, found.service)
        some = await _users(tx, service, message.after, ())
    for tenant in some:
        await _tell(database, tenant, service, found)
    if len(some) == AT_ONCE:
        async with database.transaction() as tx:
            await outbox.emit(tx, msgspec.structs.replace(message, after=some[-1]))


async def _users(tx: Tx, service: trust.Service, after: int, named: Sequence[int]) -> list[int]:
    """Some of those that are named, else of all that use a service: everybody here, where this hub
    runs on it."""
    return await store.list_owned(tx, after, named, AT_ONCE) if named or service.run_here else []


async def _tell(
    database: Database, tenant: int, service: trust.Service, about: Incident | Work
) -> None:
    async with database.transaction(tenant) as tx:
        if await store.insert_told(tx, about.id):
            for reader in await tenancy.list_readers(tx, [tenancy.Role.OWNER]):
                await _write(tx, reader, service, about)


async def _write(
    tx: Tx, reader: tenancy.Reader, service: trust.Service, about: Incident | Work
) -> None:
    language = reader.language
    words = catalogue(language)
    said = {"title": service.title, "words": about.words.strip()}
    if isinstance(about, Work):
        letter = PLANNED
        said |= {"since": _at(about.begins_at, language), "until": _at(about.ends_at, language)}
    else:
        letter = BROKEN
        said |= {"since": _at(about.began_at, language)}
    subject, text = (words.gettext(one) % said for one in letter)
    link = f"{_public_url()}/trust/{service.code}"
    await write_linked(tx, reader.email, language, subject, text, link)


def _at(at: datetime, language: str) -> str:
    return dates.format_datetime(at.astimezone(PARIS), "long", locale=language)
