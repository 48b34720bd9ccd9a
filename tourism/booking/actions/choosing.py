"""The local project that a guest chooses while the stay is held: its share goes there."""

from uuid import UUID

import msgspec

from hub.agreements import Role
from hub.core.clock import local_date
from hub.core.db import Tx
from tourism import projects
from tourism.booking import store
from tourism.booking.actions.moving import lock
from tourism.booking.models import Booking, State
from tourism.projects import Project
from tourism.quoting.models import Quote

ZONE = "Europe/Paris"


def project_cents(quote: Quote) -> int:
    """What the agreement gives to a local project of this stay."""
    shares = quote.split.allocation.shares
    return sum(share.amount_cents for share in shares if share.role is Role.PROJECT)


async def list_projects(tx: Tx, booking: Booking) -> list[Project]:
    """What may be chosen for a stay; nothing when the agreement has no share for a project."""
    if not project_cents(booking.quote):
        return []
    place = booking.quote.split.allocation.facts
    return await projects.list_open(tx.database.reader, place, local_date(tx.now, ZONE))


async def choose_project(tx: Tx, booking_id: UUID, project: int) -> None:
    """Give the project's share of a held stay to this one; it is named in "where my euro goes".

    Nothing once the stay is being paid. Raises `ProjectInvalid`, `NotFound`.
    """
    booking = await lock(tx, booking_id)
    if booking.state is not State.HELD or not project_cents(booking.quote):
        return
    place = booking.quote.split.allocation.facts
    today = local_date(tx.now, ZONE)
    chosen = await projects.find_project(tx.database.reader, project, place, today)
    await store.keep_quote(tx, booking.id, _given(booking.quote, chosen))


def _given(quote: Quote, project: Project) -> Quote:
    beneficiaries = {**quote.split.beneficiaries, Role.PROJECT: project.tenant}
    shares = tuple(
        msgspec.structs.replace(share, name=project.name) if share.role == Role.PROJECT else share
        for share in quote.breakdown.shares
    )
    return msgspec.structs.replace(
        quote,
        split=msgspec.structs.replace(quote.split, beneficiaries=beneficiaries),
        breakdown=msgspec.structs.replace(quote.breakdown, shares=shares),
    )
