"""What a fund bears of others' losses under a clause of the agreement: pure functions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.ledger.models import Draft, Side, Transfer
from hub.rules import Absorption, Role
from tourism.settlement.models import Borne, Earned, Fund, Loss, Parts

PARIS = ZoneInfo("Europe/Paris")
DISPUTE, DEBT = "lost_dispute", "house_debt"


def account_of(fund: Role) -> str:
    """Where it is written what a fund has borne."""
    return f"{fund.value}.absorbed"


def kept_codes(absorptions: Iterable[Absorption]) -> frozenset[str]:
    """The shares that stay with the platform, so that a fund has something to bear with."""
    return frozenset(f"{one.fund.value}.share" for one in absorptions)


def without_kept(earned: Iterable[Earned], kept: frozenset[str]) -> list[Earned]:
    """What each holder may be moved: all but what a fund keeps."""
    found: list[Earned] = []
    for one in earned:
        parts: Parts = {code: cents for code, cents in one.parts.items() if code not in kept}
        if parts:
            found.append(Earned(holder=one.holder, parts=parts))
    return found


def clause_for(cause: str, absorptions: Sequence[Absorption]) -> Absorption | None:
    return next((one for one in absorptions if one.cause == cause), None)


def borne_cents(clause: Absorption, lost_cents: int, fund: Fund) -> int:
    """What is borne of one loss: at most so much for the case, in the year, and what there is."""
    limits = [lost_cents, fund.left_cents]
    if clause.case_cents is not None:
        limits.append(clause.case_cents)
    if clause.year_cents is not None:
        limits.append(clause.year_cents - fund.borne_cents)
    return max(0, min(limits))


def year_of(now: datetime) -> datetime:
    """When the calendar year of French accounts began."""
    return datetime(now.astimezone(PARIS).year, 1, 1, tzinfo=PARIS)


def reference_of(subject: str, cause: str, key: str = "") -> str:
    return f"{subject}:absorbed:{cause}" + (f":{key}" if key else "")


def draft_of(reference: str, clause: Absorption, holder: int, to: Side, cents: int) -> Draft:
    """The fund bears some cents in the place of another account."""
    return Draft(
        reference=reference,
        debit=Side(holder=holder, code=account_of(clause.fund)),
        credit=to,
        amount_cents=cents,
    )


def is_borne(transfers: Iterable[Transfer], reference: str) -> bool:
    return any(transfer.reference == reference for transfer in transfers)


def simulate(clause: Absorption, losses: Iterable[Loss]) -> Borne:
    """What a clause would have borne of past losses, whatever its fund had: each year by itself."""
    years: dict[int, int] = {}
    cases, lost, borne = 0, 0, 0
    for loss in losses:
        if loss.cause != clause.cause or loss.days < clause.after_days:
            continue
        year = loss.begun_at.astimezone(PARIS).year
        fund = Fund(left_cents=loss.cents, borne_cents=years.get(year, 0))
        part = borne_cents(clause, loss.cents, fund)
        years[year] = years.get(year, 0) + part
        cases, lost, borne = cases + 1, lost + loss.cents, borne + part
    return Borne(cases=cases, lost_cents=lost, borne_cents=borne)
