"""What a season comes to: whether the stand-in, the ledger, the banks and the books agree."""

from collections import Counter
from typing import Protocol

from loadtests.chain_books import Accounts
from loadtests.chain_platform import audit_platform, corrections
from tests.houses import House
from tests.money import Town
from tourism.booking.models import Booking, State
from tourism.reconciling.actions import comparing, standing
from tourism.reconciling.models import TO_EXPLAIN, BreakKind

MUST_BE_ZERO = (
    "paid_twice",
    "moved_twice",
    "states_wrong",
    "undue_cents",
    "cents_unaccounted",
    "psp_cost_differs_cents",
    "own_cash_differs_cents",
    "own_fees_differ_cents",
    "own_adjustments_differ_cents",
    "own_transit_differs_cents",
    "own_bank_differs_cents",
    "breaks",
    "returns_untold",
    "corrections_untold",
    "wrong_requests",
    "invoices_differ_cents",
    "stays_invoiced_wrong",
    "stays_without_invoice",
    "fees_billed_wrong",
    "tax_left_cents",
    "remittance_differs_cents",
    "dac7_differs_cents",
    "journals_broken",
)
OPEN = {State.CONFIRMED, State.IN_HOUSE, State.CHECKED_OUT, State.NO_SHOW, State.CANCELLED}

# What stands open by right: a person must act on it.
KNOWN = {BreakKind.REFUND_REFUSED, *TO_EXPLAIN}


class Season(Protocol):
    """A season that is over."""

    town: Town
    accounts: Accounts
    booked: list[Booking]
    opened: set[int]
    selling: dict[int, list[tuple[House, tuple[str, int]]]]
    tried: int
    errors: int


async def audit_chain(chain: Season) -> dict[str, object]:
    """What the stand-in, the ledger and the nightly comparison say, and what does not agree."""
    books, town = chain.town.fake.books, chain.town
    states = [(await town.look(one)).state for one in chain.booked]
    charges = [one for one in books.all("charge") if "payment_intent" in one]
    by_group = Counter(charge["transfer_group"] for charge in charges)
    unpaid = sum(
        1 for state, one in zip(states, chain.booked, strict=True)
        if (state in OPEN) != (by_group[f"booking:{one.id}"] > 0)
    )  # fmt: skip
    moved = sum(t["amount"] - t["amount_reversed"] for t in books.all("transfer"))
    run = await comparing.reconcile(town.demo)
    assert run is not None
    async with town.demo.transaction() as tx:
        standing_open = (await standing.find_standing(tx)).open
    differing = [one for one in standing_open if one.kind not in KNOWN]
    count = Counter(one.kind for one in standing_open).__getitem__
    returned = sum(one["status"] == "failed" for one in books.all("payout"))
    accounted = await chain.accounts.audit(chain.booked, chain.booked[0].quote.split.platform)
    return {
        "stays": len(chain.booked),
        "asked": chain.tried,
        "houses": len(chain.selling),
        "payees": len(chain.opened),
        "confirmed": sum(state in OPEN for state in states),
        "service_errors": chain.errors,
        "charged_cents": sum(charge["amount_captured"] for charge in charges),
        "refunded_cents": sum(charge["amount_refunded"] for charge in charges),
        "fees_cents": sum(books.things[charge["balance_transaction"]]["fee"] for charge in charges),
        "disputes": len(books.all("dispute")),
        "transferred_cents": moved,
        "paid_out_cents": await town.paid_out_cents(),
        "kept_for_debts_cents": await town.netted_cents(),
        "owed_to_us_cents": await town.owed_cents(),
        "paid_twice": sum(count > 1 for count in by_group.values()),
        "moved_twice": await town.moved_beyond_earned(),
        "states_wrong": unpaid,
        "undue_cents": await town.due_cents(),
        "psp_cost_differs_cents": await town.psp_cost_differs_cents(),
        **await audit_platform(town, int(accounted["remitted_cents"])),
        "breaks": len(differing),
        "first_breaks": [f"{one.kind}:{one.key}" for one in differing[:3]],
        "returns_untold": count(BreakKind.PAYOUT_RETURNED) - returned,
        "corrections_untold": count(BreakKind.ADJUSTMENT) - len(corrections(town)),
        "refunds_refused": count(BreakKind.REFUND_REFUSED),
        "wrong_requests": len(town.fake.app.state.fake.refusals()),
        **accounted,
        "invoices_differ_cents": accounted["invoiced_cents"] - accounted["stays_cents"],
    }
