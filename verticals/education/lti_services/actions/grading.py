"""A tool keeps columns of marks in the classes where it is placed, and tells scores (AGS 2.0)."""

from datetime import timedelta
from uuid import UUID

import msgspec

from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.sentences import say
from verticals.education import classwork, lti_launch, lti_tools, roster
from verticals.education.classwork import STUDENT, Told
from verticals.education.lti_launch import Line, NewLine
from verticals.education.lti_services import store
from verticals.education.lti_services.errors import (
    AskedWrongly,
    LinesFull,
    NotThere,
    ScoreOlder,
)
from verticals.education.lti_services.wire import Cut, Score
from verticals.education.lti_tools import Access, Tool

LINES_MOST = 100
SENT_AGAIN = timedelta(minutes=10)  # until when the same line item is meant to be the same
AHEAD = timedelta(minutes=10)  # how far a tool's clock may go before ours (DOMAIN 7.1)


async def check_placed(tx: Tx, tool: Tool, classroom: UUID) -> None:
    """Raises `NotThere` unless the tool has an activity in this class, today."""
    if not await lti_launch.is_placed(tx, tool, classroom):
        raise NotThere("This tool is not placed in this class.")


async def list_lines(
    tx: Tx,
    access: Access,
    classroom: UUID,
    cut: Cut,
    *,
    link: UUID | None,
    resource_id: str | None,
    tag: str | None,
) -> list[Line]:
    """The tool's own columns in a class: one more than a page holds, when there are more."""
    await check_placed(tx, access.tool, classroom)
    return await lti_launch.list_lines(
        tx,
        access.tool,
        classroom,
        link=link,
        resource_id=resource_id,
        tag=tag,
        after=cut.after,
        wanted=cut.wanted + 1,
    )


async def find_line(tx: Tx, access: Access, classroom: UUID, id: UUID) -> Line:
    """One of the tool's own. Raises `NotThere`."""
    await check_placed(tx, access.tool, classroom)
    found = await lti_launch.find_line(tx, access.tool, classroom, id)
    if found is None:
        raise NotThere("This tool has no such line item in this class.")
    return found


async def make_line(tx: Tx, access: Access, classroom: UUID, new: NewLine) -> Line:
    """A column more; sent again within `SENT_AGAIN`, and without a mark yet, it is there once: a
    tool that lost the answer asks anew. Raises `NotThere`, `LinesFull`, `AskedWrongly` for an
    activity that is not the tool's in this class."""
    tool = access.tool
    await check_placed(tx, tool, classroom)
    await _check_link(tx, tool, classroom, new.link)
    await lti_tools.take_turn(tx)
    same = await store.find_same(tx, tool.id, classroom, new, tx.now - SENT_AGAIN)
    if same is not None:
        return await find_line(tx, access, classroom, same)
    if await store.count_lines(tx, tool.id, classroom) >= LINES_MOST:
        raise LinesFull(say("A tool keeps at most %(most)s of them in a class.", most=LINES_MOST))
    id = tx.uuid()
    await lti_launch.make_line(tx, tool, classroom, id, new)
    return await find_line(tx, access, classroom, id)


async def change_line(tx: Tx, access: Access, classroom: UUID, id: UUID, new: NewLine) -> Line:
    """It is said otherwise, but for the activity that it is bound to. Raises `NotThere`,
    `AskedWrongly`."""
    found = await find_line(tx, access, classroom, id)
    if new.link not in {None, found.link}:
        raise AskedWrongly("It stays with its activity.", field="resourceLinkId")
    await lti_launch.change_line(tx, id, new)
    return await find_line(tx, access, classroom, id)


async def delete_line(tx: Tx, access: Access, classroom: UUID, id: UUID) -> None:
    """It goes, with its marks. Raises `NotThere`; `SchoolHeld` while an order keeps them."""
    await find_line(tx, access, classroom, id)
    await roster.check_not_held(tx)
    await classwork.delete_column(tx, id)


async def tell_score(tx: Tx, access: Access, classroom: UUID, id: UUID, score: Score) -> None:
    """A pupil's mark as the tool tells it. Raises `NotThere` for who is not a pupil of the class
    today; `ScoreOlder` when a later one is known: nothing changes then; `AskedWrongly` for one of
    a time to come, after which no other would count."""
    await find_line(tx, access, classroom, id)
    if score.told_at > tx.now + AHEAD:
        raise AskedWrongly("This timestamp is of a time to come.", field="timestamp")
    today = local_date(tx.now, await classwork.seek_zone(tx))
    found = await store.list_members(
        tx, access.tool.id, classroom, today, role=STUDENT, sub=score.sub
    )
    if not found:
        raise NotThere("There is no such pupil in this class (userId).")
    said = msgspec.structs.asdict(score)
    del said["sub"]
    told = Told(part=id, member=found[0].member, **said)
    if not await classwork.tell_mark(tx, told):
        raise ScoreOlder("It was given before the one that is known: nothing has changed.")


async def list_results(
    tx: Tx, access: Access, classroom: UUID, id: UUID, cut: Cut, *, sub: UUID | None
) -> tuple[Line, list[tuple[Told, UUID]]]:
    """A column, and the marks in it by the names that the tool knows: one more than a page holds,
    when there are more. `cut.after` is such a name, of the last one. Raises `NotThere`."""
    line = await find_line(tx, access, classroom, id)
    member = after = None
    if sub is not None:
        member = await store.find_member(tx, access.tool.id, sub)
        if member is None:
            return line, []
    if cut.after is not None:
        after = await store.find_member(tx, access.tool.id, cut.after)
        if after is None:
            raise NotThere("There is no such page.")
    told = await classwork.list_told_of(tx, id, member=member, after=after, wanted=cut.wanted + 1)
    subs = await store.list_subs(tx, access.tool.id, [one.member for one in told])
    return line, [(one, subs[one.member]) for one in told if one.member in subs]


async def _check_link(tx: Tx, tool: Tool, classroom: UUID, id: UUID | None) -> None:
    if id is not None and await lti_launch.find_own_link(tx, tool, classroom, id) is None:
        raise AskedWrongly("This tool has no such activity here.", field="resourceLinkId")
