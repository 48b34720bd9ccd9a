"""Forms of the declarations: what the browser sends, turned into commands."""

import re
from collections.abc import Mapping
from datetime import date

from hub.core.errors import Invalid
from tourism.declaring.models import SellerFile

_VAT = re.compile(r"[A-Z]{2}[0-9A-Z+*.]{2,13}")
FormValues = Mapping[str, str]


def read_year(form: FormValues) -> int:
    text = form.get("year", "")
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise Invalid("Give a year, such as 2026.", field="year")
    return int(text)


def read_month(form: FormValues) -> date:
    try:
        return date.fromisoformat(f"{form.get('month', '')}-01")
    except ValueError:
        raise Invalid("Give a month, such as 2026-11.", field="month") from None


def read_seller(form: FormValues) -> SellerFile:
    """What a house says of itself, without spaces around."""
    born = form.get("born_on", "").strip()
    try:
        born_on = date.fromisoformat(born) if born else None
    except ValueError:
        raise Invalid("Give a date, such as 1980-05-17.", field="born_on") from None
    name, address = form.get("name", "").strip(), form.get("address", "").strip()
    country = form.get("country", "FR").strip().upper()
    if not 2 <= len(name) <= 200:
        raise Invalid("Give a name.", field="name")
    if not 5 <= len(address) <= 300:
        raise Invalid("Give the whole address.", field="address")
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise Invalid("Give the two letters of a country, such as FR.", field="country")
    tax_number = "".join(form.get("tax_number", "").split())
    vat_number = "".join(form.get("vat_number", "").split()).upper()
    born_at = form.get("born_at", "").strip()
    if len(tax_number) > 30:
        raise Invalid("A tax number has at most 30 characters.", field="tax_number")
    if vat_number and not _VAT.fullmatch(vat_number):
        raise Invalid("This VAT number cannot be right.", field="vat_number")
    if len(born_at) > 200:
        raise Invalid("At most 200 letters.", field="born_at")
    return SellerFile(
        person=form.get("person") == "yes",
        name=name,
        address=address,
        country=country,
        tax_number=tax_number,
        vat_number=vat_number,
        born_on=born_on,
        born_at=born_at,
    )


def show_seller(said: SellerFile | None) -> dict[str, str]:
    """The form's values."""
    if said is None:
        return {}
    return {
        "person": "yes" if said.person else "no",
        "name": said.name,
        "address": said.address,
        "country": said.country,
        "tax_number": said.tax_number,
        "vat_number": said.vat_number,
        "born_on": said.born_on.isoformat() if said.born_on else "",
        "born_at": said.born_at,
    }
