"""Invoices as tests need them: an invented seller, drafts of every kind."""

from datetime import date
from typing import Any

import msgspec

from hub.billing.models import (
    Address,
    Buyer,
    Category,
    Content,
    Draft,
    Exemption,
    Kind,
    Line,
    Profile,
    Reference,
)
from hub.billing.policy.summing import content_of

SELLER = Profile(
    name="Belvédère & Fils (maison inventée)",
    address=Address(line="1 quai de l'Invention", postcode="74000", city="Annecy"),
    siren="732829320",
    siret="73282932000074",
    legal_form="SARL",
    capital_cents=800_000,
    register="RCS Annecy 732 829 320",
    vat_number="FR44732829320",
    email="maison@demo.example",
    iban="FR7630006000011234567890189",
)
GUEST = Buyer(name="Ada Martin", email="ada@demo.example")
COMPANY = Buyer(
    name="Voyages <Dupont> & Cie",
    email="compta@demo.example",
    address=Address(line="12 rue des Lices", postcode="48000", city="Mende"),
    siren="443061841",
    siret="44306184100047",
    vat_number="FR64443061841",
)
SCHOOL = msgspec.structs.replace(
    COMPANY, name="Collège de Mende", vat_number=None, public=True,
    service_code="INTENDANCE-2", engagement="EJ-2027/0042",
)  # fmt: skip
TAX = Exemption(words="Taxe de séjour, hors champ de la TVA", code="VATEX-EU-79-C")
SMALL = Exemption(words="TVA non applicable, art. 293 B du CGI", code="VATEX-FR-FRANCHISE")
ROOM = Line(name="Chambre double", quantity=3, net_cents=20_000, rate_bps=1_000)
TOURIST_TAX = Line(name="Taxe de séjour", net_cents=594, category=Category.EXEMPT, exemption=TAX)
ISSUED = date(2027, 3, 2)
EARLIER = Reference(number="TIF-F-2027-000001", issued_on=date(2027, 2, 1))


def draft(*lines: Line, **changed: Any) -> Draft:
    plain = Draft(
        source="booking:1:1",
        subject="booking:1",
        matter="LAC-2741-ORME",
        buyer=GUEST,
        lines=lines or (ROOM, TOURIST_TAX),
        delivered_from=date(2027, 2, 27),
        delivered_until=ISSUED,
        paid_cents=22_594,
        paid_on=date(2027, 1, 4),
        issued_by="TourismInFrance",
    )
    return msgspec.structs.replace(plain, **changed)


def issued(kind: Kind = Kind.INVOICE, seller: Profile = SELLER, **changed: Any) -> Content:
    lines = changed.pop("lines", ())
    return content_of(draft(*lines, **changed), kind, seller, "TIF-F-2027-000042", ISSUED)
