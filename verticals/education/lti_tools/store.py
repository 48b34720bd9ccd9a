"""The statements."""

from datetime import datetime
from uuid import UUID

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.education.lti_tools.models import KeyRow, Registration, Tool

q = load_queries(__name__)

MOST_TOOLS, MOST_KEYS = 200, 20


async def lock_school(tx: Tx) -> None:
    await tx.run(q.lock_school, tenant=tx.tenant)


async def insert_tool(tx: Tx, id: UUID, deployment: UUID, good: Registration) -> bool:
    said = {name: getattr(good, name) for name in Registration.__struct_fields__}
    new = {**said, "redirect_uris": list(good.redirect_uris), "deployment": deployment}
    return await tx.run(q.insert_tool, id=id, tenant=tx.tenant, **new, now=tx.now) == 1


async def count_tools(tx: Tx) -> int:
    return await tx.value(int, q.count_tools) or 0


async def list_tools(tx: Tx) -> list[Tool]:
    return await tx.all(Tool, q.list_tools, wanted=MOST_TOOLS)


async def find_tool(tx: Tx, id: UUID) -> Tool | None:
    return await tx.one(Tool, q.find_tool, id=id)


async def close_tool(tx: Tx, id: UUID) -> bool:
    return await tx.run(q.close_tool, id=id, now=tx.now) == 1


async def note_keys(tx: Tx, id: UUID, keys: str | None) -> None:
    await tx.run(q.note_keys, id=id, keys=keys, now=tx.now)


async def insert_key(tx: Tx, id: UUID, public: str, private: bytes) -> bool:
    new = {"id": id, "tenant": tx.tenant, "public": public, "private": private}
    return await tx.run(q.insert_key, **new, now=tx.now) == 1


async def find_key(tx: Tx) -> KeyRow | None:
    return await tx.one(KeyRow, q.find_key)


async def list_keys(tx: Tx, since: datetime) -> list[KeyRow]:
    return await tx.all(KeyRow, q.list_keys, since=since, wanted=MOST_KEYS)


async def retire_key(tx: Tx) -> None:
    await tx.run(q.retire_key, now=tx.now)


async def delete_old_keys(tx: Tx, since: datetime) -> None:
    await tx.run(q.delete_old_keys, since=since)


async def use_once(tx: Tx, tool: UUID, print: str, ends_at: datetime) -> bool:
    """False when it was used already."""
    new = {"tool": tool, "print": print, "ends_at": ends_at}
    return await tx.run(q.use_once, tenant=tx.tenant, **new) == 1


async def delete_old_used(tx: Tx, before: datetime) -> None:
    await tx.run(q.delete_old_used, before=before)
