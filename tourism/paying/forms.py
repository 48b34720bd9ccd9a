"""Forms of the booking pages: what the browser sends, turned into commands."""

from collections.abc import Mapping

from tourism.booking.models import Guest
from tourism.paying.models import CancelBooking, PayBooking
from tourism.quoting.errors import StayInvalid

FormValues = Mapping[str, str]


def read_guest(form: FormValues, language: str) -> Guest:
    """Who books, without spaces around."""
    return Guest(
        first_name=form.get("first_name", "").strip(),
        last_name=form.get("last_name", "").strip(),
        email=form.get("email", "").strip(),
        phone=form.get("phone", "").strip() or None,
        message=form.get("message", "").strip() or None,
        language=language,
    )


def read_payment(form: FormValues, language: str) -> PayBooking:
    """Guest details, the card, and the total that the button named."""
    total = form.get("total_cents", "")
    if not total.isdecimal():
        raise StayInvalid("Open the page again: the form came incomplete.")
    return PayBooking(
        guest=read_guest(form, language),
        payment_method=form.get("payment_method", ""),
        total_cents=int(total),
        project=_project(form.get("project", "")),
    )


def _project(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def read_cancellation(form: FormValues) -> CancelBooking:
    """The refund that was shown, and the rooms it was shown for (none: the whole stay)."""
    shown, rooms = form.get("refund_cents", ""), form.get("rooms", "")
    numbers = [number for number in rooms.split(",") if number]
    if not all(text.isascii() and text.isdecimal() for text in [shown, *numbers]):
        raise StayInvalid("Open the page again: the form came incomplete.")
    return CancelBooking(refund_cents=int(shown), rooms=tuple(int(number) for number in numbers))
