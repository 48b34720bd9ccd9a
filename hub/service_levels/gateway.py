"""Asks a service whether it answers, by its public address: from outside of the process."""

import asyncio
from time import monotonic

import httpx
import msgspec

PATIENCE_S = 10.0
# Another way to an address: tests put an application of their own process here.
TRANSPORTS: dict[str, httpx.AsyncBaseTransport] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it answered, and how quickly."""

    ok: bool
    ms: int


async def ask(address: str) -> Answer:
    """A question that also wants the database; any failure is no answer, and so is one that takes
    longer than the patience, however it drips."""
    begun = monotonic()
    try:
        async with (
            asyncio.timeout(PATIENCE_S),
            httpx.AsyncClient(transport=TRANSPORTS.get(address), timeout=PATIENCE_S) as client,
        ):
            answer = await client.get(f"{address}/health/ready")
        ok = answer.status_code == 200
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        ok = False
    return Answer(ok=ok, ms=round((monotonic() - begun) * 1_000))
