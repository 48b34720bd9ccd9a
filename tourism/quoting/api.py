"""Quotes, for programs. Guests need no account: tokens are signed."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core.caller import ANYBODY, Caller, access
from hub.core.db import Reader, Tx
from hub.core.idempotency import ANYBODYS
from hub.core.pages import AnyRequest
from hub.core.web import answer_once
from tourism.quoting import policy
from tourism.quoting.actions import making
from tourism.quoting.doors import enter, settings_of
from tourism.quoting.models import MakeQuote
from tourism.quoting.views import QUOTE, QuoteView, view_quote


@post("/api/v1/quotes", opt=access(ANYBODY), tags=["Booking"], summary="Make a quote")
async def make_quote(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
    data: JSONBody[MakeQuote],
) -> Response[QuoteView]:
    """A frozen offer with its whole breakdown, for 30 minutes. 403 `forbidden` for a channel that
    is not the caller's."""
    policy.check_channel(data.channel, caller.organisation_kind)
    house = await making.enter_house(tx, reader, data)

    async def act() -> QuoteView:
        quote = await making.make_quote(tx, reader, house, data)
        return view_quote(settings_of(request), quote)

    return await answer_once(tx, request, act, scope=ANYBODYS)


@get("/api/v1/quotes/{token:str}", opt=access(ANYBODY), tags=["Booking"], summary="See a quote")
async def see_quote(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> QuoteView:
    reference = enter(request, tx, QUOTE, token)
    return view_quote(settings_of(request), await making.find_quote(tx, reference.id))
