"""Open a project, close it, and find those that a guest may choose."""

from collections.abc import Mapping
from datetime import date

from hub import audit
from hub.agreements import territory_places
from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from tourism.projects import store
from tourism.projects.errors import ProjectInvalid
from tourism.projects.models import OpenProject, Project

ZONE = "Europe/Paris"
OFFERED_MAX, OWN_MAX = 8, 200
NAME_LETTERS, DESCRIPTION_LETTERS = 120, 500
KINDS = ("commune", "department", "region")


async def open_project(tx: Tx, said: OpenProject) -> int:
    """A project of the caller's organisation, from today on. Raises `ProjectInvalid`."""
    today = local_date(tx.now, ZONE)
    if not 1 <= len(said.name.strip()) <= NAME_LETTERS:
        raise ProjectInvalid("Give it a name, in 120 letters at most.", field="name")
    if not 1 <= len(said.description.strip()) <= DESCRIPTION_LETTERS:
        raise ProjectInvalid("Say what it does, in 500 letters at most.", field="description")
    known = said.territory_kind in KINDS and territory_places.name_of(
        said.territory_kind, said.territory_code
    )
    if not known:
        raise ProjectInvalid("There is no territory of this code.", field="territory_code")
    if said.until is not None and said.until <= today:
        raise ProjectInvalid("Choose a day after today, or none.", field="last")
    id = await store.insert_project(tx, said, today)
    await audit.record(tx, action="project.opened", subject=f"project:{id}")
    return id


async def close_project(tx: Tx, id: int) -> None:
    """No guest may choose it from today on; what was given stays given. Raises `NotFound`."""
    if not await store.close_project(tx, id, local_date(tx.now, ZONE)):
        raise NotFound("There is no such project.")
    await audit.record(tx, action="project.closed", subject=f"project:{id}")


async def list_own(tx: Tx) -> list[Project]:
    """The caller's projects, those that run first."""
    return await store.list_own(tx, local_date(tx.now, ZONE), OWN_MAX)


async def list_open(reads: Reads, place: Mapping[str, object], on: date) -> list[Project]:
    """What a guest may choose at a place (`commune`, `department`, `region`), the nearest first."""
    commune, department, region = (str(place.get(kind) or "") for kind in KINDS)
    return await store.list_open(reads, commune, department, region, on, OFFERED_MAX)


async def find_project(reads: Reads, id: int, place: Mapping[str, object], on: date) -> Project:
    """One of them. Raises `ProjectInvalid`."""
    for project in await list_open(reads, place, on):
        if project.id == id:
            return project
    raise ProjectInvalid("Choose one of the projects that are shown.", field="project")
