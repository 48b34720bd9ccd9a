"""The columns of marks that a tool keeps in a class, as the tool says them (line items)."""

from uuid import UUID

from hub.core.db import Tx
from verticals.education import classwork
from verticals.education.lti_launch import store
from verticals.education.lti_launch.models import Line, Link, NewLine
from verticals.education.lti_tools import Tool


async def is_placed(tx: Tx, tool: Tool, classroom: UUID) -> bool:
    """Whether a tool has an activity in a class that is open."""
    return await store.is_placed(tx, tool.id, classroom)


async def find_own_link(tx: Tx, tool: Tool, classroom: UUID, id: UUID) -> Link | None:
    """An activity of the tool in a class, that is not taken back."""
    link = await store.find_link(tx, id)
    if link is None or link.taken_back_at is not None:
        return None
    return link if (link.tool, link.classroom) == (tool.id, classroom) else None


async def find_line(tx: Tx, tool: Tool, classroom: UUID, id: UUID) -> Line | None:
    """One of the tool's own in a class."""
    return await store.find_line(tx, tool.id, classroom, id)


async def list_lines(
    tx: Tx,
    tool: Tool,
    classroom: UUID,
    *,
    link: UUID | None = None,
    resource_id: str | None = None,
    tag: str | None = None,
    after: UUID | None = None,
    wanted: int,
) -> list[Line]:
    """The tool's own in a class, by their ids: those after one of them, of what is asked for."""
    return await store.list_lines(
        tx,
        tool.id,
        classroom,
        link=link,
        resource_id=resource_id,
        tag=tag,
        after=after,
        wanted=wanted,
    )


async def make_line(tx: Tx, tool: Tool, classroom: UUID, id: UUID, new: NewLine) -> None:
    """A column more; made twice, it is there once."""
    await classwork.make_column(tx, id, classroom, new.label, new.out_of)
    await store.insert_line(tx, id, tool.id, new)


async def change_line(tx: Tx, id: UUID, new: NewLine) -> None:
    """It is said otherwise, but for the activity that it is bound to."""
    await classwork.change_column(tx, id, new.label, new.out_of)
    await store.change_line(tx, id, new)
