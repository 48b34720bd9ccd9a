"""What a launcher does with one service, each by a form of its page."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from io import BytesIO
from typing import IO, Any
from uuid import UUID

from litestar import post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.installed import verticals_of
from hub.core.pages import AnyRequest
from hub.services.actions import carrying, keeping, launching
from hub.services.archive import MOST_BYTES, PIECE_BYTES
from hub.services.errors import ServiceInvalid
from hub.services.models import AskFaults, Dress, Move, Step
from hub.services.pages import shown
from hub.services.pages.shown import PAGE
from hub.services.pages.words import VERBS, WITH_DAY
from hub.services.policy.steps import LAUNCHERS

ONE = f"{PAGE}/{{id:uuid}}"


@post(f"{ONE}/steps", opt=access(*LAUNCHERS), include_in_schema=False)
async def make_step(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]
) -> Any:
    """Promote, extend, wind down, close."""
    form, known = await shown.read_form(request), verticals_of(request)

    async def act(tx: Tx) -> None:
        vertical = known.get((await launching.find_service(tx, id)).vertical)
        assert caller.person is not None
        await launching.move(tx, id, _move(form), vertical, role=caller.role, person=caller.person)

    return await shown.do(request, id, form, act, "step")


def _move(form: shown.Form) -> Move:
    step = form.get("step", "")
    if step not in VERBS:
        raise ServiceInvalid("Choose a step.")
    return Move(
        step=Step(step),
        version=shown.read_number(form, "version"),
        until=shown.read_day(form, "until") if step in WITH_DAY else None,
        reason=form.get("reason", ""),
    )


@post(f"{ONE}/looks", opt=access(*LAUNCHERS), include_in_schema=False)
async def change_looks(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]
) -> Any:
    """Name, colour, legal text."""
    form = await shown.read_form(request)
    said = {name: form.get(name, "") for name in ("name", "colour", "legal")}

    async def act(tx: Tx) -> None:
        await keeping.dress(tx, id, Dress(**said), role=caller.role)

    return await shown.do(request, id, form, act, "looks")


@post(f"{ONE}/faults", opt=access(*LAUNCHERS), include_in_schema=False)
async def ask_faults(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]
) -> Any:
    """Let the sandbox fail."""
    form = await shown.read_form(request)
    asked = AskFaults(fault=form.get("fault", ""), times=shown.read_number(form, "times"))

    async def act(tx: Tx) -> None:
        await keeping.ask_faults(tx, id, asked, role=caller.role)

    return await shown.do(request, id, form, act, "faults")


@post(f"{ONE}/people", opt=access(*LAUNCHERS), include_in_schema=False)
async def add_person(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]
) -> Any:
    """Let somebody work in the service."""
    form = await shown.read_form(request)

    async def act(tx: Tx) -> None:
        service = await keeping.find_open(tx, id, role=caller.role)
        database = shown.database_of(request)
        async with database.transaction(service.space, actor=caller.actor) as within:
            await keeping.add_person(within, form.get("email", ""), service.state)

    return await shown.do(request, id, form, act, "people")


@post(f"{ONE}/people/{{person:int}}/end", opt=access(*LAUNCHERS), include_in_schema=False)
async def remove_person(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    id: FromPath[UUID],
    person: FromPath[int],
) -> Any:
    """Somebody works in the service no more."""

    async def act(tx: Tx) -> None:
        service = await keeping.find_open(tx, id, role=caller.role)
        database = shown.database_of(request)
        async with database.transaction(service.space, actor=caller.actor) as within:
            await keeping.remove_person(within, person)

    return await shown.do(request, id, {}, act, "people")


@post(f"{ONE}/archive", opt=access(*LAUNCHERS), include_in_schema=False)
async def take_out(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]
) -> Stream:
    """All the data of the service, as a file; written down as taken out."""
    database = shown.database_of(request)
    async with database.transaction(caller.tenant, actor=caller.actor) as tx:
        service = await keeping.find_open(tx, id, role=caller.role)
    vertical = carrying.check_installed(verticals_of(request).get(service.vertical))
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed when it is sent
    try:
        manifest = await carrying.take_out(database, service, vertical, file)
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await carrying.note_export(tx, service, manifest, file)
    except BaseException:
        file.close()
        raise
    name = f"{service.vertical}-{manifest.made_at.date()}.zip"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-length": str(os.fstat(file.fileno()).st_size),
        "cache-control": "no-store",
    }
    return Stream(_pieces(file), media_type="application/zip", headers=headers, status_code=200)


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield piece


@post(
    f"{ONE}/arrival",
    opt=access(*LAUNCHERS),
    include_in_schema=False,
    request_max_body_size=MOST_BYTES + 100_000,
)
async def take_in(request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]) -> Any:
    """Fill an empty trial from an archive of another service."""
    sent = (await request.form()).get("archive")
    file: IO[bytes] = sent.file if isinstance(sent, UploadFile) else BytesIO()
    known = verticals_of(request)

    async def act(tx: Tx) -> str:
        service = await keeping.find_open(tx, id, role=caller.role)
        carrying.check_may_arrive(service)
        vertical = carrying.check_installed(known.get(service.vertical))
        database = shown.database_of(request)
        arrived = await carrying.take_in(database, service, vertical, file, caller.actor)
        await carrying.note_arrival(tx, service, arrived.rows)
        return "turned" if arrived.turned else "arrival"

    return await shown.do(request, id, {}, act, "arrival")


handlers: tuple[Any, ...] = (
    make_step,
    change_looks,
    ask_faults,
    add_person,
    remove_person,
    take_out,
    take_in,
)
