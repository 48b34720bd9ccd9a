"""What an invoice comes to: VAT by category, rounded once (EN 16931 BR-CO-17, DOMAIN VT-5)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from hub.billing.errors import DraftInvalid
from hub.billing.models import (
    Category,
    Content,
    Draft,
    Exemption,
    Kind,
    Line,
    Profile,
    Reference,
    Totals,
    VatGroup,
)
from hub.core.money import share_of
from hub.core.sentences import say

LINES_MOST = 1_000
CENTS_A_LINE = 3  # so far a sum of roundings may be from the rounding of the sum


def key_of(category: Category, rate_bps: int) -> str:
    """How a draft names the VAT of a category and rate."""
    return f"{category.value}:{rate_bps}"


def groups_of(lines: Sequence[Line], given: Mapping[str, int]) -> tuple[VatGroup, ...]:
    """The VAT of each category and rate: on the sum of its lines, or as the ledger divided prices
    that were agreed VAT included. Raises `DraftInvalid` for a given VAT that cannot be right."""
    nets: dict[tuple[Category, int], int] = {}
    reasons: dict[tuple[Category, int], dict[Exemption, None]] = {}
    for line in lines:
        place = line.category, line.rate_bps
        nets[place] = nets.get(place, 0) + line.net_cents
        if line.exemption is not None:
            reasons.setdefault(place, {})[line.exemption] = None
    if unknown := set(given) - {key_of(*place) for place in nets}:
        raise DraftInvalid("VAT is given for a rate that no line has.", rates=sorted(unknown))
    return tuple(
        VatGroup(
            category=category,
            rate_bps=rate,
            net_cents=net,
            vat_cents=_vat(net, rate, given.get(key_of(category, rate)), len(lines)),
            reasons=tuple(reasons.get((category, rate), ())),
        )
        for (category, rate), net in sorted(nets.items(), key=lambda one: (-one[0][1], one[0][0]))
    )


def _vat(net: int, rate: int, given: int | None, lines: int) -> int:
    computed = share_of(net, rate)
    if given is None:
        return computed
    # A price agreed VAT included is divided the other way round: a cent for each such price.
    if abs(given - computed) > lines:
        raise DraftInvalid("The VAT is not that of its rate.")
    return given


def check_draft(draft: Draft) -> None:
    """Raises `DraftInvalid` for lines that no invoice may have."""
    if not draft.lines or len(draft.lines) > LINES_MOST:
        raise DraftInvalid(say("An invoice has 1 to %(most)s lines.", most=LINES_MOST))
    if draft.delivered_until < draft.delivered_from:
        raise DraftInvalid("The supply ends before it begins.")
    for line in draft.lines:
        if line.net_cents < 0 or line.quantity < 1 or not line.name:
            raise DraftInvalid("A line has a name, a quantity and an amount that is not negative.")
        if (line.category is Category.STANDARD) != (line.rate_bps > 0):
            raise DraftInvalid("Only the standard category has a rate.")
        if (line.category is Category.STANDARD) == (line.exemption is not None):
            raise DraftInvalid("A line without VAT says why.")


def content_of(draft: Draft, kind: Kind, seller: Profile, number: str, issued_on: date) -> Content:
    """The document of a draft. Raises `DraftInvalid`."""
    check_draft(draft)
    groups = groups_of(draft.lines, draft.vat_cents)
    totals = _totals(draft, groups)
    return Content(
        kind=kind,
        number=number,
        issued_on=issued_on,
        due_on=_due_on(draft, seller, totals, issued_on),
        seller=seller,
        buyer=draft.buyer,
        matter=draft.matter,
        lines=draft.lines,
        vat=groups,
        totals=totals,
        delivered_from=draft.delivered_from,
        delivered_until=draft.delivered_until,
        paid_on=draft.paid_on,
        issued_by=draft.issued_by,
        corrects=draft.corrects,
        reason=draft.reason,
        service=draft.service,
    )


def _totals(draft: Draft, groups: Sequence[VatGroup]) -> Totals:
    net = sum(group.net_cents for group in groups)
    vat = sum(group.vat_cents for group in groups)
    rounding = draft.paid_cents - net - vat if draft.settles else 0
    if abs(rounding) > CENTS_A_LINE * len(draft.lines):
        raise DraftInvalid("What was paid is not what was invoiced.")
    totals = Totals(
        net_cents=net,
        vat_cents=vat,
        gross_cents=net + vat,
        paid_cents=draft.paid_cents,
        rounding_cents=rounding,
    )
    if totals.due_cents < 0:
        raise DraftInvalid("More was paid than was invoiced.")
    return totals


def _due_on(draft: Draft, seller: Profile, totals: Totals, issued_on: date) -> date:
    if not totals.due_cents and draft.paid_on is not None:
        whole = totals.paid_cents == totals.gross_cents
        return draft.paid_on if whole else max(issued_on, draft.paid_on)
    if draft.buyer.business:
        return issued_on + timedelta(days=seller.due_days)
    return max(issued_on, draft.delivered_until)


def mirror(content: Content, source: str, reason: str, given_back_on: date) -> Draft:
    """The draft of the credit note that cancels a whole invoice."""
    return Draft(
        source=source,
        subject="",
        matter=content.matter,
        buyer=content.buyer,
        lines=content.lines,
        vat_cents={
            key_of(group.category, group.rate_bps): group.vat_cents for group in content.vat
        },
        delivered_from=content.delivered_from,
        delivered_until=content.delivered_until,
        paid_cents=content.totals.gross_cents + content.totals.rounding_cents,
        settles=True,
        paid_on=given_back_on,
        issued_by=content.issued_by,
        corrects=(Reference(number=content.number, issued_on=content.issued_on),),
        reason=reason,
        service=content.service,
    )


def same_sale(one: Content, other: Content) -> bool:
    """Whether two documents invoice the same to the same, whenever they were written."""
    dated = {"number": "", "issued_on": date.min, "due_on": date.min}
    return msgspec.structs.replace(one, **dated) == msgspec.structs.replace(other, **dated)
