"""A process that is about to serve asks itself first: templates are compiled, references read and
statements prepared before anybody waits for them. What is there then is there to stay."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import Any

import structlog

log = structlog.get_logger("hub.web")

LONGEST_S = 30.0
_LOOK_AFTER = 20_000, 20, 20
Get = Callable[[str], Awaitable[bytes]]
Rehearse = Callable[[Get, date], Awaitable[None]]


async def run_rehearsals(app: Any, rehearsals: Iterable[Rehearse], today: date) -> None:
    """Ask an ASGI application what its slices rehearse. Whatever fails is told and left: the first
    visitor then waits instead, as without any rehearsal."""

    async def get(address: str) -> bytes:
        return await _get(app, address)

    try:
        async with asyncio.timeout(LONGEST_S):
            for rehearse in rehearsals:
                await rehearse(get, today)
    except Exception as error:
        log.warning("rehearsal left", error=repr(error))


def leave_out_what_stays() -> None:
    """Python looks for unreachable rings among all objects again and again: among a million that
    stay (code, templates, references) that took 130 ms each few hundred requests, a third of what
    a crowd's holds cost. They are left out from now on, and new ones are looked at less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_LOOK_AFTER)


async def _get(app: Any, address: str) -> bytes:
    """The answer to a GET of this application, as a program without a name asks it."""
    path, _, query = address.partition("?")
    statuses, parts = list[int](), list[bytes]()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if "status" in message:
            statuses.append(message["status"])
        parts.append(message.get("body", b""))

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "", "headers": [(b"host", b"rehearsal")],
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "extensions": {}, "state": {},
    }  # fmt: skip
    await app(scope, receive, send)
    if statuses != [200]:
        raise RuntimeError(f"{path} answered {statuses}")
    return b"".join(parts)
