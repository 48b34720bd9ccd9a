"""Where my euro goes: the price as the parts that somebody receives, to the cent."""

import msgspec

from tourism.quoting.models import Breakdown


class EuroLine(msgspec.Struct, frozen=True, kw_only=True):
    """One part: who (`role`, with a name where it is a house or a tax), how much."""

    role: str
    name: str | None
    amount_cents: int


def euro_lines(breakdown: Breakdown, property_name: str) -> tuple[EuroLine, ...]:
    """The house first, then the other shares in the agreement's order, VAT, tourist tax.

    They add up to the total. Shares are net of VAT; the VAT line is that of the lodging.
    """
    shares = [
        EuroLine(
            role=share.role,
            name=property_name if share.role == "lodging" else share.name,
            amount_cents=share.amount_cents,
        )
        for share in sorted(breakdown.shares, key=lambda share: share.role != "lodging")
        if share.amount_cents
    ]
    vat = sum(amount.vat_cents for amount in breakdown.vat)
    lines = [*shares, EuroLine(role="vat", name=None, amount_cents=vat)]
    if breakdown.tourist_tax_cents:
        lines.append(
            EuroLine(role="tourist_tax", name=None, amount_cents=breakdown.tourist_tax_cents)
        )
    total = sum(line.amount_cents for line in lines)
    if total != breakdown.total_cents:
        raise ValueError(f"the parts give {total}, the price is {breakdown.total_cents}")
    return tuple(lines)
