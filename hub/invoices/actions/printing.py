"""A document for people: the PDF/A-3 that carries its own XML (Factur-X)."""

import asyncio
from datetime import UTC, datetime, time

from babel import dates, numbers

from hub.billing.models import Category, Content, Kind, Line
from hub.core.documents import Heading, pdf, template
from hub.core.i18n import SOURCE, catalogue, money
from hub.invoices.policy import cii, mentions
from hub.invoices.policy.facturx import say_facturx

WORDS = {
    "invoice": "Facture %(number)s",
    "credit_note": "Avoir %(number)s",
    "seller": "Vendeur",
    "buyer": "Client",
    "issued": "Émise le",
    "due": "Échéance",
    "supply": "Prestation",
    "span": "du %(first)s au %(last)s",
    "matter": "Référence",
    "corrects": "Corrige",
    "engagement": "Engagement",
    "service": "Code service",
    "paid_on": "Payée le",
    "designation": "Désignation",
    "quantity": "Quantité",
    "unit_price": "Prix unitaire HT",
    "rate": "TVA",
    "net": "Montant HT",
    "no_vat": "sans TVA",
    "by_rate": "TVA par taux",
    "base": "Base HT",
    "vat": "TVA",
    "total_net": "Total HT",
    "total_vat": "Total TVA",
    "total": "Total TTC",
    "paid": "Déjà payé",
    "given_back": "Déjà remboursé",
    "rounding": "Arrondi",
    "to_pay": "Net à payer",
    "to_give_back": "Net à rembourser",
    "siret": "SIRET",
    "vat_number": "N° TVA",
    "mentions": "Mentions",
}


async def print_invoice(content: Content, language: str = SOURCE) -> bytes:
    """The Factur-X file; labels in the reader's language, the law's words in French. The same
    document gives the same bytes."""
    return await asyncio.to_thread(draw, content, language)


def draw(content: Content, language: str) -> bytes:
    said = _Said(content, language)
    heading = Heading(
        title=said(content.kind.value, number=content.number),
        issuer=content.seller.name,
        footer=f"{content.number} · {content.seller.name}",
        language=language,
    )
    at = datetime.combine(content.issued_on, time(12), UTC)
    values = said.values() | {"xml": cii.xml_of(content).decode(), "xml_name": cii.FILE_NAME}
    return say_facturx(pdf(template("hub.invoices", "invoice"), heading, values, at=at))


class _Said:
    """What a document says, as plain texts in a language."""

    def __init__(self, content: Content, language: str) -> None:
        self._content = content
        self._language = language
        self._words = catalogue(language)

    def __call__(self, name: str, **values: object) -> str:
        text = self._words.gettext(WORDS[name])
        return text % values if values else text

    def values(self) -> dict[str, object]:
        return {
            "seller": [self("seller"), *self._seller()],
            "buyer": [self("buyer"), *self._buyer()],
            "facts": self._facts(),
            "columns": [
                self(name) for name in ("designation", "quantity", "unit_price", "rate", "net")
            ],
            "lines": [self._line(line) for line in self._content.lines],
            "groups_title": self("by_rate"),
            "group_columns": [self("rate"), self("base"), self("vat")],
            "groups": self._groups(),
            "totals": self._totals(),
            "mentions_title": self("mentions"),
            "mentions": self._mentions(),
        }

    def _money(self, cents: int) -> str:
        return money(cents, self._language)

    def _day(self, day: object) -> str:
        return dates.format_date(day, "long", locale=self._language)  # pyright: ignore[reportArgumentType]  a date

    def _seller(self) -> list[str]:
        seller = self._content.seller
        numbers_ = [f"{self('siret')} {seller.siret}"]
        if seller.vat_number:
            numbers_.append(f"{self('vat_number')} {seller.vat_number}")
        found = [
            seller.name,
            seller.address.line,
            f"{seller.address.postcode} {seller.address.city}",
            mentions.legal_identity(seller),
            " · ".join(numbers_),
            seller.email,
        ]
        return [text for text in found if text.strip()]

    def _buyer(self) -> list[str]:
        buyer = self._content.buyer
        found = [
            buyer.name,
            buyer.address.line,
            f"{buyer.address.postcode} {buyer.address.city}",
            buyer.address.country if buyer.address.country != "FR" else "",
            f"{self('siret')} {buyer.siret}" if buyer.siret else "",
            f"SIREN {buyer.siren}" if buyer.siren and not buyer.siret else "",
            f"{self('vat_number')} {buyer.vat_number}" if buyer.vat_number else "",
            buyer.email,
        ]
        return [text for text in found if text.strip()]

    def _facts(self) -> list[tuple[str, str]]:
        content = self._content
        span = self("span", first=self._day(content.delivered_from),
                    last=self._day(content.delivered_until))  # fmt: skip
        one_day = content.delivered_from == content.delivered_until
        found = [
            (self("issued"), self._day(content.issued_on)),
            (self("supply"), self._day(content.delivered_until) if one_day else span),
            (self("matter"), content.matter),
        ]
        found += [
            (self("corrects"), f"{one.number}, {self._day(one.issued_on)}")
            for one in content.corrects
        ]
        if content.buyer.service_code:
            found.append((self("service"), content.buyer.service_code))
        if content.buyer.engagement:
            found.append((self("engagement"), content.buyer.engagement))
        if content.paid_on and not content.totals.due_cents and content.kind is Kind.INVOICE:
            found.append((self("paid_on"), self._day(content.paid_on)))
        else:
            found.append((self("due"), self._day(content.due_on)))
            if content.seller.iban and content.kind is Kind.INVOICE:
                found.append(("IBAN", content.seller.iban))
        return found

    def _rate(self, category: Category, rate_bps: int) -> str:
        if category is not Category.STANDARD:
            return self("no_vat")
        return numbers.format_percent(
            rate_bps / 10_000, locale=self._language, decimal_quantization=False
        )

    def _line(self, line: Line) -> list[str]:
        unit = line.net_cents / line.quantity / 100
        return [
            line.name,
            line.note,
            str(line.quantity),
            numbers.format_currency(unit, "EUR", locale=self._language),
            self._rate(line.category, line.rate_bps),
            self._money(line.net_cents),
        ]

    def _groups(self) -> list[list[str]]:
        return [
            [
                self._rate(group.category, group.rate_bps),
                self._money(group.net_cents),
                self._money(group.vat_cents),
            ]
            for group in self._content.vat
        ]

    def _totals(self) -> list[tuple[str, str]]:
        totals, credit = self._content.totals, self._content.kind is Kind.CREDIT_NOTE
        found = [
            (self("total_net"), self._money(totals.net_cents)),
            (self("total_vat"), self._money(totals.vat_cents)),
            (self("total"), self._money(totals.gross_cents)),
        ]
        if totals.paid_cents:
            found.append((self("given_back" if credit else "paid"), self._money(totals.paid_cents)))
        if totals.rounding_cents:
            found.append((self("rounding"), self._money(totals.rounding_cents)))
        found.append((self("to_give_back" if credit else "to_pay"), self._money(totals.due_cents)))
        return found

    def _mentions(self) -> list[str]:
        content = self._content
        reasons = [reason.words for group in content.vat for reason in group.reasons]
        notes = [note.words for note in mentions.notes_of(content) if note.code != "BAR"]
        return [*reasons, *notes]
