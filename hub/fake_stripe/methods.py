"""Customers and their cards."""

from typing import Any

from hub.fake_stripe.books import Books, Thing
from hub.fake_stripe.cards import CARDS, Card, number_of
from hub.stripe_form.errors import Refused, missing


def create_customer(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    del ids
    customer = books.add(
        "cus",
        "customer",
        email=p.get("email"),
        name=p.get("name"),
        metadata=p.get("metadata", {}),
        _account=account,
    )
    books.tell("customer.created", customer, account)
    return customer


def create_method(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    del ids
    card: Any = p.get("card") or {}
    number = number_of(card["token"]) if "token" in card else card.get("number")
    if number not in CARDS:
        raise Refused(
            "Your card number is incorrect.", type="card_error", status=402, code="incorrect_number"
        )
    return add_method(books, number, account)


def add_method(books: Books, number: str, account: str) -> Thing:
    """A payment method of a test card's number."""
    card = CARDS[number]
    return books.add(
        "pm",
        "payment_method",
        type="card",
        card={"brand": card.brand, "last4": card.last4, "exp_month": 12, "exp_year": 2034},
        customer=None,
        metadata={},
        _number=number,
        _authenticated=False,
        _account=account,
    )


def take_method(books: Books, given: str, account: str) -> Thing:
    """The payment method of an id, or a new one of a test token."""
    number = number_of(given)
    if number is not None:
        return add_method(books, number, account)
    if given not in books.things:
        raise missing(given, "PaymentMethod")
    method = books.find("payment_method", given, account)
    if method.get("_detached"):
        raise Refused(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer "
            "attachment or was detached from a Customer, and may not be used again.",
            code="payment_method_unexpected_state",
        )
    return method


def card_of(method: Thing) -> Card:
    return CARDS[method["_number"]]


def attach_method(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    method = take_method(books, ids[0], account)
    method["customer"] = books.find("customer", p["customer"], account)["id"]
    books.keep(method)
    return method


def detach_method(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    """The card is forgotten: it can never be used again."""
    del p
    method = books.find("payment_method", ids[0], account)
    if method["customer"] is None:
        raise Refused(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible.",
            code="payment_method_unexpected_state",
        )
    method.update(customer=None, _detached=True)
    books.keep(method)
    books.tell("payment_method.detached", method, account)
    return method
