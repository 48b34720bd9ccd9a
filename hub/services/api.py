"""Services for programs: launches and steps, for who launches."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core import web
from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.installed import verticals_of
from hub.services.actions import keeping, launching
from hub.services.errors import ServiceInvalid
from hub.services.models import Launch, Move, Service
from hub.services.policy.steps import LAUNCHERS

AnyRequest = Request[Any, Any, Any]
OWN = "/api/v1/our-services"
TAGS = ["Services"]


@get(OWN, opt=access(*LAUNCHERS), tags=TAGS, summary="My services")
async def list_own(tx: NamedDependency[Tx]) -> list[Service]:
    """The services that the caller's organisation launched."""
    return await keeping.list_services(tx)


@post(OWN, opt=access(*LAUNCHERS), tags=TAGS, summary="Launch a service")
async def launch(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    data: JSONBody[Launch],
) -> Response[bytes]:
    """Open a sandbox, or a trial until `trial_until`; the sandbox is filled after the answer."""

    async def act() -> Service:
        vertical = verticals_of(request).get(data.vertical)
        if vertical is None:
            raise ServiceInvalid("Choose a vertical.", field="vertical")
        assert caller.person is not None
        return await launching.launch(
            tx, tx.uuid(), data, vertical, role=caller.role, person=caller.person
        )

    return await web.answer_once(tx, request, act)


@post(f"{OWN}/{{service:uuid}}/steps", opt=access(*LAUNCHERS), tags=TAGS, summary="Move a service")
async def make_step(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    service: FromPath[UUID],
    data: JSONBody[Move],
) -> Response[bytes]:
    """One step: open_trial, extend, go_live, wind_down, resume, retire."""

    async def act() -> Service:
        found = await launching.find_service(tx, service)
        assert caller.person is not None
        vertical = verticals_of(request).get(found.vertical)
        return await launching.move(
            tx, service, data, vertical, role=caller.role, person=caller.person
        )

    return await web.answer_once(tx, request, act)


handlers = (list_own, launch, make_step)
