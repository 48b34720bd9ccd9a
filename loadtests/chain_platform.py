"""The platform's own money: what the stand-in says of its balance, its payouts, its bank lines and
its bills, and what every account of the ledger that stands for them holds."""

from tests.money import Town


def corrections(town: Town) -> list[int]:
    """What the stand-in has corrected of the platform's own balance, of no dispute."""
    lines = town.fake.books.all("balance_transaction")
    mine = (one for one in lines if one["type"] == "adjustment" and one["source"] is None)
    return [one["amount"] for one in mine]


def told_by_the_service(town: Town) -> dict[str, int]:
    """What the stand-in says that each of the platform's accounts must hold: debits less credits.
    What goes from the bank by itself (the tourist tax) is not the service's to tell."""
    books = town.fake.books

    def paid_out(*states: str) -> int:
        return sum(one["amount"] for one in books.all("payout") if one["status"] in states)

    lines = books.all("balance_transaction")
    billed = sum(-one["amount"] for one in lines if one["type"] == "stripe_fee")
    return {
        "psp.cash": sum(one["net"] for one in lines),
        "psp.fees": sum(one["fee"] for one in lines) + billed,
        "psp.adjustments": -sum(corrections(town)),
        "bank.transit": paid_out("pending", "in_transit"),
        "bank.current": paid_out("paid") - sum(one["amount"] for one in books.all("topup")),
    }


async def audit_platform(town: Town, remitted_cents: int = 0) -> dict[str, int]:
    """What was moved of the platform's own, and how far each account of the ledger is from what it
    must hold, whatever a posting is called; `remitted_cents` left the bank as tourist tax."""
    books, told = town.fake.books, told_by_the_service(town)
    told["bank.current"] -= remitted_cents
    funds = books.funds_of("")
    lines, payouts = books.all("balance_transaction"), books.all("payout")
    differing = {code: await town.account_cents(code) - cents for code, cents in told.items()}
    return {
        "own_paid_out_cents": sum(one["amount"] for one in payouts if one["status"] == "paid"),
        "own_returned_cents": sum(one["amount"] for one in payouts if one["status"] == "failed"),
        "own_fees_cents": sum(-one["amount"] for one in lines if one["type"] == "stripe_fee"),
        "own_adjustments_cents": -told["psp.adjustments"],
        "cents_unaccounted": await town.ledger_cash() - funds.available - funds.pending,
        "own_cash_differs_cents": differing["psp.cash"],
        "own_fees_differ_cents": differing["psp.fees"],
        "own_adjustments_differ_cents": differing["psp.adjustments"],
        "own_transit_differs_cents": differing["bank.transit"],
        "own_bank_differs_cents": differing["bank.current"],
    }
