"""The fake Stripe in this very process, and the real SDK that speaks to it."""

import httpx
import stripe

from hub.core.clock import DrivenClock
from hub.fake_stripe import Books, create_fake
from hub.fake_stripe.app import Control, Cut
from hub.stripe_gateway.line import Line

KEY = "sk_test_of_the_tests"
BASE = "http://stripe.test"


class FakeStripe:
    """The fake's application, its books, and a client of the SDK."""

    def __init__(self, clock: DrivenClock | None = None, seed: int = 1, **more: object) -> None:
        self.app = create_fake(clock=clock, seed=seed, **more)  # pyright: ignore[reportArgumentType]
        self.books: Books = self.app.state.fake.books
        self.faults = self.app.state.fake.faults
        self.sdk_http = Line(httpx.ASGITransport(app=self.app))
        self.client = stripe.StripeClient(
            KEY,
            base_addresses={"api": BASE},
            http_client=self.sdk_http,
            max_network_retries=0,
        )
        self.v1 = self.client.v1
        self.web = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=BASE)

    async def control(self, **wish: object) -> dict:
        answer = await self.web.post("/_fake", json=wish)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def close(self) -> None:
        await self.web.aclose()
        await self.sdk_http.close_async()


__all__ = ["BASE", "KEY", "Control", "Cut", "FakeStripe", "Line"]
