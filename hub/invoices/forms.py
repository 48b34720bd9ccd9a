"""Filters and the identity for invoices, read from a form or an address."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from hub.billing.errors import ProfileInvalid
from hub.billing.models import Address, Filter, Kind, Profile

SHOWN_DAYS = 92
WORDS_MOST = 100


def read_filter(asked: Mapping[str, str], today: date) -> Filter:
    """What an address asks for; three months until today when it says nothing."""
    until = _day(asked.get("until")) or today
    since = _day(asked.get("since")) or until - timedelta(days=SHOWN_DAYS)
    who = asked.get("who", "")
    kind = asked.get("kind", "")
    return Filter(
        since=since,
        until=until,
        kind=Kind(kind) if kind in set(Kind) else None,
        business={"business": True, "private": False}.get(who),
        words=asked.get("q", "").strip()[:WORDS_MOST],
        received=asked.get("way") == "received",
    )


def show_filter(asked: Filter) -> dict[str, str]:
    """The same as an address says it."""
    who = {True: "business", False: "private", None: ""}[asked.business]
    return {
        "since": asked.since.isoformat(),
        "until": asked.until.isoformat(),
        "kind": asked.kind.value if asked.kind else "",
        "who": who,
        "q": asked.words,
        "way": "received" if asked.received else "",
    }


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def read_profile(typed: Mapping[str, str]) -> Profile:
    """The identity as typed. Raises `ProfileInvalid` for a number that is none."""

    def said(name: str) -> str:
        return typed.get(name, "").strip()

    return Profile(
        name=said("name"),
        address=Address(line=said("line"), postcode=said("postcode"), city=said("city")),
        siren="",
        siret="".join(said("siret").split()),
        legal_form=said("legal_form"),
        capital_cents=_hundredths(said("capital"), "capital"),
        register=said("register"),
        vat_number=said("vat_number") or None,
        email=said("email"),
        iban=said("iban") or None,
        late_bps=_hundredths(said("late"), "late") or 0,
        due_days=_hundredths(said("due_days"), "due_days", 1) or 0,
        vat_on_debits=typed.get("vat_on_debits") == "1",
    )


def _hundredths(text: str, field: str, parts: int = 100) -> int | None:
    """A number with two decimals at most, in hundredths (or whole)."""
    plain = "".join(text.split()).replace(",", ".")
    if not plain:
        return None
    try:
        number = Decimal(plain) * parts
    except InvalidOperation:
        raise ProfileInvalid("Type a number.", field=field) from None
    if not number.is_finite() or number != int(number) or not 0 <= number <= 10**12:
        raise ProfileInvalid("Type a number.", field=field)
    return int(number)


def show_profile(profile: Profile | None) -> dict[str, str]:
    """The same, to be typed over."""
    if profile is None:
        return {"late": "15", "due_days": "30"}
    return {
        "name": profile.name,
        "line": profile.address.line,
        "postcode": profile.address.postcode,
        "city": profile.address.city,
        "siret": profile.siret,
        "legal_form": profile.legal_form,
        "capital": _shown(profile.capital_cents),
        "register": profile.register,
        "vat_number": profile.vat_number or "",
        "email": profile.email,
        "iban": profile.iban or "",
        "late": _shown(profile.late_bps),
        "due_days": str(profile.due_days),
        "vat_on_debits": "1" if profile.vat_on_debits else "",
    }


def _shown(hundredths: int | None) -> str:
    if hundredths is None:
        return ""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")
