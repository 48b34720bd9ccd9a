"""The routes as they answer: pages that read well, and nobody let in who may not."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from hub.app import create_app
from hub.core.caller import ANYBODY, SIGNED_IN
from hub.identity import SESSION_COOKIE
from hub.kit.checks import permissions, templates
from hub.kit.checks.permissions import handlers_of, place_of
from hub.kit.markup import read_page
from hub.kit.models import Finding
from hub.kit.reading import Subject
from hub.kit.world import Tenant, World

HTML = {"accept": "text/html", "accept-language": "fr"}
CLOSED = {301, 302, 303, 401, 403}


async def check_served(subject: Subject, world: World) -> AsyncIterator[Finding]:
    async with _served(world) as client:
        for handler in handlers_of(subject):
            for path in sorted(handler.paths):
                if "GET" in handler.http_methods and "{" not in path:
                    async for finding in _visit(subject, world, client, handler, path):
                        yield finding


@asynccontextmanager
async def _served(world: World) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(world.settings, clock=world.clock)
    transport = httpx.ASGITransport(app=app)  # pyright: ignore[reportArgumentType]  an ASGI app
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=transport, base_url="http://check.local") as client,
    ):
        yield client


async def _visit(
    subject: Subject, world: World, client: httpx.AsyncClient, handler: Any, path: str
) -> AsyncIterator[Finding]:
    where, line = place_of(handler)
    allowed = set(handler.opt.get("access", ()))
    if ANYBODY not in allowed:
        answer = await _get(client, path, None)
        if answer.status_code not in CLOSED:
            says = f"{path} answers {answer.status_code} to somebody who is not signed in"
            yield subject.find(where, line, permissions.RULE, says)
    for tenant in _one_a_kind(world):
        may = bool({ANYBODY, SIGNED_IN, tenant.kind} & allowed)
        answer = await _get(client, path, tenant)
        if not may and answer.status_code not in CLOSED:
            says = f"{path} answers {answer.status_code} to an organisation of kind {tenant.kind}"
            yield subject.find(where, line, permissions.RULE, says)
        if may and answer.status_code >= 500:
            says = f"{path} answers {answer.status_code}"
            yield subject.find(where, line, permissions.RULE, says)
        if answer.status_code == 200 and "<html" in answer.text[:1000]:  # a whole page, no part
            for _, fault in read_page(answer.text):
                says = f"{path}: {fault}"
                yield subject.find(where, line, templates.RULE, says)


def _one_a_kind(world: World) -> list[Tenant]:
    return list({tenant.kind: tenant for tenant in reversed(world.tenants)}.values())


async def _get(client: httpx.AsyncClient, path: str, tenant: Tenant | None) -> httpx.Response:
    client.cookies.clear()
    cookie = {"cookie": f"{SESSION_COOKIE}={tenant.token}"} if tenant else {}
    return await client.get(path, headers={**HTML, **cookie})
