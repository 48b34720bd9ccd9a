"""What everybody sees: the next departures of a stop; and where the town keeps the timetable."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of, headers_of
from verticals.city import towns
from verticals.city.towns.forms import Form, do_form
from verticals.city.transit import actions
from verticals.city.transit.errors import DisruptionInvalid, FeedInvalid
from verticals.city.transit.models import Disturb
from verticals.city.transit.sheets import ARCHIVE_BYTES_MAX

OWN = "/ville/departs"
FIELDS = Disturb.__struct_fields__


@get("/villes/{space:int}/departs", opt=access(ANYBODY), include_in_schema=False)
async def show_departures(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    arret: FromQuery[str] = "",
    nom: FromQuery[str] = "",
) -> Response[str]:
    """The next departures of a stop, or the stops to choose from."""
    town = await towns.enter_town(tx, space)
    feed = await actions.find_feed(tx)
    return page(
        request,
        "transit/public.html",
        town=town,
        feed=feed,
        over=feed is not None and feed.last_day < local_date(tx.now, feed.zone),
        board=await actions.see_stop(tx, arret) if arret else None,
        stops=[] if arret else await actions.list_stops(tx, nom),
        disruptions=[] if arret else await actions.list_disruptions(tx),
        nom=nom,
    )


@get(OWN, opt=access("town"), include_in_schema=False)
async def show_own(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The timetable that is shown, and what is disturbed."""
    return await _own(request, tx, {}, None)


@post(
    OWN,
    opt=access("town"),
    request_max_body_size=ARCHIVE_BYTES_MAX + 100_000,
    include_in_schema=False,
)
async def load_feed(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Take a feed in; the one before stays where this one is refused."""
    value = (await request.form()).get("file")
    content = await value.read(ARCHIVE_BYTES_MAX + 1) if isinstance(value, UploadFile) else b""
    database: Database = request.app.state.database
    caller = caller_of(request)
    try:
        feed = await actions.read_feed(tx, content)
        async with database.transaction(caller.tenant, actor=caller.actor) as writing:
            await actions.keep_feed(writing, feed)
    except FeedInvalid as error:
        return await _own(request, tx, {}, error)
    return Redirect(OWN, status_code=303)


@post(OWN + "/perturbations", opt=access("town"), include_in_schema=False)
async def disturb(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Say what is disturbed, where and until when."""

    async def act(writing: Tx, form: Form) -> bool:
        said = Disturb(**{name: form.get(name, "") for name in FIELDS})
        return await actions.disturb(writing, _uuid(form.get("idempotency_key", "")), said)

    form, new, error = await do_form(request, act, DisruptionInvalid)
    if error is not None:
        return await _own(request, tx, form, error)
    return Redirect(OWN, status_code=303, headers=headers_of(replayed=not new))


@post(OWN + "/perturbations/{id:uuid}/fin", opt=access("town"), include_in_schema=False)
async def end_disruption(tx: NamedDependency[Tx], id: FromPath[UUID]) -> Redirect:
    """It is over."""
    ended = await actions.end_disruption(tx, id)
    return Redirect(OWN, status_code=303, headers=headers_of(replayed=not ended))


async def _own(request: AnyRequest, tx: Tx, typed: Form, error: HubError | None) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "transit/own.html",
        status_code=problem.status if problem else 200,
        town=await towns.seek_town(tx),
        feed=await actions.find_feed(tx),
        stops=await actions.list_stops(tx, ""),
        routes=await actions.list_routes(tx),
        disruptions=await actions.list_disruptions(tx, ahead=True),
        zone=await towns.seek_zone(tx),
        typed=typed,
        problem=problem,
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise DisruptionInvalid("This form is not complete.") from None


handlers = (show_departures, show_own, load_feed, disturb, end_disruption)
