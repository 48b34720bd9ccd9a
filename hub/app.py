"""The composition: the hub's slices, the installed verticals, and the web application of them."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from importlib import resources
from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.static_files import create_static_files_router

import hub.agreements.manifest
import hub.approvals.manifest
import hub.assemblies.manifest
import hub.audit.manifest
import hub.billing.manifest
import hub.catalogue.manifest
import hub.contracts.manifest
import hub.core.manifest
import hub.digests.manifest
import hub.exits.manifest
import hub.exports.manifest
import hub.gates.manifest
import hub.gatherings.manifest
import hub.identity.manifest
import hub.invoices.manifest
import hub.keys.manifest
import hub.labels.manifest
import hub.ledger.manifest
import hub.members.manifest
import hub.minutes.manifest
import hub.operations.manifest
import hub.own_data.manifest
import hub.payments.manifest
import hub.polls.manifest
import hub.portability.manifest
import hub.probes.manifest
import hub.service_levels.manifest
import hub.services.manifest
import hub.shelf.manifest
import hub.simulations.manifest
import hub.space_exports.manifest
import hub.spaces.manifest
import hub.tenancy.manifest
import hub.territory.manifest
import hub.trust.manifest
import hub.usage.manifest
import hub.withdrawals.manifest
from hub.core import web
from hub.core.admission import Admission
from hub.core.caller import ANYBODY, access
from hub.core.clock import Clock, Ids
from hub.core.db import Database, connect
from hub.core.files import open_files
from hub.core.frame import Frame, frame_headers
from hub.core.installed import find_verticals
from hub.core.migrate import role_dsn
from hub.core.pages import Site, faces_of, template_folders
from hub.core.parent import end_with_parent
from hub.core.proxies import BehindProxies
from hub.core.reference import ReferencePage
from hub.core.rehearsal import leave_out_what_stays, run_rehearsals
from hub.core.settings import Settings, read_settings
from hub.core.vertical import Slice, Task, Tick, Vertical
from hub.core.waiting_room import WaitingRoom
from hub.identity.middleware import SessionMiddleware
from hub.services.middleware import CommunityMiddleware
from hub.withdrawals.middleware import LeavingMiddleware

HUB: tuple[Slice, ...] = (
    hub.core.manifest.slice,
    hub.territory.manifest.slice,
    hub.audit.manifest.slice,
    hub.keys.manifest.slice,
    hub.identity.manifest.slice,
    hub.tenancy.manifest.slice,
    hub.own_data.manifest.slice,
    hub.ledger.manifest.slice,
    hub.agreements.manifest.slice,
    hub.members.manifest.slice,
    hub.simulations.manifest.slice,
    hub.assemblies.manifest.slice,
    hub.minutes.manifest.slice,
    hub.payments.manifest.slice,
    hub.billing.manifest.slice,
    hub.invoices.manifest.slice,
    hub.usage.manifest.slice,
    hub.operations.manifest.slice,
    hub.portability.manifest.slice,
    hub.trust.manifest.slice,
    hub.service_levels.manifest.slice,
    hub.probes.manifest.slice,
    hub.approvals.manifest.slice,
    hub.labels.manifest.slice,
    hub.contracts.manifest.slice,
    hub.withdrawals.manifest.slice,
    hub.exits.manifest.slice,
    hub.exports.manifest.slice,
    hub.gates.manifest.slice,
    hub.services.manifest.slice,
    hub.catalogue.manifest.slice,
    hub.spaces.manifest.slice,
    hub.shelf.manifest.slice,
    hub.gatherings.manifest.slice,
    hub.polls.manifest.slice,
    hub.digests.manifest.slice,
    hub.space_exports.manifest.slice,
)


class Composition(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is installed: slices in the order they build, tasks, events, schedules."""

    slices: tuple[Slice, ...]
    verticals: tuple[Vertical, ...]
    tasks: tuple[Task, ...]
    on: Mapping[type, tuple[Task, ...]]
    ticks: tuple[Tick, ...]
    beats: tuple[Tick, ...]

    @property
    def packages(self) -> list[str]:
        return [slice.package for slice in self.slices]


def compose() -> Composition:
    """Put the hub and every installed vertical together."""
    verticals = find_verticals()
    slices = HUB + tuple(slice for vertical in verticals for slice in vertical.slices)
    on: dict[type, tuple[Task, ...]] = {}
    for slice in slices:
        for event, tasks in slice.on.items():
            on[event] = on.get(event, ()) + tuple(tasks)
    return Composition(
        slices=slices,
        verticals=verticals,
        tasks=tuple(task for slice in slices for task in slice.tasks),
        on=on,
        ticks=tuple(tick for slice in slices for tick in slice.ticks),
        beats=tuple(beat for slice in slices for beat in slice.beats),
    )


async def open_database(
    settings: Settings,
    composition: Composition,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
) -> Database:
    """The pools of this process on the database that the settings name."""
    if settings.database_url is None:
        raise RuntimeError("DATABASE_URL is not set: `hub up` sets it for its children.")
    return await connect(
        role_dsn(settings.database_url, "hub_app", settings.secret_key),
        role_dsn(settings.database_url, "hub_index", settings.secret_key),
        pool_size=settings.pool_size,
        clock=clock,
        ids=ids,
        on=composition.on,
        slices=composition.slices,
    )


def create_served_app() -> Litestar:
    """The web application of a process that serves: it rehearses before it lets anybody in, ends
    with the master that started it, and who waits before it stands in the line of all."""
    end_with_parent()
    settings = read_settings()
    door = Admission(room=WaitingRoom(settings.data / "waiting-room"))
    return create_app(settings, rehearsed=True, door=door)


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    rehearsed: bool = False,
    door: Admission | None = None,
) -> Litestar:
    """The web application. The clock, the ids and who is let in when are the machine's unless they
    are given."""
    chosen = settings or read_settings()
    composition = compose()
    handlers: list[BaseRouteHandler] = [
        handler for slice in composition.slices for handler in slice.handlers
    ]
    web.check_routes_say_who(handlers)

    @asynccontextmanager
    async def with_database(app: Litestar) -> AsyncGenerator[None]:
        state = app.state
        state.files = open_files(state.settings.files, state.settings.data)
        state.database = await open_database(
            state.settings, composition, clock=state.clock, ids=state.ids
        )
        try:
            if rehearsed:
                rehearsals = [one.rehearse for one in composition.slices if one.rehearse]
                await run_rehearsals(app, rehearsals, state.database.clock.now().date())
                leave_out_what_stays()
            yield
        finally:
            await state.database.close()

    site = _site_of(composition, chosen)
    frame = frame_headers(
        noindex=chosen.demo, encrypted=chosen.encrypted, subdomains=chosen.hsts_subdomains
    )
    return Litestar(
        route_handlers=[*handlers, _static_files()],
        lifespan=[with_database],
        dependencies={
            "tx": Provide(web.provide_tx),
            "reader": Provide(web.provide_reader),
            "caller": Provide(web.provide_caller),
        },
        guards=[web.check_route_access],
        middleware=[
            BehindProxies(chosen.trusted_proxies),
            Frame(frame),
            door or Admission(),
            SessionMiddleware(),
            CommunityMiddleware(composition.verticals),
            LeavingMiddleware(),
        ],
        csrf_config=_csrf_of(chosen),
        exception_handlers={Exception: web.answer_error},
        openapi_config=_describe_api(),
        state=State(
            {
                "settings": chosen,
                "site": site,
                "composition": composition,
                "clock": clock,
                "ids": ids,
                "frame": frame,
            }
        ),
        request_max_body_size=1_000_000,
        debug=False,
    )


def _site_of(composition: Composition, chosen: Settings) -> Site:
    return Site(
        template_folders(composition.packages),
        [item for slice in composition.slices for item in slice.nav],
        account_names={
            code: name for slice in composition.slices for code, name in slice.account_names.items()
        },
        faces=faces_of(composition.verticals),
        demo=chosen.demo,
    )


def _csrf_of(chosen: Settings) -> CSRFConfig:
    return CSRFConfig(
        secret=chosen.secret_key.hex(),
        cookie_name=chosen.cookie_name("csrftoken"),
        cookie_secure=chosen.encrypted,
        cookie_httponly=True,
        exclude=["^/api/", "^/metrics"],
    )


def _static_files() -> Any:
    # Only what holds no secret is compressed: a page that echoes what was asked beside a form's
    # token would tell of the token by its compressed length (BREACH). Fonts are compressed already.
    smaller = CompressionConfig(backend="gzip", gzip_compress_level=6, exclude=r"\.woff2$")
    return create_static_files_router(
        middleware=[DefineMiddleware(CompressionMiddleware, config=smaller)],
        path="/static",
        directories=[str(resources.files("hub.core").joinpath("static"))],
        opt=access(ANYBODY),
        include_in_schema=False,
    )


def _describe_api() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="usage-hub",
        version="1.0.0",
        description="Bookings, agreements and ledgers of communities of users. Amounts are integer "
        "cents; writes need an Idempotency-Key; errors are RFC 9457 problem details.",
        openapi_router=Router(
            "/schema", route_handlers=[], opt=access(ANYBODY), include_in_schema=False
        ),
        render_plugins=[ReferencePage()],
    )
