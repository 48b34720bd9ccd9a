"""Hosted pages to pay or to leave a card: Checkout Sessions."""

from typing import Any

from hub.fake_stripe import intents, methods
from hub.fake_stripe.books import DAY, Books, Thing
from hub.stripe_form.errors import Refused

LEAST_S = 30 * 60


def create_session(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    del ids
    mode = p.get("mode")
    if mode not in {"payment", "setup"}:
        raise Refused("Only the modes payment and setup are known here.", param="mode")
    now = books.now()
    expires_at = p.get("expires_at", now + DAY)
    if not now + LEAST_S - 60 <= expires_at <= now + DAY:
        raise Refused(
            "`expires_at` must be between 30 minutes and 24 hours from now.", param="expires_at"
        )
    total = sum(_line_cents(line) for line in p.get("line_items") or [])
    if (mode == "payment") != (total > 0):
        raise Refused(
            "Missing required param: line_items.", code="parameter_missing", param="line_items"
        )
    if p.get("customer_email") == "":
        raise Refused("Invalid email address: ", code="email_invalid", param="customer_email")
    session = books.add(
        "cs_test",
        "checkout.session",
        mode=mode,
        status="open",
        payment_status="unpaid" if mode == "payment" else "no_payment_required",
        amount_total=total or None,
        currency=p.get("currency", "eur"),
        customer=p.get("customer"),
        customer_email=p.get("customer_email"),
        client_reference_id=p.get("client_reference_id"),
        payment_intent=None,
        setup_intent=None,
        expires_at=expires_at,
        locale=p.get("locale"),
        success_url=p.get("success_url"),
        cancel_url=p.get("cancel_url"),
        metadata=p.get("metadata", {}),
        _intent=p.get("payment_intent_data") or p.get("setup_intent_data") or {},
        _lines=[_line_name(line) for line in p.get("line_items") or []],
        _account=account,
    )
    session["url"] = f"{{base}}/checkout/{session['id']}"
    return session


def _line_cents(line: Thing) -> int:
    price: Any = line.get("price_data") or {}
    return price.get("unit_amount", 0) * line.get("quantity", 1)


def _line_name(line: Thing) -> str:
    price: Any = line.get("price_data") or {}
    return price.get("product_data", {}).get("name", "")


def give_card(books: Books, session: Thing, number: str) -> Thing:
    """The person has typed a card: the intent of the session, paid, declined or to be confirmed.

    Raises `Refused` (402) when it is declined; the session stays open for another card."""
    look_after_session(books, session)
    if session["status"] != "open":
        raise Refused("This page is no longer open.", code="session_not_open")
    account = session["_account"]
    method = methods.add_method(books, number, account)
    intent = _intent_of(books, session)
    confirm = intents.confirm_intent if session["mode"] == "payment" else intents.confirm_setup
    intent = confirm(books, {"payment_method": method["id"]}, [intent["id"]], account)
    finish(books, session, intent)
    return intent


def _intent_of(books: Books, session: Thing) -> Thing:
    name = "payment_intent" if session["mode"] == "payment" else "setup_intent"
    if session[name] is None:
        wanted = {**session["_intent"], "customer": session["customer"]}
        if session["mode"] == "payment":
            wanted.update(amount=session["amount_total"], currency=session["currency"])
            intent = intents.create_intent(books, wanted, [], session["_account"])
        else:
            intent = intents.create_setup(books, wanted, [], session["_account"])
        session[name] = intent["id"]
        books.keep(session)
    return books.things[session[name]]


def finish(books: Books, session: Thing, intent: Thing) -> None:
    """The session is over once its intent has succeeded."""
    if intent["status"] not in {"succeeded", "requires_capture"} or session["status"] != "open":
        return
    session["status"] = "complete"
    if session["mode"] == "payment":
        session["payment_status"] = "paid"
    books.keep(session)
    books.tell("checkout.session.completed", session, session["_account"])


def session_of(books: Books, intent: str) -> Thing | None:
    """The session that an intent belongs to."""
    page = books.page_of.get(intent)
    return None if page is None else books.things[page]


def expire_session(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    del p
    session = books.find("checkout.session", ids[0], account)
    if session["status"] != "open":
        raise Refused(
            f"Only open Checkout Sessions can be expired; this one is {session['status']}.",
            code="session_not_open",
        )
    _expire(books, session)
    return session


def _expire(books: Books, session: Thing) -> None:
    session.update(status="expired", url=None)
    books.keep(session)
    intent = books.things.get(session["payment_intent"] or "")
    if intent is not None and intent["status"] in intents.OPEN:
        intents.cancel(books, intent, "automatic")
    setup = books.things.get(session["setup_intent"] or "")
    if setup is not None and setup["status"] in intents.WAITING:
        intents.cancel_setup(books, {}, [setup["id"]], session["_account"])
    books.tell("checkout.session.expired", session, session["_account"])


def look_after_session(books: Books, session: Thing) -> None:
    if session["status"] == "open" and session["expires_at"] <= books.now():
        _expire(books, session)


def look_after_sessions(books: Books) -> None:
    """Pages whose time is over close by themselves."""
    for session in books.waiting("checkout.session"):
        look_after_session(books, session)
