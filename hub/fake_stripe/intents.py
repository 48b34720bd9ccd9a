"""Payments: intents with 3-D Secure and captures, the charges that they make, set-ups for later."""

from typing import Any

from hub.fake_stripe.books import DAY, Books, Thing, shown
from hub.fake_stripe.methods import card_of, take_method
from hub.stripe_form.errors import Refused

FEE_BPS, FEE_CENTS = 150, 25
SETTLE_DAYS = 2
BOOKED_AFTER_S = 60  # what is captured by the way is in the balance later; Stripe says: in an hour
LEAST_CENTS = 50
DISPUTE_CENTS = 2_000
OPEN = frozenset(
    {"requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"}
)
WAITING = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


def create_intent(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    del ids
    if p["amount"] < LEAST_CENTS:
        raise Refused("Amount must be at least €0.50 eur", code="amount_too_small", param="amount")
    intent = books.add("pi", "payment_intent", **_intent_fields(p), _account=account)
    intent["client_secret"] = f"{intent['id']}_secret"
    if p.get("payment_method"):
        method = take_method(books, p["payment_method"], account)
        _check_holder(intent, method)
        intent["payment_method"] = method["id"]
        intent["status"] = "requires_confirmation"
    books.tell("payment_intent.created", intent, account)
    return confirm(books, intent, p) if p.get("confirm") else intent


def _check_holder(intent: Thing, method: Thing) -> None:
    """A card that was kept for somebody is charged for nobody else."""
    if method["customer"] not in {None, intent["customer"]}:
        raise Refused(
            f"The customer does not have a payment method with the ID {method['id']}.",
            code="resource_missing",
            param="payment_method",
        )


def _intent_fields(p: Thing) -> Thing:
    return {
        "amount": p["amount"],
        "amount_received": 0,
        "amount_capturable": 0,
        "currency": p["currency"],
        "status": "requires_payment_method",
        "customer": p.get("customer"),
        "payment_method": None,
        "capture_method": p.get("capture_method", "automatic_async"),
        "setup_future_usage": p.get("setup_future_usage"),
        "latest_charge": None,
        "last_payment_error": None,
        "next_action": None,
        "transfer_group": p.get("transfer_group"),
        "description": p.get("description"),
        "metadata": p.get("metadata", {}),
        "canceled_at": None,
        "cancellation_reason": None,
        "_return_url": p.get("return_url"),
    }


def confirm_intent(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    intent = books.find("payment_intent", ids[0], account)
    if p.get("payment_method"):
        intent["payment_method"] = take_method(books, p["payment_method"], account)["id"]
    return confirm(books, intent, p)


def confirm(books: Books, intent: Thing, p: Thing) -> Thing:
    """Ask the card: it pays, its bank asks its holder, or it declines (402)."""
    _expect(intent, WAITING)
    if p.get("return_url"):
        intent["_return_url"] = p["return_url"]
    method = books.things[intent["payment_method"] or ""] if intent["payment_method"] else None
    if method is None:
        raise Refused(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    card = card_of(method)
    if card.decline:
        fail(books, intent, "card_declined", card.decline)
        raise _declined(intent)
    later = bool(p.get("off_session"))
    if later and card.later:
        fail(books, intent, "card_declined", card.later)
        raise _declined(intent)
    if card.three_d and not (later and method["_authenticated"] and not card.always):
        if later:
            fail(books, intent, "authentication_required", "authentication_required")
            raise _declined(intent)
        return _ask_holder(books, intent)
    return pay(books, intent)


def _ask_holder(books: Books, intent: Thing) -> Thing:
    intent["status"] = "requires_action"
    redirect = {"url": f"{{base}}/3ds/{intent['id']}", "return_url": intent["_return_url"]}
    intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": redirect}
    books.keep(intent)
    books.tell("payment_intent.requires_action", intent, intent["_account"])
    return intent


def answer_holder(books: Books, intent: Thing, *, accepted: bool) -> Thing:
    """The card's holder has answered the bank."""
    if intent["status"] != "requires_action":
        return intent
    intent["next_action"] = None
    if not accepted:
        fail(books, intent, "payment_intent_authentication_failure", None)
        return intent
    method = books.things[intent["payment_method"]]
    method["_authenticated"] = True
    books.keep(method)
    return pay(books, intent)


def fail(books: Books, intent: Thing, code: str, decline: str | None) -> None:
    """The payment did not happen; the intent waits for another card."""
    intent["status"] = "requires_payment_method"
    intent["next_action"] = None
    intent["last_payment_error"] = {
        "type": "card_error",
        "code": code,
        "decline_code": decline,
        "message": "Your card was declined.",
    }
    intent["payment_method"] = None
    books.keep(intent)
    books.tell("payment_intent.payment_failed", intent, intent["_account"])


def _declined(intent: Thing) -> Refused:
    error = intent["last_payment_error"]
    visible = {name: value for name, value in intent.items() if not name.startswith("_")}
    return Refused(
        error["message"],
        type="card_error",
        code=error["code"],
        status=402,
        decline_code=error["decline_code"],
        payment_intent=visible,
    )


def pay(books: Books, intent: Thing) -> Thing:
    """The card agrees: the money comes at once, or is only kept aside."""
    charge = _add_charge(books, intent)
    intent["latest_charge"] = charge["id"]
    intent["next_action"] = None
    intent["last_payment_error"] = None
    method = books.things[intent["payment_method"]]
    if intent["setup_future_usage"] and intent["customer"]:
        method["customer"] = intent["customer"]
        books.keep(method)
    if intent["capture_method"] == "manual":
        intent["status"] = "requires_capture"
        intent["amount_capturable"] = intent["amount"]
        books.keep(intent)
        books.tell("payment_intent.amount_capturable_updated", intent, intent["_account"])
        return intent
    return _capture(books, intent, charge, intent["amount"])


def _add_charge(books: Books, intent: Thing) -> Thing:
    method = books.things[intent["payment_method"]]
    return books.add(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        refunded=False,
        captured=False,
        paid=True,
        status="succeeded",
        disputed=False,
        currency=intent["currency"],
        customer=intent["customer"],
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"type": "card", "card": method["card"]},
        balance_transaction=None,
        transfer_group=intent["transfer_group"] or f"group_{intent['id']}",
        _unbooked=False,
        metadata=intent["metadata"],
        _transferred=0,
        _account=intent["_account"],
    )


def _capture(books: Books, intent: Thing, charge: Thing, cents: int) -> Thing:
    card = card_of(books.things[charge["payment_method"]])
    charge.update(captured=True, amount_captured=cents, _captured_at=books.now())
    intent.update(status="succeeded", amount_received=cents, amount_capturable=0)
    if intent["capture_method"] == "automatic_async" or books.slow:
        charge["_unbooked"] = True
    else:
        _book(books, charge, books.now())
    books.keep(charge)
    books.keep(intent)
    books.tell("charge.succeeded", charge, charge["_account"])
    books.tell("payment_intent.succeeded", intent, intent["_account"])
    if card.dispute:
        open_dispute(books, charge)
    return intent


def _book(books: Books, charge: Thing, at: int) -> None:
    """The money and its cost in the balance."""
    cents, card = charge["amount_captured"], card_of(books.things[charge["payment_method"]])
    fee = (cents * FEE_BPS + 5_000) // 10_000 + FEE_CENTS
    line = books.move(
        charge["_account"],
        "charge",
        charge["id"],
        cents,
        fee=fee,
        available_on=charge["_captured_at"] + (0 if card.at_once else SETTLE_DAYS * DAY),
        made_at=at,
    )
    charge.update(balance_transaction=line["id"], _unbooked=False)


def book_late_charges(books: Books) -> None:
    """What was captured by the way comes into the balance a little later, and is told then."""
    for charge in books.waiting("charge"):
        at = charge["_captured_at"] + BOOKED_AFTER_S
        if at <= books.now():
            _book(books, charge, at)
            books.keep(charge)
            books.tell("charge.updated", charge, charge["_account"])


def capture_intent(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    intent = books.find("payment_intent", ids[0], account)
    _expect(intent, frozenset({"requires_capture"}))
    cents = p.get("amount_to_capture", intent["amount"])
    if cents > intent["amount_capturable"]:
        raise Refused(
            "The amount is larger than what can be captured.",
            code="amount_too_large",
            param="amount_to_capture",
        )
    return _capture(books, intent, books.things[intent["latest_charge"]], cents)


def cancel_intent(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    intent = books.find("payment_intent", ids[0], account)
    _expect(intent, OPEN)
    cancel(books, intent, p.get("cancellation_reason"))
    return intent


def cancel(books: Books, intent: Thing, reason: str | None) -> None:
    intent.update(
        status="canceled", canceled_at=books.now(), cancellation_reason=reason, next_action=None
    )
    books.keep(intent)
    books.tell("payment_intent.canceled", intent, intent["_account"])


def _expect(intent: Thing, allowed: frozenset[str]) -> None:
    if intent["status"] not in allowed:
        raise Refused(
            f"This {intent['object']}'s status is {intent['status']}.",
            code=f"{intent['object']}_unexpected_state",
        )


def create_setup(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    """A card kept for later, with its holder's agreement."""
    del ids
    setup = books.add(
        "seti",
        "setup_intent",
        status="requires_payment_method",
        customer=p.get("customer"),
        payment_method=None,
        usage=p.get("usage", "off_session"),
        last_setup_error=None,
        next_action=None,
        metadata=p.get("metadata", {}),
        _return_url=p.get("return_url"),
        _account=account,
    )
    setup["client_secret"] = f"{setup['id']}_secret"
    if p.get("payment_method"):
        setup["payment_method"] = take_method(books, p["payment_method"], account)["id"]
        setup["status"] = "requires_confirmation"
    books.tell("setup_intent.created", setup, account)
    return confirm_setup_thing(books, setup) if p.get("confirm") else setup


def confirm_setup(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    setup = books.find("setup_intent", ids[0], account)
    _expect(setup, WAITING)
    if p.get("payment_method"):
        setup["payment_method"] = take_method(books, p["payment_method"], account)["id"]
    setup["_return_url"] = p.get("return_url", setup["_return_url"])
    return confirm_setup_thing(books, setup)


def confirm_setup_thing(books: Books, setup: Thing) -> Thing:
    card = card_of(books.things[setup["payment_method"]])
    if card.decline:
        setup.update(status="requires_payment_method", payment_method=None)
        setup["last_setup_error"] = {
            "type": "card_error",
            "code": "card_declined",
            "decline_code": card.decline,
        }
        books.keep(setup)
        books.tell("setup_intent.setup_failed", setup, setup["_account"])
        raise Refused(
            "Your card was declined.",
            type="card_error",
            code="card_declined",
            decline_code=card.decline,
            status=402,
        )
    if card.three_d:
        redirect = {"url": f"{{base}}/3ds/{setup['id']}", "return_url": setup["_return_url"]}
        setup["status"] = "requires_action"
        setup["next_action"] = {"type": "redirect_to_url", "redirect_to_url": redirect}
        books.keep(setup)
        return setup
    return finish_setup(books, setup)


def cancel_setup(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    setup = books.find("setup_intent", ids[0], account)
    _expect(setup, WAITING)
    setup.update(
        status="canceled", cancellation_reason=p.get("cancellation_reason"), next_action=None
    )
    books.keep(setup)
    books.tell("setup_intent.canceled", setup, account)
    return setup


def finish_setup(books: Books, setup: Thing) -> Thing:
    method = books.things[setup["payment_method"]]
    method.update(_authenticated=True, customer=setup["customer"])
    setup.update(status="succeeded", next_action=None)
    books.keep(method)
    books.keep(setup)
    books.tell("setup_intent.succeeded", setup, setup["_account"])
    return setup


def answer_setup(books: Books, setup: Thing, *, accepted: bool) -> Thing:
    if setup["status"] != "requires_action":
        return setup
    if accepted:
        return finish_setup(books, setup)
    error = {"type": "card_error", "code": "setup_intent_authentication_failure"}
    setup.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_setup_error=error,
    )
    books.keep(setup)
    books.tell("setup_intent.setup_failed", setup, setup["_account"])
    return setup


def open_dispute(books: Books, charge: Thing, *, prevented: bool = False) -> Thing:
    """The holder's bank takes the money back, with a fee, until it is decided. One that is
    `prevented` was decided against us before it was filed, and costs no fee."""
    account: Any = charge["_account"]
    dispute = books.add(
        "du",
        "dispute",
        amount=charge["amount_captured"] - charge["amount_refunded"],
        currency="eur",
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status="prevented" if prevented else "needs_response",
        evidence={},
        metadata={},
        balance_transactions=[],
        _account=account,
    )
    fee = 0 if prevented else DISPUTE_CENTS
    line = books.move(account, "adjustment", dispute["id"], -dispute["amount"], fee=fee)
    dispute["balance_transactions"] = [shown(line)]
    charge["disputed"] = True
    books.keep(dispute)
    books.keep(charge)
    books.tell("charge.dispute.created", dispute, account)
    books.tell("charge.dispute.funds_withdrawn", dispute, account)
    return dispute


def close_dispute(books: Books, dispute: Thing, *, won: bool) -> Thing:
    """The bank has decided."""
    if dispute["status"] in {"won", "lost", "prevented"}:
        return dispute
    dispute["status"] = "won" if won else "lost"
    if won:
        fee = -sum(line["fee"] for line in dispute["balance_transactions"])
        line = books.move(
            dispute["_account"], "adjustment", dispute["id"], dispute["amount"], fee=fee
        )
        dispute["balance_transactions"] = [*dispute["balance_transactions"], shown(line)]
        books.tell("charge.dispute.funds_reinstated", dispute, dispute["_account"])
    books.keep(dispute)
    books.tell("charge.dispute.closed", dispute, dispute["_account"])
    return dispute


def answer_dispute(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    """Evidence, which costs as much again as the dispute; Stripe's test words decide at once."""
    dispute = books.find("dispute", ids[0], account)
    evidence: Any = p.get("evidence") or {}
    if not dispute["evidence"]:
        line = books.move(account, "adjustment", dispute["id"], 0, fee=DISPUTE_CENTS)
        dispute["balance_transactions"] = [*dispute["balance_transactions"], shown(line)]
    dispute["evidence"] = {**dispute["evidence"], **evidence}
    dispute["status"] = "under_review"
    books.keep(dispute)
    said = evidence.get("uncategorized_text", "")
    if said in {"winning_evidence", "losing_evidence"}:
        return close_dispute(books, dispute, won=said == "winning_evidence")
    books.tell("charge.dispute.updated", dispute, account)
    return dispute
