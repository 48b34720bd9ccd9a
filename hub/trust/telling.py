"""Letters to the owners of who keeps a service's file, a month before a document lapses."""

from functools import cache

from babel import dates

from hub import audit, tenancy
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.i18n import catalogue
from hub.core.mail import write_linked
from hub.core.settings import read_settings
from hub.trust import actions, policy, store
from hub.trust.models import Evidence, Referential, Service

ACTOR = "clock"
SUBJECT = "%(title)s : un document échoit le %(day)s"
TEXT = (
    "Le document « %(kind)s » (numéro %(number)s) de %(title)s compte jusqu'au %(day)s. S'il n'est "
    "pas remplacé d'ici là, le niveau de confiance du service baisse le lendemain."
)
SENTENCES = (SUBJECT, TEXT)


@cache
def _public_url() -> str:
    return read_settings().public_url.rstrip("/")


async def tell_all(database: Database) -> int:
    """Write of every document that lapses soon, once; how many were told of."""
    async with database.transaction() as tx:
        services = await actions.list_services(tx)
    return sum([await _tell_of(database, one) for one in services])


async def _tell_of(database: Database, service: Service) -> int:
    async with database.transaction(service.operator, actor=ACTOR) as tx:
        papers = await store.list_evidence(tx, service.code)
        today = local_date(tx.now, "Europe/Paris")
        referential = actions.read_referential(service.referential, today)
        told = 0
        for paper in policy.list_lapsing(papers, referential, service, tx.now):
            if await store.mark_told(tx, paper.id):
                await _write(tx, service, referential, paper)
                told += 1
    return told


async def _write(tx: Tx, service: Service, referential: Referential, paper: Evidence) -> None:
    for reader in await tenancy.list_readers(tx, [tenancy.Role.OWNER]):
        words = catalogue(reader.language)
        said = {
            "title": service.title,
            "kind": words.gettext(referential.evidence[paper.kind].title),
            "number": paper.number or "—",
            "day": dates.format_date(paper.expires_on, "long", locale=reader.language),
        }
        subject, text = (words.gettext(one) % said for one in SENTENCES)
        link = f"{_public_url()}/trust/{service.code}"
        await write_linked(tx, reader.email, reader.language, subject, text, link)
    await audit.record(
        tx,
        action="trust.lapse_told",
        subject=f"service:{service.code}",
        detail={"evidence": str(paper.id), "expires_on": paper.expires_on.isoformat()},
    )
