"""What the first visitor would wait for: the pages of a search, asked once at the start."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import msgspec

from hub.core.pages import make_url
from tourism import index

PLACE = "department:48"  # the fewest inhabitants, so little to find whoever answers
AHEAD = timedelta(days=30)


class _Hit(msgspec.Struct):
    property: int


class _Found(msgspec.Struct):
    hits: list[_Hit]


async def rehearse(get: Callable[[str], Awaitable[bytes]], today: date) -> None:
    """The compiled passes, home, results for programs and people, and a house of them."""
    await asyncio.to_thread(index.warm)
    arrival = today + AHEAD
    stay = {"arrival": arrival, "departure": arrival + timedelta(days=2), "adults": "2"}
    await get("/")
    await get(make_url("/recherche", place=PLACE, **stay))
    answer = await get(make_url("/api/v1/search", place=PLACE, **stay))
    for hit in msgspec.json.decode(answer, type=_Found).hits[:1]:
        await get(make_url(f"/hebergements/{hit.property}", **stay))
