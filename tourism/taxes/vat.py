"""VAT: from gross or from net, by rate, with one rounding point (EN 16931 BR-CO-17)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from hub.core.money import BPS, round_half_up
from tourism.taxes.errors import TaxInputInvalid
from tourism.taxes.models import NetCents, VatLine, VatRegime

LODGING = "lodging"
MENTIONS: Mapping[VatRegime, str] = {
    VatRegime.EXEMPT_261D: "Exonération de TVA, art. 261 D 4° du CGI",
    VatRegime.FRANCHISE_293B: "TVA non applicable, art. 293 B du CGI",
}


def net_of(gross_cents: int, rate_bps: int) -> NetCents:
    """The exact net of a gross price."""
    if gross_cents < 0:
        raise TaxInputInvalid("A price is not negative.")
    return NetCents(Fraction(gross_cents * BPS, BPS + rate_bps))


def split_gross(gross_cents: int, rate_bps: int) -> VatLine:
    """Net and VAT of a gross amount; the net is rounded half up, VAT is what remains."""
    net = round_half_up(net_of(gross_cents, rate_bps))
    return VatLine(
        rate_bps=rate_bps, net_cents=net, vat_cents=gross_cents - net, gross_cents=gross_cents
    )


def add_vat(net_cents: int, rate_bps: int) -> VatLine:
    """VAT on a net amount."""
    vat = round_half_up(Fraction(net_cents * rate_bps, BPS))
    return VatLine(
        rate_bps=rate_bps, net_cents=net_cents, vat_cents=vat, gross_cents=net_cents + vat
    )


def by_rate(lines: Sequence[tuple[int, int]]) -> tuple[VatLine, ...]:
    """VAT by rate of (net cents, rate) lines, computed on the sum of each rate, as EN 16931
    requires; it may differ by a cent from the sum of the lines' own VAT."""
    sums: dict[int, int] = {}
    for net, rate in lines:
        sums[rate] = sums.get(rate, 0) + net
    return tuple(add_vat(net, rate) for rate, net in sorted(sums.items()))
