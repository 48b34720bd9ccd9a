"""What a service lets its people do now, and what surrounds them."""

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from babel import dates

from hub.core.clock import local_date
from hub.core.colours import theme_of
from hub.core.db import Database
from hub.core.errors import Busy, NotFound
from hub.core.pages import Neighbour, Surroundings, home_of, make_url
from hub.core.sentences import say
from hub.core.vertical import Vertical
from hub.gates.models import State
from hub.services import store
from hub.services.actions.launching import PARIS
from hub.services.errors import QuotaSpent, ServiceOver, ServiceReadOnly
from hub.services.models import Community, Face
from hub.services.policy.steps import QUOTAS

SLOW_S = 3.0
NO_LIMIT = 2**31 - 2
NOTICES = {
    State.SANDBOX: "Bac à sable : les données sont inventées, n'y mettez rien de vrai.",
    State.TRIAL: "Essai jusqu'au %(day)s.",
    State.WINDING_DOWN: "Ce service ferme : il se lit encore jusqu'au %(day)s.",
}


async def find_community(database: Database, person: int, acting: int | None) -> list[Community]:
    """The services that a person belongs to."""
    return await store.list_community(database.at_once, person, acting)


async def find_of_space(database: Database, space: int) -> Community | None:
    """The service that a link leads to."""
    return await store.find_of_space(database.at_once, space)


async def guard(database: Database, service: Community, *, writes: bool) -> date | None:
    """Let a request for a service's pages pass; the day on which it is counted as a write. Raises
    `ServiceOver`, `ServiceReadOnly`, `QuotaSpent`, and `Busy` for a fault that the sandbox was
    asked for."""
    if service.closed or service.state is State.RETIRED:
        raise ServiceOver("Ask who launched it where its data are now.")
    if service.state is State.WINDING_DOWN and writes:
        raise ServiceReadOnly("Its data can still be read and taken out.")
    if service.faults_left and await store.use_fault(database.at_once, service.space):
        if service.fault == "slow":
            await asyncio.sleep(SLOW_S)
        else:
            raise Busy("This sandbox was asked to fail.")
    return await _spend(database, service) if writes else None


async def give_back(database: Database, service: Community, counted_on: date) -> None:
    """A write that was refused, or answered once more, is not counted."""
    await store.give_back(database.at_once, service.space, counted_on)


async def _spend(database: Database, service: Community) -> date:
    most = QUOTAS[service.state].acts
    today = local_date(database.clock.now(), PARIS)
    limit = NO_LIMIT if most is None else most
    if not await store.spend_act(database.at_once, service.space, today, limit):
        raise QuotaSpent(say("At most %(most)s changes a day: go on tomorrow.", most=limit))
    return today


def surround(
    found: Sequence[Community],
    verticals: dict[str, Vertical],
    acting: int | None,
    language: str,
    *,
    belongs: bool = True,
) -> Surroundings:
    """What the pages of a person show of their services. Who came by a link `belongs` to none."""
    current = next((one for one in found if one.space == acting), None)
    neighbours = tuple(
        Neighbour(
            name=one.name,
            organisation=one.space,
            path=home_of(verticals[one.vertical]),
            current=one.space == acting,
        )
        for one in sorted(found, key=lambda one: one.name)
        if one.vertical in verticals and not one.closed and belongs
    )
    if current is None:
        return Surroundings(neighbours=neighbours)
    face = f"/services/{current.service}"
    day = current.ends_on
    return Surroundings(
        brand=current.name,
        theme=make_url(f"{face}/theme.css", v=int(current.changed_at.timestamp()))
        if current.colour
        else None,
        legal=f"{face}/legal" if current.has_legal else None,
        notice="" if current.closed else NOTICES.get(current.state, ""),
        filled={"day": dates.format_date(day, "long", locale=language) if day else ""},
        neighbours=neighbours,
    )


async def find_face(database: Database, id: UUID) -> Face:
    """How a service looks. Raises `NotFound`."""
    found = await store.find_face(database.at_once, id)
    if found is None:
        raise NotFound("There is no such service.")
    return found


def style_of(face: Face) -> str:
    """The style sheet of a service; empty for the house's own."""
    return theme_of(face.colour) if face.colour else ""
