"""The school hands out the links: one to each person of a class, and to the parents."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.pages import AnyRequest, page
from hub.core.tokens import sign_reference
from hub.core.web import caller_of
from verticals.education import roster

DOOR = "school-door"  # the kind of signed links
LINKS = "/ecole/classes/{id:uuid}/liens"


@get(LINKS, opt=access("school"), include_in_schema=False)
async def show_links(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """The links of a class. Whoever has one is let in: only the head sees them."""
    roster.check_head(caller_of(request).role)
    found, _ = await roster.see_class(tx, id)
    people = await roster.list_people(tx, id)
    secret: bytes = request.app.state.settings.secret_key
    assert tx.tenant is not None
    links = {one.id: sign_reference(secret, DOOR, tx.tenant, one.door) for one in people}
    return page(request, "classwork/links.html", found=found, people=people, links=links)


@post(LINKS + "/{member:uuid}", opt=access("school"), include_in_schema=False)
async def renew_link(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], member: FromPath[UUID]
) -> Redirect:
    """Another link; the one before is closed."""
    await roster.renew_door(tx, member, role=caller_of(request).role)
    return Redirect(f"/ecole/classes/{id}/liens", status_code=303)


handlers = (show_links, renew_link)
