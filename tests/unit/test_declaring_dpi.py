"""The yearly report as the administration's own schema reads it, and what a correction says."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree

from tests.invoices import SELLER
from tourism.declaring import dpi, policy
from tourism.declaring.models import HouseQuarter, Seller, SellerYear

SCHEMA = Path(__file__).parent.parent / "data/dac7/DPIXML_v1.1-fr1.xsd"
AT = datetime(2027, 1, 20, 9, 30, tzinfo=UTC)
SPACES = {"dpi": dpi.DPI, "stf": dpi.STF}
HOTEL = Seller(
    seller=5, organisation="Hôtel", person=False, name="Hôtel <du Lac> & Fils",
    address="2 quai de l'Île, 74000 Annecy", country="FR", tax_number="732829320",
    vat_number="FR44732829320", born_on=None, born_at=None, account="acct_5", reminders=0,
    first_reminder=None,
)  # fmt: skip
LANDLADY = Seller(
    seller=6, organisation="Gîte", person=True, name="Colette Bertrand", address="Mende",
    country="FR", tax_number="", vat_number="", born_on=date(1980, 5, 17), born_at="Mende",
    account=None, reminders=0, first_reminder=None,
)  # fmt: skip
SILENT = Seller(
    seller=7, organisation="Camping\x0b du Pont", person=None, name=None, address=None,
    country=None,
    tax_number=None, vat_number=None, born_on=None, born_at=None, account=None, reminders=2,
    first_reminder=AT,
)  # fmt: skip
KINDS = {5: "hotel", 6: "furnished", 7: "village"}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(SCHEMA))


def years(*sellers: int, cents: int = 8_049) -> list[SellerYear]:
    return policy.years_of(
        HouseQuarter(
            seller=seller, property=seller, house="Maison", address="Mende, 48000",
            kind=KINDS[seller], quarter=2, cents=cents, fees_cents=650, taxes_cents=90, nights=6,
            stays=1,
        )
        for seller in sellers
    )  # fmt: skip


def files(number: int, told: list[bytes], *sellers: int, cents: int = 8_049) -> list[bytes]:
    known = {one.seller: one for one in (HOTEL, LANDLADY, SILENT)}
    made = dpi.files_of(
        SELLER, 2026, number, AT, years(*sellers, cents=cents), known, dpi.read_told(told)
    )
    return [one.file for one in made]


def read(file: bytes, path: str) -> list[str]:
    return [element.text or "" for element in etree.fromstring(file).iterfind(path, SPACES)]


def test_a_report_is_valid_and_says_what_was_paid_in_its_quarter(schema: etree.XMLSchema) -> None:
    (file,) = files(1, [], 5, 6, 7)
    schema.assertValid(etree.fromstring(file))
    assert read(file, ".//dpi:ConsQ2") == ["80", "80", "80"]  # whole euros, DC-3: the quarter paid
    assert read(file, ".//dpi:FeesQ2") == ["7", "7", "7"]
    assert read(file, ".//dpi:RentedDays") == ["6", "6", "6"]
    assert read(file, ".//dpi:PropertyType") == ["DPI902", "DPI905", "DPI910"]
    assert read(file, ".//dpi:LastName") == ["Bertrand"]
    assert read(file, ".//dpi:EntSellerID/dpi:Name") == [
        "Hôtel <du Lac> & Fils",
        "Camping  du Pont",
    ]
    assert read(file, ".//dpi:ReportableSeller//dpi:TIN") == ["732829320", "NOTIN", "NOTIN"]
    assert set(read(file, ".//stf:DocTypeIndic")) == {"OECD1"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<dpi:ConsQ2 ", "<dpi:Q2 "),
        ("<stf:DocTypeIndic>OECD1", "<stf:DocTypeIndic>OECD9"),
        ('currCode="EUR"', 'currCode="EURO"'),
        ("<dpi:ReportingPeriod>2026-12-31", "<dpi:ReportingPeriod>2026"),
    ],
)
def test_what_the_schema_does_not_know_is_refused_by_it(
    schema: etree.XMLSchema, right: str, wrong: str
) -> None:
    (file,) = files(1, [], 5)
    spoilt = file.decode().replace(right, wrong)
    if right.startswith("<dpi:ConsQ2"):
        spoilt = spoilt.replace("</dpi:ConsQ2>", "</dpi:Q2>")
    assert spoilt != file.decode()
    assert not schema.validate(etree.fromstring(spoilt.encode()))


def test_a_later_report_tells_new_sellers_apart_from_corrections(schema: etree.XMLSchema) -> None:
    first = files(1, [], 5, 7)
    new, corrected = files(2, first, 5, 6, cents=9_000)
    for file in (new, corrected):
        schema.assertValid(etree.fromstring(file))
    assert read(new, ".//dpi:MessageTypeIndic") == ["DPI401"]
    assert read(new, ".//dpi:LastName") == ["Bertrand"]
    assert read(corrected, ".//dpi:MessageTypeIndic") == ["DPI402"]
    assert read(corrected, ".//dpi:ReportableSeller//stf:DocTypeIndic") == ["OECD2", "OECD3"]
    assert read(corrected, ".//stf:CorrDocRefId") == [
        "FR2026_732829320_001_S5", "FR2026_732829320_001_S7",
    ]  # fmt: skip
    assert read(corrected, ".//dpi:ConsQ2") == ["90", "80"]
    again = files(3, [*first, new, corrected], 5, 6, 7)
    assert read(again[0], ".//dpi:ReportableSeller//stf:DocTypeIndic") == ["OECD1"]  # told anew
    assert read(again[1], ".//stf:CorrDocRefId") == [
        "FR2026_732829320_002C_S5", "FR2026_732829320_002_S6",
    ]  # fmt: skip
