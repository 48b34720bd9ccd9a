"""The school hands out the links: one to each person of a class, and to the parents."""

from collections.abc import Mapping
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.pages import AnyRequest, page
from hub.core.web import caller_of
from verticals.education import roster
from verticals.education.classwork import policy
from verticals.education.classwork.pages.sessions import PRIVATE, home_of

LINKS = "/ecole/classes/{id:uuid}/liens"


@get(LINKS, opt=access("school"), response_headers=PRIVATE, include_in_schema=False)
async def show_links(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """Who of a class has a link. Whoever holds one is let in: only the head gives them."""
    return await _links(request, tx, id, {})


@post(LINKS, opt=access("school"), response_headers=PRIVATE, include_in_schema=False)
async def give_links(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """Links for those who have none; this answer alone shows them."""
    secret, role = request.app.state.settings.secret_key, caller_of(request).role
    return await _links(
        request, tx, id, await roster.give_links(tx, id, secret, await _key(request), role=role)
    )


@post(
    LINKS + "/{member:uuid}",
    opt=access("school"),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def renew_link(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], member: FromPath[UUID]
) -> Response[str]:
    """Another link, which this answer alone shows; the one before is closed."""
    secret, role = request.app.state.settings.secret_key, caller_of(request).role
    return await _links(
        request, tx, id, await roster.renew_link(tx, member, secret, await _key(request), role=role)
    )


@post(LINKS + "/{member:uuid}/fermer", opt=access("school"), include_in_schema=False)
async def end_link(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], member: FromPath[UUID]
) -> Redirect:
    """It opens nothing any more."""
    await roster.end_link(tx, member, role=caller_of(request).role)
    return Redirect(f"/ecole/classes/{id}/liens", status_code=303)


async def _key(request: AnyRequest) -> UUID:
    return policy.read_key(str((await request.form()).get("idempotency_key", "")))


async def _links(request: AnyRequest, tx: Tx, id: UUID, shown: Mapping[UUID, str]) -> Response[str]:
    found, _ = await roster.see_class(tx, id)
    people = await roster.list_people(tx, id)
    linked = await roster.list_links(tx, people, role=caller_of(request).role)
    assert tx.tenant is not None
    base = f"{home_of(tx.tenant)}/entrer"
    return page(
        request,
        "classwork/links.html",
        found=found,
        people=people,
        linked=linked,
        shown={member: f"{base}/{link}" for member, link in shown.items()},
        site=request.app.state.settings.public_url,
    )


handlers = (show_links, give_links, renew_link, end_link)
