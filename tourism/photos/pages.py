"""The photos of a house: one page to send, describe, order and remove them; and their bytes."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Reader, Tx
from hub.core.errors import HubError, Invalid, NotFound
from hub.core.i18n import LANGUAGES
from hub.core.pages import AnyRequest, make_url, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from tourism import lodging
from tourism.photos import forms
from tourism.photos.actions import changing, reading, taking
from tourism.photos.errors import REASONS, PhotosInvalid
from tourism.photos.models import (
    KEPT_AFTER_REMOVAL_DAYS,
    PHOTOS_MAX,
    UPLOAD_BYTES_MAX,
    Content,
    Photo,
    Taken,
)

PAGE = "/pro/photos"
YEAR_S = 31_536_000
_NAME = re.compile(r"([0-9a-f]{64})\.(avif|webp)")


@get("/photos/{name:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_file(
    request: AnyRequest,
    reader: NamedDependency[Reader],
    tx: NamedDependency[Tx],
    name: FromPath[str],
) -> Response[bytes]:
    """A file of a photo: to everybody while it is shown, to its house always. Its address is the
    hash of its bytes, so they never change and may be kept for ever."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise NotFound("This photo is unknown, or was removed.")
    sha256, format = found.groups()
    try:
        return _file(await reading.find_content(reader, sha256, format), "public")
    except NotFound:
        if caller_of(request).tenant is None:
            raise
    return _file(await reading.find_content(tx, sha256, format), "private")


def _file(found: Content, who: str) -> Response[bytes]:
    return Response(
        found.content,
        media_type=f"image/{found.format.value}",
        headers={"cache-control": f"{who}, max-age={YEAR_S}, immutable"},
    )


@get(PAGE, opt=access("lodging"), include_in_schema=False)
async def show_photos(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    added: FromQuery[int] = 0,
    removed: FromQuery[str] = "",
    saved: FromQuery[bool] = False,
) -> Response[str]:
    """Every photo of the house, with what can be done with it."""
    said = {"added": added, "removed": removed, "saved": saved}
    return await _show(request, tx, said=said)


@post(
    f"{PAGE}/upload",
    opt=access("lodging"),
    request_max_body_size=UPLOAD_BYTES_MAX,
    include_in_schema=False,
)
async def send_photos(request: AnyRequest) -> Response[Any]:
    """Take in the photos that came; each file that is none is named with the reason, beside the
    field."""
    form = await request.form()
    try:
        uploads = await forms.read_uploads(form.getall("files", []))
    finally:
        for value in form.getall("files", []):
            if isinstance(value, UploadFile):
                await value.close()
    database: Database = request.app.state.database
    caller = caller_of(request)
    room = str(form.get("room", ""))
    error = None if uploads else Invalid("Choose at least one photo.", field="files")
    taken = await taking.take_upload(database, caller, uploads, forms.read_room(room))
    if not taken.refused and error is None:
        return Redirect(make_url(PAGE, added=taken.added), status_code=303)
    async with database.transaction(caller.tenant, actor=caller.actor) as tx:
        return await _show(
            request, tx, said={"added": taken.added, "room": room}, taken=taken, error=error
        )


@post(PAGE, opt=access("lodging"), include_in_schema=False)
async def change_photos(
    request: AnyRequest, tx: NamedDependency[Tx], data: URLEncodedBody[dict[str, str]]
) -> Response[Any]:
    """Keep what was typed beside the photos, then move, remove or put back the one whose button
    was pressed. Texts that are not right are told beside their fields, the others are kept."""
    house = await lodging.own_house(tx)
    verb, photo = forms.read_act(data.get("act", "save"))
    faults = await changing.describe_photos(tx, house, forms.read_changes(data))
    target = make_url(PAGE, saved="true")
    if verb == "order":
        await changing.order_photos(tx, house, forms.read_order(data.get("order", "")))
    elif photo is not None:
        target = await _act(tx, house, verb, photo)
    if verb != "save" or not faults:
        return Redirect(target, status_code=303)
    error = PhotosInvalid("Look at the fields that are marked.", faults=faults)
    return await _show(request, tx, said={}, typed=data, error=error)


async def _act(tx: Tx, house: lodging.Property, verb: str, photo: UUID) -> str:
    """Do what the button of one photo says; where to look next."""
    match verb:
        case "up" | "down":
            await changing.move_photo(tx, house, photo, -1 if verb == "up" else 1)
        case "cover":
            await changing.move_photo(tx, house, photo, -PHOTOS_MAX)
        case "remove":
            await changing.remove_photo(tx, house, photo)
            return make_url(PAGE, removed=photo)
        case "restore":
            await changing.restore_photo(tx, house, photo)
        case _:
            raise NotFound("This page has no such button.")
    return f"{PAGE}#photo-{photo}"


async def _show(
    request: AnyRequest,
    tx: Tx,
    *,
    said: Mapping[str, object],
    typed: Mapping[str, str] | None = None,
    taken: Taken | None = None,
    error: HubError | None = None,
) -> Response[str]:
    house = await lodging.find_own_property(tx)
    found = await reading.list_photos(tx, house.id) if house else []
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "photos/photos.html",
        status_code=400 if problem or (taken and taken.refused) else 200,
        house=house,
        photos=found,
        removed=await reading.list_removed(tx, house.id) if house else [],
        types=await lodging.list_room_types(tx, house.id) if house else [],
        source=house.facts.source_language if house else "fr",
        languages=LANGUAGES,
        said=said,
        text_of=_texts(found, typed),
        taken=taken,
        reasons=REASONS,
        problem=problem,
        faults=problem.extra.get("faults", {}) if problem else {},
        waiting=sum(not photo.alt for photo in found),
        photos_max=PHOTOS_MAX,
        kept_days=KEPT_AFTER_REMOVAL_DAYS,
    )


def _texts(found: list[Photo], typed: Mapping[str, str] | None) -> Mapping[str, str]:
    """What each text field shows, by its name: as it was typed, else as it is kept."""
    kept = {f"alt-{one.id}-{code}": one.alt.get(code, "") for one in found for code in LANGUAGES}
    return kept | {name: text for name, text in (typed or {}).items() if name in kept}


handlers = (show_file, show_photos, send_photos, change_photos)
