"""The patient's page: keep a document, share it for a time, see who opened it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import SIGNED_IN, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of, headers_of
from verticals.health import agenda, patients
from verticals.health.documents import actions, policy
from verticals.health.documents.errors import DocumentUnknown
from verticals.health.documents.models import KeepDocument, Opened, Share
from verticals.health.patients.forms import PRIVATE, Form, do_form, key_of, own_id

OWN = "/rendez-vous/{space:int}/pieces"
BODY_BYTES = policy.MOST_BYTES + 100_000
TAKES_BACK = {"reprendre", "supprimer"}
Act = Callable[[Tx, Form, UUID], Awaitable[bool]]


@get(OWN, opt=access(SIGNED_IN), response_headers=[PRIVATE], include_in_schema=False)
async def show_own(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[str]:
    """One's own documents here."""
    return await _own(request, tx, space, "", {}, None)


@post(
    OWN,
    opt=access(SIGNED_IN),
    request_max_body_size=BODY_BYTES,
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def keep(request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]) -> Response[Any]:
    """Keep a file, and share it at once where somebody is chosen."""
    value = (await request.form()).get("file")
    content = await _content(value)

    async def act(writing: Tx, form: Form, patient: UUID) -> bool:
        key = key_of(form)
        document = own_id(request, "document", space, f"{patient}:{key}")
        said = KeepDocument(title=form.get("title", ""), content=content)
        new = await actions.keep_document(writing, document, patient, said)
        if form.get("practitioner"):
            share = Share(practitioner=form["practitioner"], days=form.get("days", ""))
            consent = own_id(request, "consent", space, f"{patient}:{key}")
            await actions.share(writing, consent, document, patient, share)
        return new

    return await _done(request, tx, space, "keep", act)


@post(
    OWN + "/{id:uuid}/{does:str}",
    opt=access(SIGNED_IN),
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def change(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    does: FromPath[str],
) -> Response[Any]:
    """Share a document (`partager`), delete it (`supprimer`), or take a consent back
    (`reprendre`)."""

    async def act(writing: Tx, form: Form, patient: UUID) -> bool:
        if does == "reprendre":
            return await actions.revoke(writing, id, patient)
        if does == "supprimer":
            await actions.delete_document(writing, id, patient)
            return True
        if does != "partager":
            raise DocumentUnknown()
        share = Share(practitioner=form.get("practitioner", ""), days=form.get("days", ""))
        consent = own_id(request, "consent", space, f"{patient}:{key_of(form)}")
        return await actions.share(writing, consent, id, patient, share)

    return await _done(request, tx, space, str(id), act, keeps=does not in TAKES_BACK)


@get(OWN + "/{id:uuid}", opt=access(SIGNED_IN), response_headers=[PRIVATE], include_in_schema=False)
async def take(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Response[bytes]:
    """Take one's own document away."""
    await agenda.enter_practice(tx, space)
    known = await _known(request, tx)
    return give(await actions.take_own(tx, id, known.id))


def give(opened: Opened) -> Response[bytes]:
    """A file to keep, that no browser runs."""
    name = policy.name_file(opened.title, opened.media_type)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(opened.content, media_type=opened.media_type, headers=headers)


async def _content(value: object) -> bytes:
    if not isinstance(value, UploadFile):
        return b""
    try:
        return await value.read(policy.MOST_BYTES + 1)
    finally:
        await value.close()


async def _known(request: AnyRequest, tx: Tx) -> patients.Patient:
    """The patient who the caller is here. Raises `DocumentUnknown`."""
    person = caller_of(request).person
    known = None if person is None else await patients.find_of_person(tx, person)
    if known is None:
        raise DocumentUnknown("Book an appointment first: the practice does not know you yet.")
    return known


async def _done(
    request: AnyRequest, tx: Tx, space: int, about: str, act: Act, *, keeps: bool = True
) -> Response[Any]:
    async def do(writing: Tx, form: Form) -> bool:
        await agenda.find_practice(writing)
        return await act(writing, form, (await _known(request, writing)).id)

    if not 0 < space < 2**31:
        raise DocumentUnknown()
    form, new, error = await do_form(request, do, space=space, keeps=keeps)
    if error is not None:
        return await _own(request, tx, space, about, form, error)
    place = f"/rendez-vous/{space}/pieces"
    return Redirect(place, status_code=303, headers=headers_of(replayed=not new))


async def _own(
    request: AnyRequest, tx: Tx, space: int, about: str, typed: Form, error: HubError | None
) -> Response[str]:
    practice = await agenda.enter_practice(tx, space)
    person = caller_of(request).person
    known = None if person is None else await patients.find_of_person(tx, person)
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "documents/own.html",
        status_code=problem.status if problem else 200,
        practice=practice,
        known=known,
        documents=await actions.list_own(tx, known.id) if known else [],
        receiving=await agenda.list_practitioners(tx, agenda.SoughtPractitioners(active=True)),
        usual=policy.USUAL_DAYS,
        most=policy.MOST_DAYS,
        now=tx.now,
        about=about,
        typed=typed,
        problem=problem,
    )


handlers = (show_own, keep, change, take)
