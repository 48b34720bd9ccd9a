"""Who sells and who buys: the numbers are checked, what the law wants is there."""

import re
from collections.abc import Callable

import msgspec

from hub.billing.errors import BuyerInvalid, ProfileInvalid
from hub.billing.models import Address, Buyer, Profile
from hub.core.identifiers import (
    IdentifierInvalid,
    check_iban,
    check_siren,
    check_siret,
    check_vat_number,
)

NAME_LETTERS, LINE_LETTERS, CODE_LETTERS = 200, 200, 50
LATE_BPS_MOST, DUE_DAYS_MOST = 10_000, 60  # C. com. L441-10: 60 days at most
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_FOREIGN_VAT = re.compile(r"[A-Z]{2}[0-9A-Z+*.]{2,13}")
_CODE = re.compile(r"[\w ./+-]*")


def vat_number_of(siren: str) -> str:
    """The VAT number of a SIREN: key = (12 + 3 × (SIREN mod 97)) mod 97."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _number(check: Callable[[str], str], number: str, field: str) -> str:
    """A number with its key, checked; what is wrong is told of its field."""
    try:
        return check(number)
    except IdentifierInvalid as error:
        raise IdentifierInvalid(error.detail, field=field) from None


def check_profile(profile: Profile) -> Profile:
    """The same, its numbers without spaces. Raises `ProfileInvalid`, `IdentifierInvalid`."""
    if not 1 <= len(profile.name.strip()) <= NAME_LETTERS:
        raise ProfileInvalid("Give the name under which you are registered.", field="name")
    for field in ("line", "postcode", "city"):
        if not 1 <= len(getattr(profile.address, field).strip()) <= LINE_LETTERS:
            raise ProfileInvalid("An invoice bears the seller's whole address.", field=field)
    siret = _number(check_siret, profile.siret, "siret")
    number = profile.vat_number
    if number is not None:
        number = "FR" + _number(check_vat_number, number, "vat_number")
        if number[4:] != siret[:9]:
            raise ProfileInvalid("This VAT number is not that of the SIRET.", field="vat_number")
    for field in ("legal_form", "register"):
        if len(getattr(profile, field)) > LINE_LETTERS:
            raise ProfileInvalid("At most 200 letters.", field=field)
    if profile.email and not (_EMAIL.fullmatch(profile.email) and len(profile.email) <= 254):
        raise ProfileInvalid("This e-mail address is not complete.", field="email")
    if profile.legal_form and not profile.register:
        raise ProfileInvalid("Say where the company is registered.", field="register")
    if not 0 <= profile.late_bps <= LATE_BPS_MOST:
        raise ProfileInvalid("The rate of penalties is between 0 and 100 percent.", field="late")
    if not 0 <= profile.due_days <= DUE_DAYS_MOST:
        raise ProfileInvalid("At most 60 days after the invoice.", field="due_days")
    return msgspec.structs.replace(
        profile,
        name=profile.name.strip(),
        siret=siret,
        siren=siret[:9],
        vat_number=number,
        iban=_number(check_iban, profile.iban, "iban") if profile.iban else None,
    )


def check_buyer(buyer: Buyer) -> Buyer:
    """The same, its numbers without spaces. Raises `BuyerInvalid`, `IdentifierInvalid`.

    A public body is named by its SIRET, never by its SIREN alone (Chorus Pro).
    """
    if not 1 <= len(buyer.name.strip()) <= NAME_LETTERS:
        raise BuyerInvalid("Say who is billed.", field="name")
    if not _EMAIL.fullmatch(buyer.email) or len(buyer.email) > 254:
        raise BuyerInvalid("An e-mail address is needed.", field="email")
    _check_address(buyer.address)
    if buyer.public and not buyer.siret:
        raise BuyerInvalid("A public body is named by its SIRET of 14 digits.", field="siret")
    siret = _number(check_siret, buyer.siret, "siret") if buyer.siret else None
    siren = siret[:9] if siret else None
    if siren is None and buyer.siren:
        siren = _number(check_siren, buyer.siren, "siret")
    number = _vat_number(buyer.vat_number, siren)
    for field in ("service_code", "engagement"):
        code = getattr(buyer, field)
        if len(code) > CODE_LETTERS or not _CODE.fullmatch(code):
            raise BuyerInvalid("At most 50 letters and digits.", field=field)
    if siren and not (buyer.address.line and buyer.address.city):
        raise BuyerInvalid("An invoice for a business bears its address.", field="line")
    return msgspec.structs.replace(
        buyer, name=buyer.name.strip(), siren=siren, siret=siret, vat_number=number
    )


def _check_address(address: Address) -> None:
    if not _COUNTRY.fullmatch(address.country):
        raise BuyerInvalid("Choose the country.", field="country")
    for field in ("line", "postcode", "city"):
        if len(getattr(address, field)) > LINE_LETTERS:
            raise BuyerInvalid("At most 200 letters.", field=field)


def _vat_number(given: str | None, siren: str | None) -> str | None:
    if not given:
        return None
    plain = re.sub(r"[\s.]", "", given).upper()
    if not plain.startswith("FR"):
        if not _FOREIGN_VAT.fullmatch(plain):
            raise BuyerInvalid("This VAT number cannot be right.", field="vat_number")
        return plain
    number = "FR" + _number(check_vat_number, plain, "vat_number")
    if siren is not None and number[4:] != siren:
        raise BuyerInvalid("This VAT number is not that of the SIREN.", field="vat_number")
    return number
