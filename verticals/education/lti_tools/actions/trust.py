"""What a tool signed is looked at with its keys: read at its own address, kept, and read anew when
another one is named. Its machine is never asked inside of a transaction."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from hub.core.db import Database
from verticals.education.lti_tools import jose, policy, store
from verticals.education.lti_tools.actions import tools
from verticals.education.lti_tools.errors import KeysUnread, ToolUnknown
from verticals.education.lti_tools.gateway import fetch_keys
from verticals.education.lti_tools.models import Tool

ACTOR = "lti-tool"
# Readings under way in this process, by school and tool: who comes meanwhile waits for the same.
_READING: dict[tuple[int, UUID], asyncio.Task[tuple[jose.Key, ...]]] = {}


class Told(msgspec.Struct, frozen=True):
    """What a tool has signed."""

    tool: Tool
    claims: dict[str, Any]


async def read_signed(
    database: Database,
    space: int,
    token: str,
    *,
    audiences: Sequence[str],
    lives: timedelta,
    loopback: bool,
) -> Told:
    """The claims of a JWT that a tool of a school signed for one of `audiences`. Raises
    `TokenInvalid`, `ToolUnknown`."""
    try:
        id = UUID(jose.read_issuer(token))
    except ValueError:
        raise ToolUnknown("There is no tool of this name (iss).") from None
    kid = jose.read_kid(token)
    async with database.transaction(space, actor=ACTOR) as tx:
        tool, now = await tools.find_open_tool(tx, id), tx.now
    known = jose.read_keys(tool.keys) if tool.keys else ()
    if policy.needs_keys(tool, jose.find(known, kid) is not None, now):
        known = await _read_anew(database, space, tool, loopback=loopback) or known
    claims = jose.verify(token, known, now, issuer=tool.client, audiences=audiences, lives=lives)
    return Told(tool, claims)


async def _read_anew(
    database: Database, space: int, tool: Tool, *, loopback: bool
) -> tuple[jose.Key, ...]:
    """The keys at a tool's address, which is asked once however many wait for them; none when they
    cannot be read."""
    mine = (space, tool.id)
    reading = _READING.get(mine)
    if reading is None:
        reading = asyncio.create_task(_read(database, space, tool, loopback=loopback))
        _READING[mine] = reading
        reading.add_done_callback(lambda _: _READING.pop(mine, None))
    return await asyncio.shield(reading)


async def _read(
    database: Database, space: int, tool: Tool, *, loopback: bool
) -> tuple[jose.Key, ...]:
    text = await fetch_keys(tool.keys_url, loopback=loopback)
    try:
        found = jose.read_keys(text) if text else ()
    except KeysUnread:
        found = ()
    async with database.transaction(space, actor=ACTOR) as tx:
        await store.note_keys(tx, tool.id, jose.write_keys(found) if found else None)
    return found
