"""What a link opens: a teacher's classes, a pupil's, a parent's children. Nothing of others."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from verticals.education import roster
from verticals.education.classwork import actions, marks, policy
from verticals.education.classwork.errors import NothingHere
from verticals.education.classwork.models import ASSIGNMENT, RESOURCE, MarkForm, Write
from verticals.education.classwork.pages import sessions
from verticals.education.classwork.pages.sessions import PRIVATE
from verticals.education.roster import Person

OWN = "/mon-ecole/{space:int}"
FIELDS, MARK_FIELDS = Write.__struct_fields__, MarkForm.__struct_fields__
Form = dict[str, str]
Verb = Callable[[Tx, Person, Form], Awaitable[None]]


async def enter_page(request: AnyRequest, tx: Tx, space: int) -> Person:
    """Whose page is open in this browser. Raises `NothingHere`."""
    _stand(tx, space)
    return await actions.enter(tx, sessions.find_door(request, space))


def _stand(tx: Tx, space: int) -> None:
    if not 0 < space < 2**31:
        raise NothingHere()
    tx.enter(space)


async def do(
    request: AnyRequest,
    space: int,
    act: Verb,
    refusals: tuple[type[HubError], ...] = actions.REFUSALS,
) -> tuple[Form, HubError | None]:
    """Do what a form asks; what was typed, and why it was refused."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    database: Database = request.app.state.database
    try:
        async with database.transaction(None, actor="guest") as tx:
            await act(tx, await enter_page(request, tx, space), form)
    except refusals as error:
        return form, error
    return form, None


def said(request: AnyRequest, form: Form, error: HubError | None) -> dict[str, Any]:
    """What a page says of a form that was refused: what was typed, and why."""
    problem = describe_problem(error, request.url.path) if error else None
    status = problem.status if problem else 200
    return {"typed": form, "problem": problem, "status_code": status}


@get(
    OWN + "/entrer/{link:str}",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def enter(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], link: FromPath[str]
) -> Redirect:
    """Open the page of a link; nothing of the link stays in its address."""
    _stand(tx, space)
    reader = await actions.open_link(tx, link)
    cookie = sessions.open_page(request, space, reader.door)
    return Redirect(sessions.home_of(space), status_code=303, cookies=[cookie])


@post(
    OWN + "/fermer",
    opt=access(ANYBODY, writes=False),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def close(request: AnyRequest, space: FromPath[int]) -> Redirect:
    """Close one's page in this browser."""
    return Redirect("/", status_code=303, cookies=[sessions.close_page(request, space)])


@get(OWN, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def show_own(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[str]:
    """The reader's classes, their own assignments, and those of their children."""
    reader = await enter_page(request, tx, space)
    children = await roster.list_children(tx, reader)
    return page(
        request,
        "classwork/home.html",
        space=space,
        reader=reader,
        zone=await actions.seek_zone(tx),
        teaches=await actions.list_places(tx, reader.id, actions.TEACHER),
        learns=await actions.list_places(tx, reader.id, actions.STUDENT),
        tasks=await actions.list_tasks(tx, reader.id),
        children=[(one, await actions.list_tasks(tx, one.id)) for one in children],
        marks={one.id: await marks.list_of_member(tx, one.id) for one in (reader, *children)},
    )


@get(
    OWN + "/classes/{id:uuid}",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def show_class(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    """What a class was given; a teacher gives more."""
    return await _class(request, tx, space, id, {}, None, after)


@post(
    OWN + "/classes/{id:uuid}",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def write_post(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[Any]:
    """Give a class a resource or an assignment."""

    async def act(writing: Tx, reader: Person, form: Form) -> None:
        typed = Write(**{name: form.get(name, "") for name in FIELDS})
        key = policy.read_key(form.get("idempotency_key", ""))
        await actions.write_post(writing, reader, id, key, typed)

    form, error = await do(request, space, act)
    if error is not None:
        return await _class(request, tx, space, id, form, error)
    return Redirect(f"/mon-ecole/{space}/classes/{id}", status_code=303)


async def _class(
    request: AnyRequest,
    tx: Tx,
    space: int,
    id: UUID,
    form: Form,
    error: HubError | None,
    after: UUID | None = None,
) -> Response[str]:
    reader = await enter_page(request, tx, space)
    place = await actions.find_place(tx, reader, id)
    return page(
        request,
        "classwork/class.html",
        space=space,
        place=place,
        posts=await actions.list_posts(tx, place, after),
        filled=await marks.list_of_class(tx, place, reader),
        keys={kind: str(tx.uuid()) for kind in (ASSIGNMENT, RESOURCE)},
        zone=await actions.seek_zone(tx),
        **said(request, form, error),
    )


@get(
    OWN + "/devoirs/{id:uuid}",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def show_assignment(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[str]:
    """An assignment: for its pupil what they hand in, for its teacher what was handed in."""
    return await _assignment(request, tx, space, id, {}, None)


@post(
    OWN + "/devoirs/{id:uuid}",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def hand_in(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[Any]:
    """Hand in one's work."""

    async def act(writing: Tx, reader: Person, form: Form) -> None:
        await actions.hand_in(writing, reader, id, form.get("body", ""))

    form, error = await do(request, space, act)
    if error is not None:
        return await _assignment(request, tx, space, id, form, error)
    return Redirect(f"/mon-ecole/{space}/devoirs/{id}", status_code=303)


@post(
    OWN + "/devoirs/{id:uuid}/{member:uuid}",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def return_work(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    member: FromPath[UUID],
) -> Response[Any]:
    """Give a work back with its mark."""

    async def act(writing: Tx, reader: Person, form: Form) -> None:
        typed = MarkForm(**{name: form.get(name, "") for name in MARK_FIELDS})
        await actions.return_work(writing, reader, id, member, typed)

    form, error = await do(request, space, act)
    if error is not None:
        return await _assignment(request, tx, space, id, {**form, "member": str(member)}, error)
    return Redirect(f"/mon-ecole/{space}/devoirs/{id}", status_code=303)


async def _assignment(
    request: AnyRequest, tx: Tx, space: int, id: UUID, form: Form, error: HubError | None
) -> Response[str]:
    reader = await enter_page(request, tx, space)
    found = await (actions.seek_post if error else actions.find_post)(tx, id)
    task = await actions.seek_task(tx, reader, found)
    shared: dict[str, Any] = {
        "space": space,
        "post": found,
        "zone": await actions.seek_zone(tx),
        **said(request, form, error),
    }
    if task is not None:
        return page(request, "classwork/task.html", task=task, **shared)
    await actions.find_place(tx, reader, found.classroom, actions.TEACHER)
    marks = await actions.list_marks(tx, found)
    return page(request, "classwork/marks.html", marks=marks, **shared)


@get(
    OWN + "/devoirs/de/{member:uuid}",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def show_older(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    member: FromPath[UUID],
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    """The older assignments of a pupil, for themselves or a parent."""
    reader = await enter_page(request, tx, space)
    pupil = await actions.find_child(tx, reader, member)
    return page(
        request,
        "classwork/older.html",
        space=space,
        reader=reader,
        pupil=pupil,
        zone=await actions.seek_zone(tx),
        tasks=await actions.list_tasks(tx, pupil.id, after),
    )


handlers = (
    enter,
    close,
    show_own,
    show_class,
    write_post,
    show_assignment,
    hand_in,
    return_work,
    show_older,
)
