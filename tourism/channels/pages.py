"""The house's calendars, and the public address of its own (a signed secret)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError, NotFound
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.settings import Settings
from hub.core.tokens import read_reference, sign_reference
from hub.core.web import caller_of
from tourism import lodging
from tourism.channels.actions import exporting, feeds
from tourism.channels.models import STALE_AFTER, BlockState, Failure, Feed, FeedBlock
from tourism.channels.policy import check_feed

Form = URLEncodedBody[dict[str, str]]
CALENDAR = "calendar"
CALENDAR_TYPE = "text/calendar"  # Litestar adds the charset
PAGE = "/pro/channels"


class FeedView(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as the page shows it."""

    feed: Feed
    failures: list[Failure]
    blocked: int
    conflicts: int
    waiting: int
    asked: bool
    stale: bool


class RoomTypeView(msgspec.Struct, frozen=True, kw_only=True):
    """A room type with the address of its own calendar and the feeds it reads."""

    room_type: lodging.RoomType
    address: str
    feeds: list[FeedView]


def calendar_address(settings: Settings, tenant: int, room_type: int) -> str:
    """The secret address of a room type's calendar; the same for good."""
    token = sign_reference(settings.secret_key, CALENDAR, tenant, UUID(int=room_type))
    return f"{settings.public_url}/ical/{token}.ics"


@get("/ical/{name:str}", opt=access(ANYBODY), include_in_schema=False)
async def download_calendar(
    request: AnyRequest, tx: NamedDependency[Tx], name: FromPath[str]
) -> Response[str]:
    """A room type's calendar for other platforms; 304 when it says what it said before."""
    if not name.endswith(".ics"):
        raise NotFound("This address is not complete.")
    settings: Settings = request.app.state.settings
    reference = read_reference(settings.secret_key, CALENDAR, name.removesuffix(".ics"))
    tx.enter(reference.tenant)
    export = await exporting.export_calendar(tx, reference.id.int)
    headers = {
        "etag": export.tag,
        "cache-control": "private, no-cache",
        "content-disposition": 'inline; filename="calendar.ics"',
        "x-robots-tag": "noindex, nofollow",
    }
    if _knows(request.headers.get("if-none-match", ""), export.tag):
        return Response("", status_code=304, headers=headers, media_type=CALENDAR_TYPE)
    return Response(export.text, headers=headers, media_type=CALENDAR_TYPE)


def _knows(if_none_match: str, tag: str) -> bool:
    """Weak comparison, RFC 9110 section 13.1.2."""
    given = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in given or tag.removeprefix("W/") in given


@get(PAGE, opt=access("lodging"), include_in_schema=False)
async def show_channels(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Each room type with its own address, its feeds and how they are; conflicts first."""
    return await _show(request, tx, {}, None)


@post(f"{PAGE}/feeds", opt=access("lodging"), include_in_schema=False)
async def add_feed(request: AnyRequest, data: Form) -> Response[Any]:
    """Add a feed; what was typed is kept when something is wrong with it."""
    database: Database = request.app.state.database
    settings: Settings = request.app.state.settings
    caller = caller_of(request)
    try:
        command = check_feed(
            data.get("label", ""),
            data.get("address", ""),
            data.get("room_type", ""),
            settings.public_url,
        )
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await feeds.add_feed(tx, command)
    except HubError as error:
        if error.status != 400:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _show(request, tx, data, error)
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/feeds/{{feed:uuid}}/fetch", opt=access("lodging"), include_in_schema=False)
async def ask_feed(tx: NamedDependency[Tx], feed: FromPath[UUID]) -> Redirect:
    await feeds.ask_feed(tx, feed)
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/feeds/{{feed:uuid}}/pause", opt=access("lodging"), include_in_schema=False)
async def pause_feed(tx: NamedDependency[Tx], feed: FromPath[UUID]) -> Redirect:
    await feeds.pause_feed(tx, feed)
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/feeds/{{feed:uuid}}/resume", opt=access("lodging"), include_in_schema=False)
async def resume_feed(tx: NamedDependency[Tx], feed: FromPath[UUID]) -> Redirect:
    await feeds.resume_feed(tx, feed)
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/feeds/{{feed:uuid}}/remove", opt=access("lodging"), include_in_schema=False)
async def remove_feed(tx: NamedDependency[Tx], feed: FromPath[UUID]) -> Redirect:
    await feeds.remove_feed(tx, feed)
    return Redirect(PAGE, status_code=303)


async def _show(
    request: AnyRequest, tx: Tx, typed: Mapping[str, str], error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    found = await feeds.find_channels(tx)
    labels = {feed.id: feed for feed in found.feeds}
    return page(
        request,
        "channels/channels.html",
        status_code=problem.status if problem else 200,
        house=found.house,
        room_types=_view_room_types(request.app.state.settings, found, tx.now),
        types={type.id: type for type in found.room_types},
        conflicts=[
            (block, labels[block.feed])
            for block in found.blocks
            if block.state is BlockState.CONFLICT
        ],
        typed=typed,
        problem=problem,
    )


def _view_room_types(
    settings: Settings, found: feeds.Channels, now: datetime
) -> list[RoomTypeView]:
    return [
        RoomTypeView(
            room_type=type,
            address=calendar_address(settings, found.house.tenant, type.id),
            feeds=[
                _view_feed(feed, found.blocks, found.failures, now)
                for feed in found.feeds
                if feed.room_type == type.id
            ],
        )
        for type in found.room_types
    ]


def _view_feed(
    feed: Feed, blocks: list[FeedBlock], failures: list[Failure], now: datetime
) -> FeedView:
    states = [block.state for block in blocks if block.feed == feed.id]
    since = feed.succeeded_at or feed.added_at
    return FeedView(
        feed=feed,
        failures=[failure for failure in failures if failure.feed == feed.id],
        blocked=states.count(BlockState.BLOCKED),
        conflicts=states.count(BlockState.CONFLICT),
        waiting=states.count(BlockState.WAITING),
        asked=feed.paused_at is None and feed.asked_at > (feed.attempted_at or since),
        stale=feed.paused_at is None and now - since > STALE_AFTER,
    )


handlers = (
    download_calendar,
    show_channels,
    add_feed,
    ask_feed,
    pause_feed,
    resume_feed,
    remove_feed,
)
