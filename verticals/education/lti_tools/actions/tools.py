"""The head registers a school's tools, and closes them."""

from uuid import UUID

from hub import audit
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.sentences import say
from verticals.education import roster
from verticals.education.lti_tools import jose, policy, store
from verticals.education.lti_tools.actions import keys
from verticals.education.lti_tools.errors import KeysUnread, ToolInvalid, ToolsFull, ToolUnknown
from verticals.education.lti_tools.models import Register, Tool


async def register_tool(
    tx: Tx, id: UUID, typed: Register, *, role: str | None, loopback: bool = False
) -> None:
    """A school has one more tool, whose `client_id` is `id`; sent twice, it is there once. Raises
    `ToolInvalid`, naming the field, `ToolsFull`, `NotTheHead`."""
    roster.check_head(role)
    good = policy.check_tool(typed, read_pasted(typed.key), loopback=loopback)
    await store.lock_school(tx)
    if await store.count_tools(tx) >= policy.TOOLS_MOST and await store.find_tool(tx, id) is None:
        raise ToolsFull(say("Close one first: there are %(most)s.", most=policy.TOOLS_MOST))
    if not await store.insert_tool(tx, id, tx.uuid(), good):
        return
    await keys.ensure_key(tx)
    detail: dict[str, object] = {"names": good.gives_names, "email": good.gives_email}
    await audit.record(tx, action="school.tool_registered", subject=f"school-tool:{id}",
                       detail=detail)  # fmt: skip


def read_pasted(key: str) -> str:
    """The JWK Set of a pasted key; empty without one. Raises `ToolInvalid`."""
    if not key.strip():
        return ""
    try:
        found = jose.read_keys(key) if len(key) <= policy.KEY_MOST else ()
    except KeysUnread:
        found = ()
    if not found:
        raise ToolInvalid("Paste an RSA public key of 2048 bits or more.", field="key")
    return jose.write_keys(found)


async def take_turn(tx: Tx) -> None:
    """One at a time from here on changes what is counted of a school's tools."""
    await store.lock_school(tx)


async def list_tools(tx: Tx) -> list[Tool]:
    """The tools of a school, those that are open first."""
    return await store.list_tools(tx)


async def find_tool(tx: Tx, id: UUID) -> Tool:
    """One of them. Raises `ToolUnknown`."""
    found = await store.find_tool(tx, id)
    if found is None:
        raise ToolUnknown()
    return found


async def find_open_tool(tx: Tx, id: UUID) -> Tool:
    """One that is not closed. Raises `ToolUnknown`."""
    found = await find_tool(tx, id)
    if found.closed_at is not None:
        raise ToolUnknown("Your school has closed this tool.")
    return found


async def close_tool(tx: Tx, id: UUID, *, role: str | None) -> None:
    """Nobody opens it any more, and it is told nothing; its marks stay. Raises `NotTheHead`,
    `ToolUnknown`."""
    roster.check_head(role)
    await find_tool(tx, id)
    if await store.close_tool(tx, id):
        await audit.record(tx, action="school.tool_closed", subject=f"school-tool:{id}")


REFUSALS: tuple[type[HubError], ...] = (ToolInvalid, ToolsFull)
