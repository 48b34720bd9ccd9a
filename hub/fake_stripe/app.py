"""The fake as a small web application: Stripe's API, its hosted pages, a door to misbehaviour."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get, post, route
from litestar.datastructures import State
from litestar.params import JSONBody

from hub.core.clock import Clock
from hub.fake_stripe import connect, intents, moving, own, pages
from hub.fake_stripe.answering import Asked, Fake
from hub.fake_stripe.books import Books
from hub.fake_stripe.delivering import Deliverer, Send, send_by_http
from hub.fake_stripe.faults import Chaos, Event, Fault, Faults
from hub.fake_stripe.own import Own
from hub.stripe_form.errors import Refused

AnyRequest = Request[Any, Any, Any]


class Cut(Exception):
    """The line is cut: the caller hears nothing."""


class Control(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a test or a drill asks of the fake itself; everything is optional."""

    hook: str | None = None
    secret: str = ""
    forward_s: int = 0
    faults: list[Fault] = []
    chaos: Chaos | None = None
    calm: bool = False
    webhooks: list[Event] = []
    restrict: str | None = None
    release: str | None = None
    leave: str | None = None
    dispute: str | None = None
    prevent: str | None = None
    win: str | None = None
    lose: str | None = None
    send_back: str | None = None
    own: Own | None = None
    deliver: bool = False


def fake_of(request: AnyRequest) -> Fake:
    return request.app.state.fake


@route("/v1/{rest:path}", http_method=["GET", "POST", "DELETE"])
async def answer_api(request: AnyRequest) -> Response[bytes]:
    """Stripe's API."""
    fake = fake_of(request)
    path = request.url.path
    fault = fake.faults.next_for(request.method, path)
    if fault is not None and fault.seconds:
        await asyncio.sleep(fault.seconds)
    if fault is not None and fault.what == "cut_before":
        raise Cut()
    body = (await request.body()).decode()
    asked = Asked(
        method=request.method,
        path=path,
        text=body if request.method == "POST" else request.url.query,
        key=request.headers.get("idempotency-key"),
        account=request.headers.get("stripe-account", ""),
        bearer=request.headers.get("authorization", ""),
    )
    answer = fake.answer(asked, fault)
    if fault is not None and fault.what == "cut_after":
        raise Cut()
    base = str(request.base_url).rstrip("/").encode()
    return Response(
        msgspec.json.encode(answer.body).replace(b"{base}", base),
        status_code=answer.status,
        media_type="application/json",
        headers={"Idempotent-Replayed": "true"} if answer.replayed else {},
    )


@post("/_fake", status_code=200)
async def control(request: AnyRequest, data: JSONBody[Control]) -> dict[str, Any]:
    """Time, faults, webhooks and the acts of others: a bank, an authority."""
    fake = fake_of(request)
    _obey(fake, data)
    fake.books.tick()
    fake.books.save()
    accepted = await request.app.state.deliverer.deliver_due() if data.deliver else 0
    return {"now": fake.books.now(), "accepted": accepted, "waiting": len(fake.books.deliveries)}


def _obey(fake: Fake, wish: Control) -> None:
    books, faults = fake.books, fake.faults
    books.ahead_s += wish.forward_s
    books.note("time")
    if wish.hook:
        listen(books, wish.hook, wish.secret)
    faults.planned = [] if wish.calm else [*faults.planned, *wish.faults]
    faults.lost += wish.webhooks
    if wish.calm or wish.chaos:
        faults.begin(wish.chaos)
    if wish.restrict:
        connect.restrict(books, books.find("account", wish.restrict), "requirements.past_due")
    if wish.release:
        connect.restrict(books, books.find("account", wish.release), None)
    if wish.leave:
        connect.leave(books, books.find("account", wish.leave))
    if wish.dispute:
        intents.open_dispute(books, books.find("charge", wish.dispute))
    if wish.prevent:
        intents.open_dispute(books, books.find("charge", wish.prevent), prevented=True)
    if wish.send_back:
        moving.fail_refund(books, books.find("refund", wish.send_back))
    if wish.own:
        own.obey(books, wish.own)
    for id, won in ((wish.win, True), (wish.lose, False)):
        if id:
            intents.close_dispute(books, books.find("dispute", id), won=won)


def listen(books: Books, url: str, secret: str) -> None:
    """Send events to an address from now on; the same address again changes its secret only."""
    books.hooks = [hook for hook in books.hooks if hook["url"] != url]
    books.hooks.append({"id": url, "url": url, "secret": secret})
    books.note("hooks")


@get("/_fake/requests")
async def list_requests(request: AnyRequest) -> list[dict[str, Any]]:
    """What was asked of late, and what of it had a wrong form."""
    return fake_of(request).books.requests[-500:]


@get("/_fake/wrong")
async def list_wrong(request: AnyRequest) -> list[dict[str, Any]]:
    return fake_of(request).refusals()


@get("/fake.css", sync_to_thread=False)
def style() -> Response[bytes]:
    body = resources.files("hub.fake_stripe").joinpath("static/fake.css").read_bytes()
    return Response(body, media_type="text/css")


@get("/health/ready", sync_to_thread=False)
def ready() -> dict[str, str]:
    return {"status": "ok"}


def _answer_refusal(request: AnyRequest, error: Refused) -> Response[Any]:
    del request
    return Response(error.body, status_code=error.status)


def create_fake(
    path: Path | None = None,
    *,
    clock: Clock | None = None,
    seed: int = 1,
    send: Send = send_by_http,
    deliver: bool = False,
    hook: tuple[str, str] | None = None,
) -> Litestar:
    """The application. `deliver` sends webhooks by itself, as a server does; without it, only when
    it is asked to. `hook` is an address to send them to, with its secret."""
    faults = Faults()
    books = Books(path, clock=clock, seed=seed)
    if hook is not None:
        listen(books, *hook)
    fake = Fake(books, faults)
    deliverer = Deliverer(books, faults, send)

    @asynccontextmanager
    async def keep(app: Litestar) -> AsyncGenerator[None]:
        del app
        running = asyncio.create_task(deliverer.run()) if deliver else None
        try:
            yield
        finally:
            if running is not None:
                running.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await running
            books.close()

    return Litestar(
        route_handlers=[
            answer_api, control, list_requests, list_wrong, style, ready, *pages.handlers,
        ],
        lifespan=[keep],
        state=State({"fake": fake, "deliverer": deliverer}),
        exception_handlers={Refused: _answer_refusal},
        openapi_config=None,
        debug=False,
    )  # fmt: skip
