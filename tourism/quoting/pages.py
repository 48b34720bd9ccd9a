"""The offer as a page: frozen, with every cent of its price, before anything is held."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Reader, Tx
from hub.core.pages import page
from hub.core.problems import Problem, describe_problem
from tourism.quoting import forms
from tourism.quoting.actions import making
from tourism.quoting.doors import enter, settings_of
from tourism.quoting.errors import StayInvalid
from tourism.quoting.euro import euro_lines
from tourism.quoting.models import Quote
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
    typed: dict[str, str] = {}
    for number, room in enumerate(quote.breakdown.rooms, start=1):
        typed |= forms.write_supplements(room.chosen, number)
    return _show(request, quote, token, typed, tx.now >= quote.expires_at)


@post("/devis/{token:str}/supplements", opt=access(ANYBODY), include_in_schema=False)
async def choose_supplements(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    token: FromPath[str],
    data: Form,
) -> Response[Any]:
    """Another offer of the same stay, with what is ticked; a mistake is told beside it."""
    reference = enter(request, tx, QUOTE, token)
    quote = await making.find_quote(tx, reference.id)
    try:
        rooms = range(1, len(quote.breakdown.rooms) + 1)
        chosen = [forms.read_supplements(data, number) for number in rooms]
        made = await making.choose_supplements(tx, reader, quote, chosen)
    except StayInvalid as error:
        problem = describe_problem(error, request.url.path)
        return _show(request, quote, token, data, tx.now >= quote.expires_at, problem)
    return Redirect(f"/devis/{quote_token(settings_of(request), made)}#price", status_code=303)


def _show(
    request: AnyRequest,
    quote: Quote,
    token: str,
    typed: Mapping[str, str],
    expired: bool,
    problem: Problem | None = None,
) -> Response[str]:
    return page(
        request,
        "quoting/quote.html",
        status_code=problem.status if problem else 200,
        quote=quote,
        token=token,
        typed=typed,
        expired=expired,
        problem=problem,
        euro=euro_lines(quote.breakdown, quote.property_name),
    )


handlers = (choose_offer, show_quote, choose_supplements)
