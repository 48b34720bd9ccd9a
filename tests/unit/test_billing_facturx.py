"""Factur-X files against independent checkers: schema, EN 16931 and French rules. A broken one
fails by the name of its rule."""

import re
from io import BytesIO

import msgspec
import pypdf
import pytest

from hub.billing.models import Address, Buyer, Category, Content, Exemption, Kind, Line
from hub.invoices.actions.printing import draw
from hub.invoices.policy.cii import FILE_NAME, xml_of
from tests import facturx
from tests.invoices import COMPANY, EARLIER, ISSUED, ROOM, SCHOOL, SELLER, SMALL, TAX, issued

FRANCHISED = msgspec.structs.replace(
    SELLER, name="Gîte de l'Aubrac", legal_form="", capital_cents=None, register="",
    vat_number=None,
)  # fmt: skip
NO_VAT = Line(name="Gîte", net_cents=40_000, category=Category.EXEMPT, exemption=SMALL)
ALCOHOL = Line(name="Vin du Jura", net_cents=1_500, rate_bps=2_000, quantity=2)
REVERSED = Line(
    name="Commission", net_cents=2_640, category=Category.REVERSE,
    exemption=Exemption(words="Autoliquidation", code="VATEX-EU-AE"),
)  # fmt: skip
FOREIGN = Buyer(
    name="Alpenhof GmbH", email="haus@demo.example", vat_number="DE136695976",
    address=Address(line="Seestraße 1", postcode="87435", city="Kempten", country="DE"),
)  # fmt: skip
UNPAID = {"paid_cents": 0, "paid_on": None}
DOCUMENTS = {
    "a guest who has paid": issued(),
    "a company that has paid": issued(buyer=COMPANY),
    "a company that has to pay": issued(buyer=COMPANY, **UNPAID),
    "a public body": issued(buyer=SCHOOL, **UNPAID),
    "a house without VAT": issued(seller=FRANCHISED, lines=(NO_VAT,), paid_cents=40_000),
    "without VAT, with tourist tax": issued(
        seller=FRANCHISED,
        lines=(NO_VAT, Line(name="Taxe", net_cents=80, category=Category.EXEMPT, exemption=TAX)),
        paid_cents=40_080,
    ),
    "three rates": issued(lines=(ROOM, ALCOHOL, Line(name="Pique-nique", net_cents=9_479,
        rate_bps=550)), **UNPAID),
    "a commission that was kept, with its rounding": issued(
        buyer=COMPANY, lines=(Line(name="Commission", net_cents=26_404, rate_bps=2_000),) * 3,
        paid_cents=95_053, settles=True, issued_by="",
    ),
    "reverse charge": issued(buyer=FOREIGN, lines=(REVERSED,), **UNPAID),
    "a credit note": issued(Kind.CREDIT_NOTE, corrects=(EARLIER,), reason="Séjour annulé"),
    "VAT on debits": issued(seller=msgspec.structs.replace(SELLER, vat_on_debits=True)),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_kind_of_document_passes_schema_european_and_french_rules(name: str) -> None:
    facturx.check(xml_of(DOCUMENTS[name]))


@pytest.mark.parametrize("rate", [550, 1_000, 2_000])
def test_prices_agreed_with_vat_come_to_the_same_cent(rate: int) -> None:
    for gross in (*range(1, 60), 2_400, 10_000, 22_000, 123_457):
        net = (gross * 10_000 * 2 + 10_000 + rate) // (2 * (10_000 + rate))
        line = Line(name="Chambre", net_cents=net, rate_bps=rate)
        document = issued(lines=(line,), vat_cents={f"S:{rate}": gross - net}, paid_cents=gross)
        assert document.totals.gross_cents == gross
        assert document.totals.due_cents == 0
        if gross in {5, 16, 2_400, 123_457}:
            facturx.check(xml_of(document))


def changed(pattern: str, by: str, document: Content | None = None) -> bytes:
    before = xml_of(document or issued()).decode()
    after = re.sub(pattern, by, before)
    assert after != before
    return after.encode()


@pytest.mark.parametrize(
    ("pattern", "by", "european", "french"),
    [
        pytest.param(
            r"(GrandTotalAmount>)225\.94", r"\g<1>226.94", {"BR-CO-15", "BR-CO-16"}, set(),
            id="a wrong total",
        ),
        pytest.param(
            r"<ram:IncludedNote><ram:Content>[^<]*</ram:Content><ram:SubjectCode>PMT</ram:SubjectCode>"
            r"</ram:IncludedNote>", "", set(), {"BR-FR-05_BT-22_PMT"}, id="no recovery costs",
        ),
        pytest.param(
            r"(CalculatedAmount>)20\.00", r"\g<1>22.00", {"BR-CO-14", "BR-CO-17", "BR-S-09"}, set(),
            id="a wrong VAT",
        ),
        pytest.param(r"<ram:ID>S2<", "<ram:ID>A1<", set(), {"BR-FR-08_BT-23"}, id="no process"),
        pytest.param(
            r'schemeID="0002">732829320', 'schemeID="0002">73282932', set(),
            {"BR-FR-10_BT-30"}, id="a short SIREN",
        ),
    ],
)  # fmt: skip
def test_a_broken_one_fails_by_the_name_of_its_rule(
    pattern: str, by: str, european: set[str], french: set[str]
) -> None:
    xml = changed(pattern, by)
    found = facturx.broken_rules(xml, facturx.EN16931)
    assert european <= found
    assert bool(european) == bool(found)
    assert french <= facturx.broken_rules(xml, facturx.FRENCH)


def test_an_element_that_the_profile_does_not_know_is_refused_by_the_schema() -> None:
    assert facturx.schema_faults(changed("ram:DuePayableAmount", "ram:DueAmount"))


def test_what_a_person_typed_cannot_break_the_xml() -> None:
    odd = msgspec.structs.replace(COMPANY, name='A&B <"c"> \x0b ]]> é')
    xml = xml_of(issued(buyer=odd))
    facturx.check(xml)
    assert b"A&amp;B &lt;" in xml


def test_the_pdf_is_made_to_be_kept_and_carries_its_own_xml() -> None:
    document = issued(buyer=COMPANY)
    file = draw(document, "fr")
    reader = pypdf.PdfReader(BytesIO(file), strict=True)
    root = reader.trailer["/Root"]
    assert reader.attachments[FILE_NAME] == [xml_of(document)]
    assert root["/AF"][0].get_object()["/AFRelationship"] == "/Alternative"
    assert "/OutputIntents" in root
    metadata = root["/Metadata"].get_data().decode()
    for said in (
        "<pdfaid:part>3</pdfaid:part>",
        "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>",
        f"<fx:DocumentFileName>{FILE_NAME}</fx:DocumentFileName>",
        "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
    ):
        assert said in metadata
    assert metadata.count("<rdf:RDF") == 1
    assert reader.trailer["/ID"]


def test_the_page_bears_every_mention_of_the_law() -> None:
    text = " ".join(
        page.extract_text()
        for page in pypdf.PdfReader(BytesIO(draw(issued(buyer=COMPANY), "fr"))).pages
    )
    plain = re.sub(r"[\s\xa0\u202f]+", " ", text)
    for said in (
        "Facture TIF-F-2027-000042", "SARL au capital de 8 000,00 €", "RCS Annecy 732 829 320",
        "SIRET 73282932000074", "FR44732829320", "SIRET 44306184100047", "FR64443061841",
        "LAC-2741-ORME", "Chambre double", "200,00 €", "20,00 €", "225,94 €", "10 %",
        "au nom et pour le compte de Belvédère & Fils", "Taxe de séjour, hors champ de la TVA",
        "15 %", "40,00 €", "Pas d'escompte", "27 février 2027", "4 janvier 2027",
    ):  # fmt: skip
        assert said in plain, said


def test_the_same_document_gives_the_same_bytes() -> None:
    assert draw(issued(), "fr") == draw(issued(), "fr")
    assert issued().issued_on == ISSUED
