"""Plans and subscriptions, read from a form."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from hub.billing import Address, Buyer
from hub.core.errors import Invalid
from hub.usage.errors import PlanInvalid
from hub.usage.models import Meter, PlanTerms, Subscribe


def read_plan(typed: Mapping[str, str]) -> tuple[str, PlanTerms]:
    """A plan with one meter at most. Raises `PlanInvalid`."""
    meters: tuple[Meter, ...] = ()
    if said := typed.get("meter", "").strip():
        meters = (
            Meter(
                type=said,
                name=typed.get("meter_name", "").strip(),
                included=_whole(typed, "included"),
                price_cents=_cents(typed, "price"),
                per=_whole(typed, "per") or 1,
            ),
        )
    terms = PlanTerms(
        name=typed.get("name", "").strip(), monthly_cents=_cents(typed, "monthly"), meters=meters
    )
    return typed.get("code", "").strip(), terms


def read_subscribe(typed: Mapping[str, str]) -> Subscribe:
    """Who has which plan from when. Raises `Invalid`."""

    def said(name: str) -> str:
        return typed.get(name, "").strip()

    return Subscribe(
        customer=_whole(typed, "customer"),
        plan=said("plan"),
        since=read_day(typed, "since"),
        zone=said("zone") or "Europe/Paris",
        buyer=Buyer(
            name=said("buyer"),
            email=said("email"),
            address=Address(line=said("line"), postcode=said("postcode"), city=said("city")),
            siret="".join(said("siret").split()) or None,
        ),
    )


def read_day(typed: Mapping[str, str], name: str) -> date:
    """Raises `Invalid`."""
    try:
        return date.fromisoformat(typed.get(name, ""))
    except ValueError:
        raise Invalid("Give a day.", field=name) from None


def _whole(typed: Mapping[str, str], name: str) -> int:
    text = "".join(typed.get(name, "").split()) or "0"
    if not text.isdecimal():
        raise Invalid("Give a whole number.", field=name)
    return int(text)


def _cents(typed: Mapping[str, str], name: str) -> int:
    text = "".join(typed.get(name, "").split()).replace(",", ".") or "0"
    try:
        return int((Decimal(text) * 100).to_integral_exact())
    except (InvalidOperation, ValueError, OverflowError):
        raise PlanInvalid("Give an amount in euros.", field=name) from None
