"""A tool reads who is in a class where it is placed (NRPS 2.0)."""

from uuid import UUID

from hub.core.clock import local_date
from hub.core.db import Tx
from verticals.education import classwork, lti_launch, roster
from verticals.education.lti_services import store
from verticals.education.lti_services.actions.grading import check_placed
from verticals.education.lti_services.models import MemberRow
from verticals.education.lti_services.wire import Cut
from verticals.education.lti_tools import Access


async def list_members(
    tx: Tx, access: Access, classroom: UUID, cut: Cut, *, role: str | None
) -> tuple[str, list[MemberRow]]:
    """The class by its name, and who is in it today: one more than a page holds, when there are
    more. Raises `NotThere`."""
    await check_placed(tx, access.tool, classroom)
    today = local_date(tx.now, await classwork.seek_zone(tx))
    unnamed = await store.list_unnamed(tx, access.tool.id, classroom, today)
    if unnamed:
        await lti_launch.name_people(tx, access.tool, unnamed)
    found, _ = await roster.see_class(tx, classroom)
    rows = await store.list_members(
        tx,
        access.tool.id,
        classroom,
        today,
        role=role,
        after=cut.after,
        wanted=cut.wanted + 1,
    )
    return found.title, rows
