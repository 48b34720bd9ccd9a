"""Guests of the JSON API, for the tests that break things under them."""

import asyncio
import contextlib
import time
import uuid
from datetime import date, timedelta

import httpx

from loadtests.serving import today

HOUSE = "Hôtel du Belvédère (maison inventée)"


class Guest:
    """One guest's client. Every write carries a key, so that it may be repeated."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def find_house(self, days: int = 60) -> dict:
        """The invented house with its cheapest offer, some days from now."""
        arrival, departure = stay(days)
        wanted = {
            "place": "commune:74010",
            "arrival": str(arrival),
            "departure": str(departure),
            "kind": "hotel",
            "adults": 2,
        }
        for page in range(1, 10):
            answer = await self.client.get("/api/v1/search", params={**wanted, "page": page})
            answer.raise_for_status()
            for hit in answer.json()["hits"]:
                if hit["name"] == HOUSE:
                    return hit
        raise AssertionError("the invented house is not found")

    async def quote(self, house: dict, days: int = 60) -> dict:
        arrival, departure = stay(days)
        return await self.post(
            "/api/v1/quotes",
            {
                "property": house["property"],
                "arrival": str(arrival),
                "departure": str(departure),
                "rate_plan": house["rate_plan"],
                "rooms": [{"room_type": house["rooms"][0]["room_type"], "adults": 2}],
            },
        )

    async def post(self, path: str, body: dict, key: str | None = None) -> dict:
        answer = await self.try_post(path, body, key)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def try_post(self, path: str, body: dict, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return await self.client.post(path, json=body, headers=headers)

    async def hold(self, quote: dict) -> dict:
        return await self.post(f"/api/v1/quotes/{quote['token']}/hold", {})

    async def try_pay(self, booking: dict, key: str) -> httpx.Response:
        body = {
            "guest": {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"},
            "payment_method": "pm_card_visa",
            "total_cents": booking["total_cents"],
        }
        return await self.try_post(f"/api/v1/bookings/{booking['token']}/payment", body, key)

    async def pay_until_settled(self, booking: dict, key: str) -> dict:
        """What a sensible client does: the same request, same key, until there is an answer."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                answer = await self.try_pay(booking, key)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 200:
                return answer.json()
            # A server that is being killed says so in its own words; ours are problem details.
            dying = answer.text == "Internal server error"
            assert dying or answer.status_code == 503, answer.text
            await asyncio.sleep(0.1)
        raise AssertionError("the payment was never settled")

    async def see(self, booking: dict) -> dict:
        """The booking; a lost answer, or 503 while the house comes back, is asked for again."""
        for _ in range(50):
            with contextlib.suppress(httpx.TransportError):
                answer = await self.client.get(f"/api/v1/bookings/{booking['token']}")
                if answer.status_code != 503:
                    answer.raise_for_status()
                    return answer.json()
            await asyncio.sleep(0.1)
        raise AssertionError("the booking could not be seen for five seconds")


def stay(days: int) -> tuple[date, date]:
    arrival = today() + timedelta(days=days)
    return arrival, arrival + timedelta(days=2)
