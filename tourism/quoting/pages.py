"""The offer as a page: frozen, with every cent of its price, before anything is held."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader, Tx
from hub.core.pages import page
from tourism.quoting import forms
from tourism.quoting.actions import making
from tourism.quoting.doors import enter, settings_of
from tourism.quoting.euro import euro_lines
from tourism.quoting.views import QUOTE, quote_token

Form = URLEncodedBody[dict[str, str]]
AnyRequest = Request[Any, Any, Any]


@post("/devis", opt=access(ANYBODY), include_in_schema=False)
async def choose_offer(
    request: AnyRequest, tx: NamedDependency[Tx], reader: NamedDependency[Reader], data: Form
) -> Redirect:
    """Freeze the chosen offer and show it."""
    command = forms.read_offer(data)
    house = await making.enter_house(tx, reader, command)
    quote = await making.make_quote(tx, reader, house, command)
    return Redirect(f"/devis/{quote_token(settings_of(request), quote)}", status_code=303)


@get("/devis/{token:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_quote(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> Response[str]:
    reference = enter(request, tx, QUOTE, token)
    quote = await making.find_quote(tx, reference.id)
    expired = tx.now >= quote.expires_at
    return page(
        request,
        "quoting/quote.html",
        quote=quote,
        token=token,
        expired=expired,
        euro=euro_lines(quote.breakdown, quote.property_name),
    )


handlers = (choose_offer, show_quote)
