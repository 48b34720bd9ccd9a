"""Every address of the API that the fake knows: the SDK's name of its parameters, and its act."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from hub.fake_stripe import checkout, connect, intents, methods, moving
from hub.fake_stripe.books import Books, Thing, shown
from hub.stripe_form.errors import Refused

Act = Callable[[Books, Thing, list[str], str], Thing]
LIST_MOST = 100


class Route(msgspec.Struct, frozen=True):
    """An address, the TypedDict of its parameters, and its act."""

    method: str
    path: str
    params: str
    act: Act

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("/v1/" + re.sub(r":\w+", r"([^/]+)", self.path) + "$")


def _retrieve(kind: str, *, own: bool = True) -> Act:
    def act(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
        del p
        return books.find(kind, ids[-1], account if own else "")

    return act


def _list(kind: str, *filters: str) -> Act:
    def act(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
        wanted = {name: p[name] for name in filters if name in p}
        if ids:
            wanted["transfer"] = books.find("transfer", ids[0], account)["id"]
        types = p.get("types")
        found = [
            thing
            for thing in reversed(books.all(kind, account))
            if _fits(thing, wanted, p) and (types is None or thing["type"] in types)
        ]
        return _page(found, p, kind)

    return act


def _fits(thing: Thing, wanted: Thing, p: Thing) -> bool:
    for name, value in wanted.items():
        if thing.get("_payout" if name == "payout" else name) != value:
            return False
    since: Any = p.get("created") or {}
    if isinstance(since, dict):
        after, before = since.get("gte", 0), since.get("lte", 1 << 60)
        at: int = thing["created"]
        return after <= at <= before and since.get("gt", -1) < at < since.get("lt", 1 << 60)
    return thing["created"] == since


def _page(found: list[Thing], p: Thing, kind: str) -> Thing:
    start = p.get("starting_after")
    if start is not None:
        places = [place for place, thing in enumerate(found) if thing["id"] == start]
        if not places:
            raise Refused(
                f"No such {kind}: '{start}'", code="resource_missing", param="starting_after"
            )
        found = found[places[0] + 1 :]
    most = min(p.get("limit", 10), LIST_MOST)
    return {"object": "list", "url": "/v1", "has_more": len(found) > most, "data": found[:most]}


def _modify(kind: str) -> Act:
    def act(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
        thing = books.find(kind, ids[-1], account)
        thing["metadata"] = {**thing["metadata"], **p.get("metadata", {})}
        books.keep(thing)
        return thing

    return act


ROUTES = (
    Route("POST", "accounts", "AccountCreateParams", connect.create_account),
    Route("GET", "accounts", "AccountListParams", _list("account")),
    Route("GET", "accounts/:id", "AccountRetrieveParams", _retrieve("account", own=False)),
    Route("POST", "accounts/:id", "AccountUpdateParams", connect.update_account),
    Route("POST", "accounts/:id/login_links", "AccountCreateLoginLinkParams", connect.login_link),
    Route("POST", "account_links", "AccountLinkCreateParams", connect.create_link),
    Route("POST", "customers", "CustomerCreateParams", methods.create_customer),
    Route("GET", "customers/:id", "CustomerRetrieveParams", _retrieve("customer")),
    Route("POST", "payment_methods", "PaymentMethodCreateParams", methods.create_method),
    Route("GET", "payment_methods/:id", "PaymentMethodRetrieveParams", _retrieve("payment_method")),
    Route("POST", "payment_methods/:id/attach", "PaymentMethodAttachParams", methods.attach_method),
    Route("POST", "payment_methods/:id/detach", "PaymentMethodDetachParams", methods.detach_method),
    Route("POST", "payment_intents", "PaymentIntentCreateParams", intents.create_intent),
    Route("GET", "payment_intents", "PaymentIntentListParams", _list("payment_intent", "customer")),
    Route("GET", "payment_intents/:id", "PaymentIntentRetrieveParams", _retrieve("payment_intent")),
    Route("POST", "payment_intents/:id", "PaymentIntentUpdateParams", _modify("payment_intent")),
    Route(
        "POST", "payment_intents/:id/confirm", "PaymentIntentConfirmParams", intents.confirm_intent
    ),
    Route(
        "POST", "payment_intents/:id/capture", "PaymentIntentCaptureParams", intents.capture_intent
    ),
    Route("POST", "payment_intents/:id/cancel", "PaymentIntentCancelParams", intents.cancel_intent),
    Route("POST", "setup_intents", "SetupIntentCreateParams", intents.create_setup),
    Route("GET", "setup_intents/:id", "SetupIntentRetrieveParams", _retrieve("setup_intent")),
    Route("POST", "setup_intents/:id/confirm", "SetupIntentConfirmParams", intents.confirm_setup),
    Route("POST", "setup_intents/:id/cancel", "SetupIntentCancelParams", intents.cancel_setup),
    Route("POST", "checkout/sessions", "checkout.SessionCreateParams", checkout.create_session),
    Route(
        "GET",
        "checkout/sessions/:id",
        "checkout.SessionRetrieveParams",
        _retrieve("checkout.session"),
    ),
    Route(
        "POST",
        "checkout/sessions/:id/expire",
        "checkout.SessionExpireParams",
        checkout.expire_session,
    ),
    Route(
        "GET",
        "charges",
        "ChargeListParams",
        _list("charge", "payment_intent", "customer", "transfer_group"),
    ),
    Route("GET", "charges/:id", "ChargeRetrieveParams", _retrieve("charge")),
    Route("POST", "transfers", "TransferCreateParams", moving.create_transfer),
    Route(
        "GET", "transfers", "TransferListParams", _list("transfer", "destination", "transfer_group")
    ),
    Route("GET", "transfers/:id", "TransferRetrieveParams", _retrieve("transfer")),
    Route(
        "POST", "transfers/:id/reversals", "TransferReversalCreateParams", moving.reverse_transfer
    ),
    Route(
        "GET", "transfers/:id/reversals", "TransferReversalListParams", _list("transfer_reversal")
    ),
    Route("POST", "refunds", "RefundCreateParams", moving.create_refund),
    Route("GET", "refunds", "RefundListParams", _list("refund", "charge", "payment_intent")),
    Route("GET", "refunds/:id", "RefundRetrieveParams", _retrieve("refund")),
    Route("GET", "disputes", "DisputeListParams", _list("dispute", "charge", "payment_intent")),
    Route("GET", "disputes/:id", "DisputeRetrieveParams", _retrieve("dispute")),
    Route("POST", "disputes/:id", "DisputeUpdateParams", intents.answer_dispute),
    Route("POST", "payouts", "PayoutCreateParams", moving.create_payout),
    Route("GET", "payouts", "PayoutListParams", _list("payout", "status")),
    Route("GET", "payouts/:id", "PayoutRetrieveParams", _retrieve("payout")),
    Route("GET", "balance", "BalanceRetrieveParams", moving.read_balance),
    Route(
        "GET",
        "balance_transactions",
        "BalanceTransactionListParams",
        _list("balance_transaction", "payout", "type", "source"),
    ),
    Route(
        "GET",
        "balance_transactions/:id",
        "BalanceTransactionRetrieveParams",
        _retrieve("balance_transaction"),
    ),
    Route("GET", "events", "EventListParams", _list("event", "type")),
    Route("GET", "events/:id", "EventRetrieveParams", _retrieve("event")),
)
_PATTERNS = [(route, route.pattern) for route in ROUTES]


def find_route(method: str, path: str) -> tuple[Route, list[str]]:
    """The route of an address, and the ids in it; raises `Refused` as Stripe does."""
    for route, pattern in _PATTERNS:
        found = pattern.match(path)
        if route.method == method and found:
            return route, list(found.groups())
    raise Refused(f"Unrecognized request URL ({method}: {path}).", status=404)


def expand(books: Books, thing: Thing, paths: list[str]) -> Thing:
    """The answer with the objects asked for in the place of their ids."""
    answer = shown(thing)
    for path in paths:
        _expand_one(books, answer, path.split("."))
    return answer


def _expand_one(books: Books, place: Thing, parts: list[str]) -> None:
    first, *rest = parts
    value = place.get(first)
    if first == "data" and isinstance(value, list):
        for item in value:
            _expand_one(books, item, rest)
        return
    if isinstance(value, str) and value in books.things:
        value = place[first] = shown(books.things[value])
    if rest and isinstance(value, dict):
        _expand_one(books, value, rest)
