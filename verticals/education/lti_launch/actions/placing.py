"""A teacher places a tool's activities in a class: by hand, or as the tool lets them choose."""

from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from hub import audit
from hub.core.db import Database, Tx
from hub.core.errors import HubError, NotFound
from hub.core.sentences import say
from hub.core.tokens import read_reference, sign_reference
from verticals.education import classwork, lti_tools, roster
from verticals.education.classwork import TEACHER
from verticals.education.lti_launch import policy, store
from verticals.education.lti_launch.actions.lines import make_line
from verticals.education.lti_launch.errors import ChoiceRefused, LinkInvalid
from verticals.education.lti_launch.models import (
    CHOICE_WAITS,
    Choice,
    Link,
    NewLink,
    PlaceLink,
    Taken,
)
from verticals.education.lti_tools import SIGNED_LIVES, Addresses, TokenInvalid, Tool
from verticals.education.roster import Person

DATA_KIND = "lti-choice"


async def list_links(tx: Tx, classroom: UUID) -> list[Link]:
    """The activities of a class, the newest first."""
    return await store.list_links(tx, classroom)


async def list_open_tools(tx: Tx) -> list[Tool]:
    """The tools of which a teacher may place activities."""
    return [one for one in await lti_tools.list_tools(tx) if one.closed_at is None]


async def place_link(
    tx: Tx, teacher: Person, classroom: UUID, id: UUID, typed: PlaceLink, *, loopback: bool
) -> None:
    """Place one; sent twice, it is there once. Raises `LinkInvalid`, naming the field, and
    `NothingHere` for who does not teach there."""
    await classwork.find_place(tx, teacher, classroom, TEACHER)
    try:
        tool = await lti_tools.find_open_tool(tx, UUID(typed.tool))
    except (ValueError, NotFound):
        raise LinkInvalid("Choose a tool of your school.", field="tool") from None
    await _insert(tx, id, tool, classroom, policy.check_placing(typed, tool, loopback=loopback))


async def take_back(tx: Tx, teacher: Person, id: UUID) -> UUID:
    """Nobody opens it any more, and its marks stay; the class where it was. Raises
    `NothingHere`."""
    link = await store.find_link(tx, id)
    if link is None:
        raise classwork.NothingHere()
    await classwork.find_place(tx, teacher, link.classroom, TEACHER)
    if await store.take_back_link(tx, id):
        await audit.record(tx, action="school.activity_taken_back", subject=f"school-activity:{id}")
    return link.classroom


async def begin_choice(
    tx: Tx, teacher: Person, tool: Tool, classroom: UUID, id: UUID, secret: bytes
) -> str:
    """A teacher goes to a tool to choose for a class; the `data` that the tool gives back."""
    assert tx.tenant is not None
    await store.delete_old_choices(tx, tx.now - CHOICE_WAITS)
    ends_at = tx.now + CHOICE_WAITS
    await store.insert_choice(tx, id, tool.id, classroom, teacher.id, ends_at)
    return sign_reference(secret, DATA_KIND, tx.tenant, id)


async def take_choice(
    database: Database, at: Addresses, token: str, *, secret: bytes, loopback: bool
) -> Taken:
    """Place what a tool let its teacher choose (LTI-DL 2.0); sent twice, it is placed once, and
    another answer to the same choice is refused. Raises `ChoiceRefused`, `ToolUnknown`, and
    `NothingHere` for who does not teach there any more."""
    try:
        told = await lti_tools.read_signed(
            database,
            at.space,
            token,
            audiences=(at.issuer,),
            lives=SIGNED_LIVES,
            loopback=loopback,
        )
    except TokenInvalid as error:
        says = say("The tool's signed answer is not good: %(fault)s", fault=error.detail)
        raise ChoiceRefused(says) from None
    data = policy.check_chosen(told.claims, told.tool)
    links, left = policy.read_items(told.claims, told.tool, loopback=loopback)
    async with database.transaction(at.space, actor=lti_tools.ACTOR) as tx:
        choice = await _lock_choice(tx, secret, at.space, data, told.tool)
        print = policy.print_of(links, left)
        if choice.answered_at is None:
            await _take(tx, choice, told.tool, links, print)
        elif choice.print not in {None, print}:
            raise ChoiceRefused("You chose already: choose again from the page of your class.")
        return Taken(classroom=choice.classroom, placed=len(links), left=left)


async def _lock_choice(tx: Tx, secret: bytes, space: int, data: str, tool: Tool) -> Choice:
    try:
        named = read_reference(secret, DATA_KIND, data)
    except NotFound:
        named = None
    choice = None
    if named is not None and named.tenant == space:
        choice = await store.lock_choice(tx, named.id)
    if choice is None or choice.tool != tool.id:
        raise ChoiceRefused("The tool did not give back what it was sent (data).")
    if choice.ends_at < tx.now:
        raise ChoiceRefused("This took too long: choose again from the page of your class.")
    return choice


async def _take(tx: Tx, choice: Choice, tool: Tool, links: list[NewLink], print: str) -> None:
    teacher = await roster.find_member(tx, choice.member)
    tx.actor = f"school-member:{teacher.id}"
    await classwork.find_place(tx, teacher, choice.classroom, TEACHER)
    for number, new in enumerate(links):
        id = uuid5(NAMESPACE_URL, f"{choice.id}:{number}")
        await _insert(tx, id, tool, choice.classroom, new)
    await store.answer_choice(tx, choice.id, print)


async def _insert(tx: Tx, id: UUID, tool: Tool, classroom: UUID, new: NewLink) -> None:
    if not await store.insert_link(tx, id, tool.id, classroom, new):
        return
    if new.line is not None:
        line = uuid5(NAMESPACE_URL, f"{id}:line")
        bound = msgspec.structs.replace(new.line, link=id)
        await make_line(tx, tool, classroom, line, bound)
    await audit.record(tx, action="school.activity_placed", subject=f"school-activity:{id}")


REFUSALS: tuple[type[HubError], ...] = (LinkInvalid,)
