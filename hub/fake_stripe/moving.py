"""Money that moves: transfers and their reversals, refunds, payouts that arrive or come back."""

from hub.fake_stripe.books import DAY, PLATFORM, Books, Thing
from hub.fake_stripe.connect import check_may_receive
from hub.fake_stripe.intents import SETTLE_DAYS
from hub.stripe_form.errors import Refused

ARRIVAL_DAYS = 2


def poor(message: str) -> Refused:
    return Refused(message, code="balance_insufficient")


def create_transfer(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    """From the platform's balance to a connected account; with `source_transaction`, out of one
    charge and no more than it brought."""
    del ids
    owner = books.find("account", p["destination"])
    check_may_receive(owner)
    cents = p["amount"]
    if cents < 1:
        raise Refused("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    at = _source_of(books, p, cents)
    transfer = books.add(
        "tr",
        "transfer",
        amount=cents,
        amount_reversed=0,
        reversed=False,
        currency="eur",
        destination=owner["id"],
        source_transaction=p.get("source_transaction"),
        transfer_group=p.get("transfer_group"),
        description=p.get("description"),
        metadata=p.get("metadata", {}),
        _account=account,
    )
    paid = books.add(
        "py", "charge", amount=cents, currency="eur", source_transfer=transfer["id"],
        status="succeeded", _account=owner["id"],
    )  # fmt: skip
    out = books.move(PLATFORM, "transfer", transfer["id"], -cents, available_on=at)
    into = books.move(
        owner["id"], "payment", paid["id"], cents, available_on=at, source_of=transfer["id"]
    )
    paid["balance_transaction"] = into["id"]
    transfer.update(balance_transaction=out["id"], destination_payment=paid["id"])
    books.tell("transfer.created", transfer)
    return transfer


def _source_of(books: Books, p: Thing, cents: int) -> int | None:
    given = p.get("source_transaction")
    if given is None:
        if books.funds_of(PLATFORM).available < cents:
            raise poor("You have insufficient available funds in your Stripe account.")
        return None
    charge = books.find("charge", given)
    if charge["_transferred"] + cents > charge["amount_captured"]:
        raise poor("Transfers using this transaction as a source must not exceed its amount.")
    charge["_transferred"] += cents
    books.keep(charge)
    if charge["balance_transaction"] is None:
        return books.now() + SETTLE_DAYS * DAY
    at: int = books.things[charge["balance_transaction"]]["available_on"]
    return max(at, books.now())


def reverse_transfer(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    """Back from a connected account, as long as it still has the money."""
    transfer = books.find("transfer", ids[0], account)
    left = transfer["amount"] - transfer["amount_reversed"]
    cents = p.get("amount", left)
    if cents > left or cents < 1:
        raise Refused(f"Reversal amount is greater than unreversed amount ({left})", param="amount")
    owner = transfer["destination"]
    funds = books.funds_of(owner)
    if funds.available + funds.pending < cents:
        raise poor("The connected account has insufficient balance for this reversal.")
    reversal = books.add(
        "trr", "transfer_reversal", amount=cents, currency="eur", transfer=transfer["id"],
        metadata=p.get("metadata", {}), _account=account,
    )  # fmt: skip
    line = books.move(PLATFORM, "transfer_refund", reversal["id"], cents)
    given = books.add(
        "pyr", "refund", amount=cents, currency="eur", charge=transfer["destination_payment"],
        payment_intent=None, status="succeeded", failure_reason=None, metadata={}, _account=owner,
    )  # fmt: skip
    books.move(owner, "payment_refund", given["id"], -cents, source_of=reversal["id"])
    reversal["balance_transaction"] = line["id"]
    transfer["amount_reversed"] += cents
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    books.keep(transfer)
    books.tell("transfer.reversed", transfer)
    return reversal


def create_refund(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    """Money back to the card; it waits when the balance cannot carry it."""
    del ids
    given = p.get("charge")
    if given is None:
        intent = books.find("payment_intent", p.get("payment_intent", ""), account)
        given = intent["latest_charge"] or ""
    charge = books.find("charge", given, account)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left == 0:
        raise Refused(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if charge["disputed"]:
        raise Refused(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    cents = p.get("amount", left)
    if not 0 < cents <= left:
        raise Refused(
            f"Refund amount ({cents}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )
    refund = books.add(
        "re", "refund", amount=cents, currency="eur", charge=charge["id"],
        payment_intent=charge["payment_intent"], reason=p.get("reason"), status="pending",
        balance_transaction=None, failure_reason=None, metadata=p.get("metadata", {}),
        _account=account,
    )  # fmt: skip
    charge["amount_refunded"] += cents
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    books.keep(charge)
    books.tell("refund.created", refund, account)
    _pay_refund(books, refund)
    books.tell("charge.refunded", charge, account)
    return refund


def _pay_refund(books: Books, refund: Thing) -> None:
    funds = books.funds_of(refund["_account"])
    if funds.available + funds.pending < refund["amount"]:
        return
    line = books.move(refund["_account"], "refund", refund["id"], -refund["amount"])
    refund.update(status="succeeded", balance_transaction=line["id"])
    books.keep(refund)
    books.tell("refund.updated", refund, refund["_account"])


def fail_refund(books: Books, refund: Thing) -> None:
    """The guest's bank sends a paid refund back, days later: the money is the platform's again."""
    if refund["status"] != "succeeded":
        return
    account, cents = refund["_account"], refund["amount"]
    line = books.move(account, "refund_failure", refund["id"], cents)
    refund.update(
        status="failed", failure_reason="lost_or_stolen_card",
        failure_balance_transaction=line["id"],
    )  # fmt: skip
    books.keep(refund)
    charge = books.find("charge", refund["charge"], account)
    charge["amount_refunded"] -= cents
    charge["refunded"] = False
    books.keep(charge)
    books.tell("refund.updated", refund, account)
    books.tell("refund.failed", refund, account)


def pay_waiting_refunds(books: Books) -> None:
    for refund in books.waiting("refund"):
        _pay_refund(books, refund)


def create_payout(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    del ids
    return pay_out(books, account, p["amount"], p.get("metadata", {}), automatic=False)


def pay_out(books: Books, account: str, cents: int, metadata: Thing, *, automatic: bool) -> Thing:
    """From a balance to its bank account; it arrives some days later, or comes back."""
    if books.funds_of(account).available < cents:
        raise poor("You have insufficient funds in your Stripe account for this transfer.")
    if account and not books.find("account", account)["payouts_enabled"]:
        raise Refused("Payouts are not enabled on this account.", code="payouts_not_allowed")
    payout = books.add(
        "po", "payout", amount=cents, currency="eur", automatic=automatic, status="in_transit",
        arrival_date=books.now() + ARRIVAL_DAYS * DAY, failure_code=None, failure_message=None,
        method="standard", type="bank_account", metadata=metadata, _account=account,
    )  # fmt: skip
    line = books.move(account, "payout", payout["id"], -cents)
    payout["balance_transaction"] = line["id"]
    if automatic:
        _mark_lines(books, account, payout["id"])
    books.tell("payout.created", payout, account)
    return payout


def _mark_lines(books: Books, account: str, payout: str) -> None:
    """An automatic payout says which lines it pays: all that are available and not yet paid."""
    for line in books.all("balance_transaction", account):
        if "_payout" not in line and line["available_on"] <= books.now():
            line["_payout"] = payout
            books.keep(line)


def look_after_payouts(books: Books) -> None:
    """Once a day each payable account is paid out; payouts on their way arrive or fail."""
    for account in books.all("account"):
        due = account.get("_paid_on", account["created"]) + DAY <= books.now()
        daily = account["settings"]["payouts"]["schedule"]["interval"] == "daily"
        if daily and due and account["payouts_enabled"]:
            account["_paid_on"] = books.now()
            books.keep(account)
            cents = books.funds_of(account["id"]).available
            if cents > 0:
                pay_out(books, account["id"], cents, {}, automatic=True)
    for payout in books.waiting("payout"):
        if payout["arrival_date"] <= books.now():
            _arrive(books, payout)


def _arrive(books: Books, payout: Thing) -> None:
    owner = books.things.get(payout["_account"])
    banks = owner["external_accounts"]["data"] if owner else []
    failure = banks[0]["fails"] if banks else payout.get("_fails")
    if failure is None:
        payout["status"] = "paid"
        books.keep(payout)
        books.tell("payout.paid", payout, payout["_account"])
        return
    fail_payout(books, payout, failure)


def fail_payout(books: Books, payout: Thing, failure: str) -> None:
    """The bank sends a payout back: its money is in the balance again; an account is paid nothing
    more until it names another bank."""
    owner = books.things.get(payout["_account"])
    payout.update(status="failed", failure_code=failure, failure_message="The bank sent it back.")
    line = books.move(payout["_account"], "payout_failure", payout["id"], payout["amount"])
    payout["failure_balance_transaction"] = line["id"]
    if owner is not None:
        owner["payouts_enabled"] = False
        owner["requirements"] = {**owner["requirements"], "currently_due": ["external_account"]}
        books.keep(owner)
        books.tell("account.updated", owner, owner["id"])
    books.keep(payout)
    books.tell("payout.failed", payout, payout["_account"])


def read_balance(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    del p, ids
    funds = books.funds_of(account)
    return {
        "object": "balance",
        "livemode": False,
        "available": [{"amount": funds.available, "currency": "eur"}],
        "pending": [{"amount": funds.pending, "currency": "eur"}],
    }
