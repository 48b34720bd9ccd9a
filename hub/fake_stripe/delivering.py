"""Webhooks: signed as Stripe signs them, sent, repeated for three days, or mistreated on demand."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable

import httpx
import msgspec

from hub.fake_stripe.books import Books, Thing, shown
from hub.fake_stripe.faults import Faults

Send = Callable[[str, bytes, dict[str, str]], Awaitable[int]]
GIVE_UP_S = 3 * 86_400
FIRST_PAUSE_S = 5


def sign(secret: str, body: bytes, at: int) -> str:
    """The `Stripe-Signature` of a body at an instant."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


async def send_by_http(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Post one webhook; 0 when nobody answers."""
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            return (await client.post(url, content=body, headers=headers)).status_code
    except httpx.HTTPError:
        return 0


class Deliverer:
    """Sends what waits. `deliver_due` may be called by hand, with time set forward."""

    def __init__(self, books: Books, faults: Faults, send: Send = send_by_http) -> None:
        self.books, self.faults, self.send = books, faults, send
        self._lock = asyncio.Lock()

    async def deliver_due(self) -> int:
        """Send everything that is due; how many were accepted."""
        accepted = 0
        async with self._lock:
            due = [item for item in self.books.deliveries if item["at"] <= self.books.now()]
            for item in due:
                accepted += await self._deliver(item)
            self.books.note("deliveries")
            self.books.save()
        return accepted

    async def _deliver(self, item: Thing) -> bool:
        books = self.books
        hook = next((hook for hook in books.hooks if hook["id"] == item["hook"]), None)
        if hook is None:
            books.deliveries.remove(item)
            return False
        mishap = None if item.get("mishap") else self.faults.next_delivery()
        if mishap is not None:
            item["mishap"] = mishap[0]
            if mishap[0] == "lose":
                books.deliveries.remove(item)
                return False
            if mishap[0] == "late":
                item["at"] += mishap[1]
                return False
            if mishap[0] == "reorder":
                books.deliveries.remove(item)
                books.deliveries.append(item)
                return False
            books.deliveries.append({**item, "at": books.now() + mishap[1]})
        return await self._post(hook, item)

    async def _post(self, hook: Thing, item: Thing) -> bool:
        books = self.books
        body = msgspec.json.encode(shown(books.things[item["event"]]))
        signature = sign(hook["secret"], body, books.now())
        headers = {"stripe-signature": signature, "content-type": "application/json"}
        status = await self.send(hook["url"], body, headers)
        if 200 <= status < 300:
            books.deliveries.remove(item)
            return True
        item["tries"] += 1
        item["at"] = books.now() + FIRST_PAUSE_S * 2 ** min(item["tries"], 14)
        if item["at"] - books.things[item["event"]]["created"] > GIVE_UP_S:
            books.deliveries.remove(item)
        return False

    async def run(self, every_s: float = 0.2) -> None:
        """Deliver for ever."""
        while True:
            self.books.tick()
            self.books.save()
            await self.deliver_due()
            await asyncio.sleep(every_s)
