"""The statements of local projects."""

from datetime import date

from hub.core.db import Reads, Tx
from hub.core.sql import load_queries
from tourism.projects.models import OpenProject, Project

q = load_queries(__name__)


async def insert_project(tx: Tx, said: OpenProject, since: date) -> int:
    id = await tx.value(
        int,
        q.insert_project,
        tenant=tx.tenant,
        name=said.name.strip(),
        description=said.description.strip(),
        territory_kind=said.territory_kind,
        territory_code=said.territory_code,
        since=since,
        until=said.until,
    )
    assert id is not None
    return id


async def list_own(tx: Tx, today: date, wanted: int) -> list[Project]:
    return await tx.all(Project, q.list_own, tenant=tx.tenant, today=today, wanted=wanted)


async def close_project(tx: Tx, id: int, today: date) -> bool:
    return await tx.run(q.close_project, id=id, tenant=tx.tenant, today=today) == 1


async def list_open(
    reads: Reads, commune: str, department: str, region: str, on: date, wanted: int
) -> list[Project]:
    return await reads.all(
        Project,
        q.list_open,
        commune=commune,
        department=department,
        region=region,
        on=on,
        wanted=wanted,
    )
