"""The platform's own money: paid out to its bank or topped up from it, what the service bills and
corrects. Nobody asks for these by the API: a schedule, the dashboard, the service itself."""

import msgspec

from hub.fake_stripe import moving
from hub.fake_stripe.books import PLATFORM, Books


class Own(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Cents to move; an adjustment may be below zero. `payout_fails` is the code by which the bank
    will send the payout back; `return_payout` names one, of any account, that it sends back after
    it was told as arrived."""

    payout_cents: int = 0
    payout_fails: str | None = None
    return_payout: str | None = None
    topup_cents: int = 0
    fee_cents: int = 0
    adjustment_cents: int = 0


def obey(books: Books, wish: Own) -> None:
    """Each movement that is wished for; a payout only as far as there is money."""
    if wish.topup_cents:
        topup = books.add(
            "tu", "topup", amount=wish.topup_cents, currency="eur", status="succeeded", metadata={},
        )  # fmt: skip
        books.move(PLATFORM, "topup", topup["id"], wish.topup_cents)
        books.tell("topup.succeeded", topup)
    if wish.fee_cents:
        books.move(PLATFORM, "stripe_fee", None, -wish.fee_cents)
    if wish.adjustment_cents:
        books.move(PLATFORM, "adjustment", None, wish.adjustment_cents)
    cents = min(wish.payout_cents, books.funds_of(PLATFORM).available)
    if cents > 0:
        payout = moving.pay_out(books, PLATFORM, cents, {}, automatic=False)
        payout["_fails"] = wish.payout_fails
        books.keep(payout)
    if wish.return_payout:
        account = books.things.get(wish.return_payout, {}).get("_account", PLATFORM)
        payout = books.find("payout", wish.return_payout, account)
        moving.fail_payout(books, payout, "account_closed")
