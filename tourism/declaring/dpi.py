"""The yearly report as XML: the OECD's schema for digital platforms (DPI) in the form that the
DGFiP takes (cahier des charges DPI-DAC7: namespaces without `:v1`, `TaxesQ1`). Pure functions.

What was told before is not told again as new: a later report of the same year gives the sellers
that are new in one message (DPI401), and in another (DPI402) those that are corrected (OECD2) or
are reported no longer (OECD3), each naming what it corrects. Amounts are whole euros, as the form
wants them; the CSV has the cents.
"""

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from hub.billing import Profile
from hub.core.money import divide_half_up
from tourism.declaring.models import DeclarationFile, ListingYear, Seller, SellerYear

DPI, STF = "urn:oecd:ties:dpi", "urn:oecd:ties:dpistf"
NEW, CORRECTED = "DPI401", "DPI402"
RESENT, FIRST, CHANGED, WITHDRAWN = "OECD0", "OECD1", "OECD2", "OECD3"
TEXT_MOST, DAYS_MOST = 200, 9_999
PROPERTY_TYPES = {
    "hotel": "DPI902",
    "guest_house": "DPI903",
    "furnished": "DPI905",
    "campsite": "DPI907",
}
OTHER_TYPE = "DPI910"
_SELLER = re.compile(r"_S(\d+)$")
# What XML 1.0 cannot hold, whoever typed it.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Quarters = tuple[int, int, int, int]
Told = Mapping[int, ET.Element]


def files_of(
    operator: Profile,
    year: int,
    number: int,
    at: datetime,
    years: Sequence[SellerYear],
    sellers: Mapping[int, Seller],
    told: Told,
) -> list[DeclarationFile]:
    """The messages of the report `number` of a year, after what earlier ones have told."""
    fresh = [one for one in years if one.seller not in told]
    known = [one for one in years if one.seller in told]
    gone = [seller for seller in sorted(told) if seller not in {one.seller for one in years}]
    files: list[DeclarationFile] = []
    for indication, wanted in ((NEW, bool(fresh)), (CORRECTED, bool(known or gone))):
        if not wanted:
            continue
        name = f"{year}_{operator.siren}_{number:03d}{'C' if indication == CORRECTED else ''}"
        root, body = _message(operator, year, name, indication, at, resent=bool(told))
        if indication == NEW:
            for one in fresh:
                _seller(body, one, sellers[one.seller], name, None)
        else:
            for one in known:
                _seller(body, one, sellers[one.seller], name, reference_of(told[one.seller]))
            for seller in gone:
                body.append(_withdrawn(told[seller], name, seller))
        part = number * 2 - (indication == NEW)
        files.append(
            DeclarationFile(file_name=_file_name(operator, year, part, at), file=_bytes(root))
        )
    return files


def read_told(files: Iterable[bytes]) -> dict[int, ET.Element]:
    """Each seller as the last of some files, in order, has told it; not who was withdrawn."""
    told: dict[int, ET.Element] = {}
    for file in files:
        root = ET.fromstring(file)  # noqa: S314  what we have written ourselves
        for element in root.iterfind(f".//{{{DPI}}}ReportableSeller"):
            found = _SELLER.search(reference_of(element))
            assert found is not None, "a reference that we have written"
            if element.findtext(f".//{{{STF}}}DocTypeIndic") == WITHDRAWN:
                told.pop(int(found.group(1)), None)
            else:
                told[int(found.group(1))] = element
    return told


def reference_of(element: ET.Element) -> str:
    return element.findtext(f"{{{DPI}}}DocSpec/{{{STF}}}DocRefId") or ""


def _file_name(operator: Profile, year: int, part: int, at: datetime) -> str:
    return f"DPIDAC7_{year}_{operator.siren}_{part:03d}_{at.astimezone(UTC):%Y%m%d%H%M%S}.xml"


def _bytes(root: ET.Element) -> bytes:
    ET.register_namespace("dpi", DPI)
    ET.register_namespace("stf", STF)
    ET.indent(root)
    return ET.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _add(parent: ET.Element, name: str, text: object = "", **marks: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{DPI}}}{name}", marks)
    if text != "":
        element.text = _FORBIDDEN.sub(" ", str(text))[:TEXT_MOST]
    return element


def _message(
    operator: Profile, year: int, name: str, indication: str, at: datetime, *, resent: bool
) -> tuple[ET.Element, ET.Element]:
    root = ET.Element(f"{{{DPI}}}DPI_OECD", {"version": "1.0"})
    head = _add(root, "MessageSpec")
    for element, text in (
        ("TransmittingCountry", "FR"), ("ReceivingCountry", "FR"), ("MessageType", "DPI"),
        ("MessageRefId", f"OP_{name}"), ("MessageTypeIndic", indication),
        ("ReportingPeriod", f"{year}-12-31"),
        ("Timestamp", at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")),
    ):  # fmt: skip
        _add(head, element, text)
    body = _add(root, "DPIBody")
    platform = _add(body, "PlatformOperator")
    _add(platform, "ResCountryCode", operator.address.country)
    _add(platform, "TIN", operator.siren, issuedBy="FR")
    if operator.vat_number:
        _add(platform, "VAT", operator.vat_number)
    _add(platform, "Name", operator.name)
    _add(platform, "PlatformBusinessName", operator.name)
    where = operator.address
    _address(platform, where.country, ", ".join([where.line, f"{where.postcode} {where.city}"]))
    _add(platform, "Nexus", "RPONEX1")
    _add(platform, "AssumedReporting", "false")
    _spec(platform, RESENT if resent else FIRST, f"FR{year}_{operator.siren}_P")
    return root, body


def _address(parent: ET.Element, country: str, free: str) -> None:
    address = _add(parent, "Address")
    _add(address, "CountryCode", country)
    _add(address, "AddressFree", free.strip(" ,") or "inconnue")


def _spec(parent: ET.Element, kind: str, reference: str, corrects: str = "") -> None:
    spec = _add(parent, "DocSpec")
    for name, text in (
        ("DocTypeIndic", kind), ("DocRefId", reference), ("CorrDocRefId", corrects),
    ):  # fmt: skip
        if text:
            ET.SubElement(spec, f"{{{STF}}}{name}").text = text


def _seller(
    body: ET.Element, year: SellerYear, seller: Seller, name: str, corrects: str | None
) -> None:
    place = _add(body, "ReportableSeller")
    _identity(_add(place, "Identity"), year, seller)
    let = _add(_add(place, "RelevantActivities"), "ImmovableProperty")
    for listing in year.listings:
        _listing(_add(let, "PropertyListing"), listing)
    reference = f"FR{name}_S{seller.seller}"
    _spec(place, FIRST if corrects is None else CHANGED, reference, corrects or "")


def _identity(place: ET.Element, year: SellerYear, seller: Seller) -> None:
    person = bool(seller.person)
    standard = _add(_add(place, "IndividualSeller" if person else "EntitySeller"), "Standard")
    party = _add(standard, "IndSellerID" if person else "EntSellerID")
    country = seller.country or "FR"
    _add(party, "ResCountryCode", country)
    if seller.tax_number:
        _add(party, "TIN", seller.tax_number, issuedBy=country)
    else:
        _add(party, "TIN", "NOTIN", unknown="true")
    if seller.vat_number:
        _add(party, "VAT", seller.vat_number)
    if person:
        _person_name(_add(party, "Name"), seller.name or seller.organisation)
    else:
        _add(party, "Name", seller.name or seller.organisation)
    _address(party, country, seller.address or year.listings[0].address)
    if person:
        _birth(_add(party, "BirthInfo"), seller, country)
    if seller.account:
        identifier = _add(standard, "FinancialIdentifier")
        _add(identifier, "Identifier", seller.account, AccountNumberType="Other")


def _person_name(place: ET.Element, name: str) -> None:
    """The name is asked as one; its first word is the first name."""
    first, _, last = name.strip().partition(" ")
    _add(place, "FirstName", first)
    _add(place, "LastName", last.strip() or first)


def _birth(place: ET.Element, seller: Seller, country: str) -> None:
    _add(place, "BirthDate", seller.born_on)
    if seller.born_at:
        born = _add(place, "BirthPlace")
        _add(born, "City", seller.born_at)
        _add(_add(born, "CountryInfo"), "CountryCode", country)


def _listing(place: ET.Element, listing: ListingYear) -> None:
    _address(place, "FR", f"{listing.house}, {listing.address}")
    for name, short, amounts in (
        ("Consideration", "Cons", listing.paid_cents),
        ("NumberOfActivities", "Numb", listing.activities),
        ("Fees", "Fees", listing.fees_cents),
        ("Taxes", "Taxes", listing.taxes_cents),
    ):
        _quarters(_add(place, name), short, amounts)
    kind = PROPERTY_TYPES.get(listing.kind, OTHER_TYPE)
    _add(place, "PropertyType", kind)
    if kind == OTHER_TYPE:
        _add(place, "OtherPropertyType", listing.kind)
    if listing.nights > 0:
        _add(place, "RentedDays", min(listing.nights, DAYS_MOST))


def _quarters(place: ET.Element, short: str, amounts: Quarters) -> None:
    for quarter, amount in enumerate(amounts, 1):
        if short == "Numb":
            _add(place, f"NumbQ{quarter}", amount)
        else:
            _add(place, f"{short}Q{quarter}", divide_half_up(amount, 100), currCode="EUR")


def _withdrawn(told: ET.Element, name: str, seller: int) -> ET.Element:
    """Somebody who is reported no longer, as it was told, to be deleted."""
    element = copy.deepcopy(told)
    old = element.find(f"{{{DPI}}}DocSpec")
    assert old is not None, "every seller has one"
    reference = reference_of(element)
    element.remove(old)
    _spec(element, WITHDRAWN, f"FR{name}_S{seller}", reference)
    return element
