"""Stripe's own test cards, by the number that a person types and the token that a program sends."""

import msgspec


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What a card does. `decline` is the code of its refusal, `three_d` whether the bank asks its
    holder (`always`: even after it was set up), `later` the code of a refusal without its holder,
    `dispute` whether the payment is disputed at once."""

    brand: str = "visa"
    last4: str
    decline: str | None = None
    three_d: bool = False
    always: bool = False
    later: str | None = None
    dispute: bool = False
    at_once: bool = False


TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_bypassPending": "4000000000000077",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_threeDSecure2Required": "4000000000003220",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_createDispute": "4000000000000259",
}
CARDS = {
    "4242424242424242": Card(last4="4242"),
    "5555555555554444": Card(brand="mastercard", last4="4444"),
    "4000000000000077": Card(last4="0077", at_once=True),
    "4000000000000002": Card(last4="0002", decline="generic_decline"),
    "4000000000009995": Card(last4="9995", decline="insufficient_funds"),
    "4000000000003220": Card(last4="3220", three_d=True),
    "4000002500003155": Card(last4="3155", three_d=True),
    "4000002760003184": Card(last4="3184", three_d=True, always=True),
    "4000000000000341": Card(last4="0341", later="generic_decline"),
    "4000000000000259": Card(last4="0259", dispute=True),
}
# Bank accounts: what a payout to them meets.
IBANS = {
    "FR1420041010050500013M02606": None,
    "FR3020041010050500013M02609": "no_account",
    "FR8420041010050500013M02607": "account_closed",
}


def number_of(method: str) -> str | None:
    """The card behind a token or a kept payment method's number."""
    return TOKENS.get(method)
