"""The way to a tool and back: a page of the school sets out, the tool asks, the browser brings it a
signed message; a teacher who chose there comes back with the tool's answer."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.frame import CONTENT_SECURITY_POLICY
from hub.core.pages import AnyRequest, language_of, make_url, page
from hub.core.settings import Settings
from verticals.education.classwork.pages.own import OWN, enter_page
from verticals.education.classwork.pages.sessions import PRIVATE
from verticals.education.lti_launch.actions import launching, placing
from verticals.education.lti_launch.models import Asked
from verticals.education.lti_tools import Addresses, ToolUnknown

AUTHORISE, CHOSEN = OWN + "/lti/autorisation", OWN + "/lti/choix"
ASKED = Asked.__struct_fields__
# What tools send by a browser comes from their pages: its own signature stands for a form's token.
FROM_TOOLS = {**access(ANYBODY, writes=False), "exclude_from_csrf": True}


def addresses_of(request: AnyRequest, space: int) -> Addresses:
    """Where the school's platform is. Raises `ToolUnknown`."""
    if not 0 < space < 2**31:
        raise ToolUnknown()
    settings: Settings = request.app.state.settings
    return Addresses(site=settings.public_url, space=space)


@get(
    OWN + "/outils/{id:uuid}/ouvrir",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def open_link(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], id: FromPath[UUID]
) -> Redirect:
    """Open an activity. Nothing is written by it: a link, so that the page that has it need not
    allow its forms to leave the site."""
    reader = await enter_page(request, tx, space)
    secret = request.app.state.settings.secret_key
    address = await launching.open_link(tx, reader, id, addresses_of(request, space), secret)
    return Redirect(address, status_code=303)


@get(
    OWN + "/classes/{id:uuid}/outils/{tool:uuid}/choisir",
    opt=access(ANYBODY),
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def open_choice(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    space: FromPath[int],
    id: FromPath[UUID],
    tool: FromPath[UUID],
) -> Redirect:
    """Choose in a tool for a class."""
    reader = await enter_page(request, tx, space)
    secret, at = request.app.state.settings.secret_key, addresses_of(request, space)
    address = await launching.open_choice(tx, reader, tool, id, at, secret)
    return Redirect(address, status_code=303)


@get(AUTHORISE, opt=access(ANYBODY), response_headers=PRIVATE, include_in_schema=False)
async def authorise(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[str]:
    """The signed message, in a form that goes to the tool by itself; by a button without script."""
    reader = await enter_page(request, tx, space)
    asked = Asked(**{name: request.query_params.get(name, "") for name in ASKED})
    secret, at = request.app.state.settings.secret_key, addresses_of(request, space)
    language = language_of(request)
    signed = await launching.authorise(tx, reader, asked, at, secret, language)
    answer = page(request, "lti_launch/go.html", signed=signed)
    answer.headers["content-security-policy"] = _policy(signed.origins)
    return answer


@post(AUTHORISE, opt=FROM_TOOLS, response_headers=PRIVATE, include_in_schema=False)
async def authorise_by_form(request: AnyRequest, space: FromPath[int]) -> Redirect:
    """The same, asked by a form (OpenID Connect Core 3.1.2.1): a browser brings no cookie of ours
    with a form of another site, but it does on the way that this sends it."""
    form = await request.form()
    asked = {name: str(form[name]) for name in ASKED if name in form}
    path = addresses_of(request, space).authorisation
    return Redirect(make_url(path, **asked), status_code=303)


@post(
    CHOSEN,
    opt={**access(ANYBODY), "exclude_from_csrf": True},
    response_headers=PRIVATE,
    include_in_schema=False,
)
async def take_choice(request: AnyRequest, space: FromPath[int]) -> Response[Any]:
    """Place what a tool let its teacher choose, and show it."""
    settings: Settings = request.app.state.settings
    at = addresses_of(request, space)
    taken = await placing.take_choice(
        request.app.state.database,
        at,
        str((await request.form()).get("JWT", "")),
        secret=settings.secret_key,
        loopback=settings.allow_loopback,
    )
    told = {"places": taken.placed, "laisses": taken.left or None}
    return Redirect(make_url(at.home(taken.classroom), **told), status_code=303)


def _policy(origins: tuple[str, ...]) -> str:
    """The page's own policy, whose form may go to this tool."""
    own = "form-action 'self'"
    assert own in CONTENT_SECURITY_POLICY
    return CONTENT_SECURITY_POLICY.replace(own, " ".join((own, *dict.fromkeys(origins))))


handlers = (open_link, open_choice, authorise, authorise_by_form, take_choice)
