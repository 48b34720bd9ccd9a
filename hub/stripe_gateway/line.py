"""Which Stripe, with which keys, and the line to it."""

import os
import re
from collections.abc import Mapping

import httpx
import msgspec
import stripe

TIMEOUT_S = 20
# Another way to the service for an address: tests put the stand-in of their own process here.
TRANSPORTS: dict[str, httpx.AsyncBaseTransport] = {}


class Line(stripe.HTTPXClient):
    """The SDK's own line to the service; a test may give it another transport."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        super().__init__(timeout=TIMEOUT_S)
        self._web = httpx.AsyncClient(transport=transport, timeout=TIMEOUT_S)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: object = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """As the SDK's, but the body is given to httpx as the content that it is."""
        body = post_data if isinstance(post_data, str | bytes) else None
        try:
            answer = await self._web.request(method, url, headers=dict(headers), content=body)
        except Exception as error:
            self._handle_request_error(error)
        return answer.content, answer.status_code, answer.headers

    async def close_async(self) -> None:
        await self._web.aclose()


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Which service, with which keys."""

    secret_key: str
    webhook_secrets: tuple[str, ...]
    base: str | None


def read_service(environment: Mapping[str, str] | None = None) -> Service | None:
    """The service that the environment names: `STRIPE_SECRET_KEY`, `STRIPE_WEBHOOK_SECRET` (several
    with commas: the platform's events and those of its accounts have each their own), and
    `STRIPE_API_BASE` for a stand-in. None without a key."""
    env = os.environ if environment is None else environment
    key = env.get("STRIPE_SECRET_KEY")
    if not key:
        return None
    return Service(
        secret_key=key,
        webhook_secrets=tuple(
            filter(None, re.split(r"[,\s]+", env.get("STRIPE_WEBHOOK_SECRET", "")))
        ),
        base=env.get("STRIPE_API_BASE") or None,
    )
