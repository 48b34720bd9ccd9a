"""A season's evening, small and bounded: many look, few book (`make load only=evening`)."""

import asyncio
import time

import httpx

from loadtests.journeys import Guest, stay
from loadtests.report import tell
from loadtests.serving import Served, served_demo

SECONDS, LOOKERS, BOOKERS = 15, 8, 2
PLACES = ("commune:74010", "commune:74056", "commune:74191", "commune:74143", "commune:74173")


def evening() -> bool:
    """Eight guests who search without pause and two who book, for 15 seconds, two web workers."""
    with served_demo("74", workers=2) as served:
        searches, bookings, errors = asyncio.run(_evening(served))
    return tell(
        load="evening",
        searches_per_s=round(searches / SECONDS, 1),
        bookings_per_s=round(bookings / SECONDS, 1),
        errors=errors,
        ok=errors == 0 and searches > 0 and bookings > 0,
    )


async def _evening(served: Served) -> tuple[int, int, int]:
    end = time.monotonic() + SECONDS
    counts = {"searches": 0, "bookings": 0, "errors": 0}
    async with httpx.AsyncClient(base_url=served.address, timeout=30) as client:
        lookers = [_look(client, number, end, counts) for number in range(LOOKERS)]
        bookers = [_book(Guest(client), number, end, counts) for number in range(BOOKERS)]
        await asyncio.gather(*lookers, *bookers)
    return counts["searches"], counts["bookings"], counts["errors"]


async def _look(client: httpx.AsyncClient, number: int, end: float, counts: dict[str, int]) -> None:
    turn = number
    while time.monotonic() < end:
        arrival, departure = stay(30 + turn % 200)
        asked = {"place": PLACES[turn % len(PLACES)], "arrival": arrival, "departure": departure}
        answer = await client.get("/api/v1/search", params={k: str(v) for k, v in asked.items()})
        counts["searches" if answer.status_code == 200 else "errors"] += 1
        turn += LOOKERS


async def _book(guest: Guest, number: int, end: float, counts: dict[str, int]) -> None:
    days = 40 + number
    while time.monotonic() < end and days < 380:
        house = await guest.find_house(days)
        booking = await guest.hold(await guest.quote(house, days))
        await guest.pay_until_settled(booking, f"load-{booking['reference']}")
        counts["bookings"] += 1
        days += BOOKERS
