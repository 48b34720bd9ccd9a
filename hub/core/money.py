"""Integer cents, exact rationals inside, one rounding point."""

from fractions import Fraction

BPS = 10_000


def round_half_up(amount: Fraction | int) -> int:
    """The nearest whole number, halves away from zero (the rule of French invoices)."""
    exact = Fraction(amount)
    whole, rest = divmod(abs(exact.numerator) * 2 + exact.denominator, exact.denominator * 2)
    del rest
    return whole if exact >= 0 else -whole


def share_of(amount_cents: int, rate_bps: int) -> int:
    """A rate of an amount, rounded once."""
    return round_half_up(Fraction(amount_cents * rate_bps, BPS))
