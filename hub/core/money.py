"""Integer cents, exact rationals inside, one rounding point."""

from fractions import Fraction

BPS = 10_000


def round_half_up(amount: Fraction | int) -> int:
    """The nearest whole number, halves away from zero (the rule of French invoices)."""
    exact = Fraction(amount)
    return divide_half_up(exact.numerator, exact.denominator)


def divide_half_up(numerator: int, denominator: int) -> int:
    """The same of a quotient, its denominator above zero, without making a fraction."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def share_of(amount_cents: int, rate_bps: int) -> int:
    """A rate of an amount, rounded once."""
    return divide_half_up(amount_cents * rate_bps, BPS)
