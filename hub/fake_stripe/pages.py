"""The hosted pages: to pay or leave a card, to answer one's bank, to become payable; an overview.

They stand where Stripe's own pages stand, run no script, and take Stripe's test cards only.
"""

from functools import cache
from typing import Any

import jinja2
from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.i18n import money
from hub.fake_stripe import checkout, connect, intents
from hub.fake_stripe.books import Books, Thing
from hub.fake_stripe.cards import CARDS, IBANS
from hub.fake_stripe.words import choose, speaker
from hub.stripe_form.errors import Refused

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
SHOWN = 12


@cache
def _templates(language: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hub.fake_stripe"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["money"] = lambda cents: money(cents, language)
    environment.globals["_"] = speaker(language)  # pyright: ignore[reportArgumentType]
    environment.globals["language"] = language  # pyright: ignore[reportArgumentType]
    return environment


def _page(
    request: AnyRequest, name: str, status: int = 200, /, *, asked: str | None = None, **values: Any
) -> Response[str]:
    """A page in the language that its maker asked for, or else the reader's own."""
    language = choose(asked, request.headers.get("accept-language", ""))
    text = _templates(language).get_template(name).render(values)
    return Response(text, status_code=status, media_type="text/html")


def _books(request: AnyRequest) -> Books:
    books: Books = request.app.state.fake.books
    books.tick()
    return books


def _url(session: Thing, name: str) -> str:
    return (session[name] or "/").replace("{CHECKOUT_SESSION_ID}", session["id"])


@get("/checkout/{id:str}")
async def show_checkout(request: AnyRequest, id: FromPath[str]) -> Response[Any]:
    """The hosted card page."""
    return _checkout(request, _books(request).find("checkout.session", id), None)


def _checkout(request: AnyRequest, session: Thing, problem: str | None) -> Response[str]:
    closed = session["status"] != "open"
    return _page(
        request,
        "checkout.html",
        410 if closed else 402 if problem else 200,
        asked=session["locale"],
        session=session,
        closed=closed,
        back=_url(session, "success_url" if session["status"] == "complete" else "cancel_url"),
        problem=problem,
        cards=CARDS,
    )


@post("/checkout/{id:str}")
async def give_card(request: AnyRequest, id: FromPath[str], data: Form) -> Response[Any] | Redirect:
    books = _books(request)
    session = books.find("checkout.session", id)
    number = "".join(data.get("number", "").split())
    if number not in CARDS:
        return _checkout(request, session, "Ce numéro n'est pas celui d'une carte de test.")
    try:
        intent = checkout.give_card(books, session, number)
    except Refused as refused:
        books.save()
        return _checkout(
            request,
            session,
            _DECLINED.get(refused.body["error"].get("decline_code"), "La carte est refusée."),
        )
    books.save()
    if intent["status"] == "requires_action":
        return Redirect(f"/3ds/{intent['id']}", status_code=303)
    return Redirect(_url(session, "success_url"), status_code=303)


_DECLINED = {
    "generic_decline": "La banque refuse cette carte. Essayez-en une autre.",
    "insufficient_funds": "Provision insuffisante. Essayez une autre carte.",
}


def _intent(books: Books, id: str) -> Thing:
    return books.find("setup_intent" if id.startswith("seti_") else "payment_intent", id)


@get("/3ds/{id:str}")
async def show_bank(request: AnyRequest, id: FromPath[str]) -> Response[str]:
    """The page of the holder's bank."""
    books = _books(request)
    intent = _intent(books, id)
    method = books.things.get(intent["payment_method"] or "")
    session = checkout.session_of(books, id)
    asked = session["locale"] if session else None
    return _page(
        request, "bank.html", asked=asked, intent=intent, card=method["card"] if method else None
    )


@post("/3ds/{id:str}")
async def answer_bank(
    request: AnyRequest, id: FromPath[str], data: Form
) -> Response[Any] | Redirect:
    books = _books(request)
    intent = _intent(books, id)
    accepted = data.get("answer") == "accept"
    answer = intents.answer_setup if intent["object"] == "setup_intent" else intents.answer_holder
    intent = answer(books, intent, accepted=accepted)
    session = checkout.session_of(books, id)
    if session is not None:
        checkout.finish(books, session, intent)
    books.save()
    if session is None:
        return Redirect(intent["_return_url"] or "/", status_code=303)
    if session["status"] == "complete":
        return Redirect(_url(session, "success_url"), status_code=303)
    return _checkout(request, session, "Votre banque n'a pas confirmé le paiement. Essayez encore.")


@get("/onboarding/{id:str}")
async def show_onboarding(request: AnyRequest, id: FromPath[str]) -> Response[Any] | Redirect:
    """What an account must still give to be paid; an old link is renewed by who made it."""
    books = _books(request)
    link = books.find("account_link", id)
    if link["expires_at"] <= books.now():
        return Redirect(link["_refresh_url"], status_code=303)
    account = books.find("account", link["_owner"])
    return _page(request, "onboarding.html", link=link, account=account, ibans=IBANS, problem=None)


@post("/onboarding/{id:str}")
async def give_account(
    request: AnyRequest, id: FromPath[str], data: Form
) -> Response[Any] | Redirect:
    books = _books(request)
    link = books.find("account_link", id)
    account = books.find("account", link["_owner"])
    iban = "".join(data.get("iban", "").split()).upper()
    if iban not in IBANS or data.get("kind") not in {"company", "individual", "non_profit"}:
        said = "Prenez un des IBAN de test, et dites qui vous êtes."
        return _page(
            request, "onboarding.html", 400, link=link, account=account, ibans=IBANS, problem=said
        )
    connect.complete(books, account, iban, data["kind"])
    books.save()
    return Redirect(link["_return_url"], status_code=303)


@get("/accounts/{id:str}")
async def show_account(request: AnyRequest, id: FromPath[str]) -> Response[str]:
    """An account's own figures."""
    books = _books(request)
    account = books.find("account", id)
    payouts = list(reversed(books.all("payout", id)))[:SHOWN]
    return _page(
        request, "account.html", account=account, funds=books.funds_of(id), payouts=payouts
    )


@get("/")
async def show_overview(request: AnyRequest) -> Response[str]:
    """What the fake holds, for who looks at the demonstration."""
    books = _books(request)
    kinds = ("payment_intent", "transfer", "refund", "payout", "event")
    newest = {
        kind: [books.things[id] for id in books.kinds.get(kind, [])[:-SHOWN:-1]] for kind in kinds
    }
    return _page(
        request,
        "overview.html",
        funds=books.funds_of(""),
        accounts=books.all("account"),
        newest=newest,
        wrong=request.app.state.fake.refusals()[-SHOWN:],
        waiting=len(books.deliveries),
        now=books.now(),
    )


handlers = (
    show_checkout,
    give_card,
    show_bank,
    answer_bank,
    show_onboarding,
    give_account,
    show_account,
    show_overview,
)
