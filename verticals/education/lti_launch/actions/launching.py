"""Somebody opens an activity: where the browser goes, and what it brings back to the tool
(third-party initiated login, OpenID Connect with a signed form)."""

from collections.abc import Sequence
from uuid import UUID

from hub.core.db import Tx
from hub.core.errors import NotFound
from verticals.education import classwork, lti_tools
from verticals.education.classwork import TEACHER
from verticals.education.lti_launch import claims, hints, policy, store
from verticals.education.lti_launch.actions import placing
from verticals.education.lti_launch.errors import LaunchRefused
from verticals.education.lti_launch.models import HINT_LIVES, Asked, Hint, Link, Signed
from verticals.education.lti_tools import Addresses, Tool
from verticals.education.roster import Person, Place

LINK, CHOICE = "link", "choice"


async def open_link(tx: Tx, reader: Person, id: UUID, at: Addresses, secret: bytes) -> str:
    """Where the browser goes to open an activity. Raises `NothingHere` for who is not in its class,
    `ToolUnknown` for a tool that is closed."""
    link, _ = await _find_link(tx, reader, id)
    tool = await lti_tools.find_open_tool(tx, link.tool)
    target = link.url or tool.target_url
    return _login_address(tx, reader, tool, at, secret, target=target, kind=LINK, about=id)


async def open_choice(
    tx: Tx, reader: Person, id: UUID, classroom: UUID, at: Addresses, secret: bytes
) -> str:
    """Where a teacher's browser goes to choose in a tool for a class. Raises `NothingHere`,
    `ToolUnknown`."""
    await classwork.find_place(tx, reader, classroom, TEACHER)
    tool = await lti_tools.find_open_tool(tx, id)
    if not tool.deep_url:
        raise classwork.NothingHere()
    return _login_address(
        tx, reader, tool, at, secret, target=tool.deep_url, kind=CHOICE, about=classroom
    )


async def authorise(
    tx: Tx, reader: Person, asked: Asked, at: Addresses, secret: bytes, language: str
) -> Signed:
    """What the browser brings to the tool, once everything that the tool asks with is as it must
    be. Raises `LaunchRefused`, `ToolUnknown`, `NothingHere`."""
    try:
        tool = await lti_tools.find_open_tool(tx, UUID(asked.client_id))
    except (ValueError, NotFound):
        raise LaunchRefused("Your school has no such tool, or has closed it.") from None
    policy.check_asked(asked, tool)
    hint = hints.read_hint(secret, at.space, asked.lti_message_hint, tx.now)
    hints.check_login(secret, at.space, asked.lti_message_hint, reader.door, asked.login_hint)
    if hint.tool != tool.id:
        raise LaunchRefused("The tool did not give back what it was sent: open the activity again.")
    told, place = await _tell(tx, reader, tool, hint, at, secret)
    told |= claims.person_claims(tool, reader, await name_for(tx, tool, reader.id))
    told |= claims.common_claims(tool, at, place, nonce=asked.nonce, now=tx.now, language=language)
    own = (*tool.redirect_uris, tool.target_url, tool.deep_url)
    return Signed(
        address=asked.redirect_uri,
        id_token=await lti_tools.sign(tx, told),
        state=asked.state,
        origins=tuple(lti_tools.origin_of(one) for one in own if one),
    )


async def name_people(tx: Tx, tool: Tool, members: Sequence[UUID]) -> None:
    """A tool knows each of these under a name: who has none yet is given one."""
    await store.keep_persons(tx, tool.id, members)


async def name_for(tx: Tx, tool: Tool, member: UUID) -> UUID:
    """Under which name a tool knows somebody: drawn once, for this tool only."""
    found = await store.find_sub(tx, tool.id, member)
    if found is None:
        await store.keep_persons(tx, tool.id, [member])
        found = await store.find_sub(tx, tool.id, member)
    assert found is not None, "it was kept"
    return found


async def _tell(
    tx: Tx, reader: Person, tool: Tool, hint: Hint, at: Addresses, secret: bytes
) -> tuple[dict[str, object], Place]:
    """What is said of the activity, or of the choice, and the reader's place in its class."""
    if hint.kind == CHOICE:
        place = await classwork.find_place(tx, reader, hint.about, TEACHER)
        data = await placing.begin_choice(tx, reader, tool, hint.about, hint.id, secret)
        return claims.choosing_claims(tool, at, data), place
    link, place = await _find_link(tx, reader, hint.about)
    lines = await store.list_lines(tx, tool.id, link.classroom, link=link.id, wanted=2)
    return claims.launch_claims(tool, at, link, lines), place


async def _find_link(tx: Tx, reader: Person, id: UUID) -> tuple[Link, Place]:
    link = await store.find_link(tx, id)
    if link is None or link.taken_back_at is not None:
        raise classwork.NothingHere()
    return link, await classwork.find_place(tx, reader, link.classroom)


def _login_address(
    tx: Tx,
    reader: Person,
    tool: Tool,
    at: Addresses,
    secret: bytes,
    *,
    target: str,
    kind: str,
    about: UUID,
) -> str:
    until = int((tx.now + HINT_LIVES).timestamp())
    hint = Hint(kind=kind, tool=tool.id, about=about, id=tx.uuid(), until=until)
    message = hints.sign_hint(secret, at.space, hint)
    login = hints.login_hint(secret, at.space, message, reader.door)
    return lti_tools.with_query(
        tool.login_url, claims.login_values(tool, at, target, login, message)
    )
