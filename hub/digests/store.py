"""The statements of digests."""

from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from hub.digests.models import Choice, News, Notice, SpaceNews, Told

q = load_queries(__name__)


async def list_with_news(tx: Tx, since: datetime, after: SpaceNews, wanted: int) -> list[SpaceNews]:
    last = {"after_tenant": after.tenant, "after_space": after.space}
    return await tx.all(SpaceNews, q.list_with_news, since=since, wanted=wanted, **last)


async def find_notice(tx: Tx, space: UUID, person: int) -> Notice | None:
    return await tx.one(Notice, q.find_notice, space=space, person=person)


async def find_by_id(tx: Tx, id: UUID) -> Notice | None:
    return await tx.one(Notice, q.find_by_id, id=id)


async def keep_choice(tx: Tx, space: UUID, person: int, choice: Choice) -> None:
    new = {"tenant": tx.tenant, "id": tx.uuid(), "space": space, "person": person}
    await tx.run(q.keep_choice, **new, choice=choice, now=tx.now)


async def fill_notices(tx: Tx, space: UUID) -> None:
    await tx.run(q.fill_notices, space=space)


async def claim_told(
    tx: Tx, space: UUID, choice: Choice, before: datetime, upto: datetime, wanted: int
) -> list[Told]:
    asked = {"space": space, "choice": choice, "before": before, "upto": upto, "wanted": wanted}
    return await tx.all(Told, q.claim_told, **asked)


async def count_desk(tx: Tx, space: UUID) -> int:
    return await tx.value(int, q.count_desk, space=space) or 0


async def list_news(
    tx: Tx, space: UUID, reader: int, since: datetime, upto: datetime, wanted: int
) -> list[News]:
    asked = {"space": space, "reader": reader, "since": since, "upto": upto}
    return await tx.all(News, q.list_news, **asked, wanted=wanted)


async def count_news(tx: Tx, space: UUID, reader: int, since: datetime, upto: datetime) -> int:
    asked = {"space": space, "reader": reader, "since": since, "upto": upto}
    return await tx.value(int, q.count_news, **asked) or 0
