"""Amounts, numbers and days as people write them in the forms of rates and of the calendar."""

import re
from datetime import date
from decimal import Decimal

from tourism.rates.errors import EditInvalid

_NUMBER = re.compile(r"-?\d{1,9}")


def read_cents(text: str, field: str) -> int:
    """Cents of `98`, `98,50` or `98.50`, signed. Raises `EditInvalid`."""
    clean = text.replace("\xa0", "").replace(" ", "").replace("€", "").replace(",", ".")
    try:
        cents = Decimal(clean) * 100
    except ArithmeticError:  # no number at all, or one that no decimal holds
        raise EditInvalid("Write an amount like 98 or 98,50.", field=field) from None
    if not cents.is_finite() or cents != cents.to_integral_value() or abs(cents) > 10**9:
        raise EditInvalid("Write an amount like 98 or 98,50.", field=field)
    return int(cents)


def read_number(text: str, field: str) -> int:
    """A whole number. Raises `EditInvalid`."""
    clean = text.strip()
    if not _NUMBER.fullmatch(clean):
        raise EditInvalid("Write a whole number.", field=field)
    return int(clean)


def read_day(text: str, field: str) -> date:
    """A day as the date field sends it. Raises `EditInvalid`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise EditInvalid("Choose a day.", field=field) from None
