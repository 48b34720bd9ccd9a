"""A document as the XML of Factur-X: Cross Industry Invoice, profile EN 16931.

The order of the elements is that of the schema; `BT-` names are the terms of EN 16931. Written as
text, so that the same document gives the same bytes.
"""

import re
from collections.abc import Iterable
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from hub.billing.models import Address, Buyer, Category, Content, Kind, Line, Profile, VatGroup
from hub.invoices.policy.mentions import legal_identity, notes_of, process_of

PROFILE = "urn:cen.eu:en16931:2017"
FILE_NAME = "factur-x.xml"
TYPES = {Kind.INVOICE: "380", Kind.CREDIT_NOTE: "381"}
SIREN, SIRET, FRENCH_ADDRESS, EMAIL = "0002", "0009", "0225", "EM"
CARD, TRANSFER, UNDEFINED = "48", "30", "1"
ON_INVOICE, ON_PAYMENT = "5", "72"
_SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
# What XML 1.0 cannot hold, whoever typed it.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_of(content: Content) -> bytes:
    """The XML of a document, UTF-8."""
    spaces = "".join(f' xmlns:{name}="{uri}"' for name, uri in _SPACES.items())
    body = (
        _el("rsm:ExchangedDocumentContext", _context(content))
        + _el("rsm:ExchangedDocument", _document(content))
        + _el("rsm:SupplyChainTradeTransaction", _transaction(content))
    )
    root = f"<rsm:CrossIndustryInvoice{spaces}>{body}</rsm:CrossIndustryInvoice>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


def _el(name: str, inner: str, **attributes: str) -> str:
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{said}>{inner}</{name}>"


def _ram(name: str, *inner: str, **attributes: str) -> str:
    return _el(f"ram:{name}", "".join(inner), **attributes)


def _text(name: str, value: str, **attributes: str) -> str:
    """An element with a text; nothing at all for an empty one."""
    clean = _FORBIDDEN.sub("", value).strip()
    return _ram(name, escape(clean), **attributes) if clean else ""


def _day(name: str, day: date, form: str = "udt") -> str:
    return _ram(name, _el(f"{form}:DateTimeString", f"{day:%Y%m%d}", format="102"))


def amount(cents: int) -> str:
    """`-12.05`: exact, two decimals."""
    sign, whole = ("-" if cents < 0 else ""), abs(cents)
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def _percent(bps: int) -> str:
    return amount(bps)


def _context(content: Content) -> str:
    return _ram(
        "BusinessProcessSpecifiedDocumentContextParameter", _text("ID", process_of(content))
    ) + _ram("GuidelineSpecifiedDocumentContextParameter", _text("ID", PROFILE))


def _document(content: Content) -> str:
    notes = (
        _ram("IncludedNote", _text("Content", note.words), _text("SubjectCode", note.code))
        for note in notes_of(content)
    )
    return (
        _text("ID", content.number)
        + _text("TypeCode", TYPES[content.kind])
        + _day("IssueDateTime", content.issued_on)
        + "".join(notes)
    )


def _transaction(content: Content) -> str:
    lines = (_line(number, line) for number, line in enumerate(content.lines, start=1))
    delivery = _ram(
        "ActualDeliverySupplyChainEvent", _day("OccurrenceDateTime", content.delivered_until)
    )
    return (
        "".join(lines)
        + _ram("ApplicableHeaderTradeAgreement", _agreement(content))
        + _ram("ApplicableHeaderTradeDelivery", delivery)
        + _ram("ApplicableHeaderTradeSettlement", _settlement(content))
    )


def _line(number: int, line: Line) -> str:
    quantity = str(line.quantity)
    # The price of all units together (BT-146 for BT-149 units): exact, whatever it divides into.
    price = _ram(
        "NetPriceProductTradePrice",
        _text("ChargeAmount", amount(line.net_cents)),
        _text("BasisQuantity", quantity, unitCode=line.unit),
    )
    tax = _ram(
        "ApplicableTradeTax",
        _text("TypeCode", "VAT"),
        _text("CategoryCode", line.category.value),
        _text("RateApplicablePercent", _percent(line.rate_bps)),
    )
    total = _ram(
        "SpecifiedTradeSettlementLineMonetarySummation",
        _text("LineTotalAmount", amount(line.net_cents)),
    )
    return _ram(
        "IncludedSupplyChainTradeLineItem",
        _ram("AssociatedDocumentLineDocument", _text("LineID", str(number))),
        _ram("SpecifiedTradeProduct", _text("Name", line.name), _text("Description", line.note)),
        _ram("SpecifiedLineTradeAgreement", price),
        _ram("SpecifiedLineTradeDelivery", _text("BilledQuantity", quantity, unitCode=line.unit)),
        _ram("SpecifiedLineTradeSettlement", tax, total),
    )


def _agreement(content: Content) -> str:
    buyer = content.buyer
    order = _text("IssuerAssignedID", buyer.engagement)
    return (
        _text("BuyerReference", buyer.service_code or content.matter)
        + _ram("SellerTradeParty", _seller(content.seller))
        + _ram("BuyerTradeParty", _buyer(buyer, content.seller))
        + (_ram("BuyerOrderReferencedDocument", order) if order else "")
    )


def _seller(seller: Profile) -> str:
    return (
        _text("GlobalID", seller.siret, schemeID=SIRET)
        + _text("Name", seller.name)
        + _text("Description", legal_identity(seller))
        + _ram("SpecifiedLegalOrganization", _text("ID", seller.siren, schemeID=SIREN))
        + _address(seller.address)
        + _endpoint(seller.siren, FRENCH_ADDRESS)
        # BT-31, or BT-32 for who has no VAT number: EN 16931 wants one of them (BR-S-02, BR-E-02).
        + (
            _tax_number(seller.vat_number, "VA")
            if seller.vat_number
            else _tax_number(seller.siren, "FC")
        )
    )


def _buyer(buyer: Buyer, seller: Profile) -> str:
    """A guest at the desk may have no address for mail: the seller hands the document over."""
    legal = _text("ID", buyer.siren or "", schemeID=SIREN)
    mail = buyer.email or seller.email
    electronic = (buyer.siren, FRENCH_ADDRESS) if buyer.siren else (mail, EMAIL)
    return (
        (_text("GlobalID", buyer.siret, schemeID=SIRET) if buyer.siret else "")
        + _text("Name", buyer.name)
        + (_ram("SpecifiedLegalOrganization", legal) if legal else "")
        + _address(buyer.address)
        + (_endpoint(*electronic) if electronic[0] else "")
        + (_tax_number(buyer.vat_number, "VA") if buyer.vat_number else "")
    )


def _address(address: Address) -> str:
    return _ram(
        "PostalTradeAddress",
        _text("PostcodeCode", address.postcode),
        _text("LineOne", address.line),
        _text("CityName", address.city),
        _text("CountryID", address.country),
    )


def _endpoint(value: str, scheme: str) -> str:
    return _ram("URIUniversalCommunication", _text("URIID", value, schemeID=scheme))


def _tax_number(number: str, scheme: str) -> str:
    return _ram("SpecifiedTaxRegistration", _text("ID", number, schemeID=scheme))


def _settlement(content: Content) -> str:
    taxes = (_tax(group, content.seller) for group in content.vat)
    period = _day("StartDateTime", content.delivered_from) + _day(
        "EndDateTime", content.delivered_until
    )
    return (
        _text("InvoiceCurrencyCode", content.currency)
        + _ram("SpecifiedTradeSettlementPaymentMeans", _means(content))
        + "".join(taxes)
        + _ram("BillingSpecifiedPeriod", period)
        + _ram("SpecifiedTradePaymentTerms", _day("DueDateDateTime", content.due_on))
        + _ram("SpecifiedTradeSettlementHeaderMonetarySummation", _sums(content))
        + "".join(_corrected(content))
    )


def _means(content: Content) -> str:
    if content.totals.paid_cents:
        return _text("TypeCode", CARD)
    iban = _text("IBANID", content.seller.iban or "")
    if not iban:
        return _text("TypeCode", UNDEFINED)
    return _text("TypeCode", TRANSFER) + _ram("PayeePartyCreditorFinancialAccount", iban)


def _tax(group: VatGroup, seller: Profile) -> str:
    codes = {reason.code for reason in group.reasons if reason.code}
    taxed = group.category is Category.STANDARD
    due = ON_INVOICE if seller.vat_on_debits else ON_PAYMENT
    return _ram(
        "ApplicableTradeTax",
        _text("CalculatedAmount", amount(group.vat_cents)),
        _text("TypeCode", "VAT"),
        _text("ExemptionReason", " ; ".join(reason.words for reason in group.reasons)),
        _text("BasisAmount", amount(group.net_cents)),
        _text("CategoryCode", group.category.value),
        _text("ExemptionReasonCode", codes.pop() if len(codes) == 1 else ""),
        _text("DueDateTypeCode", due if taxed else ""),
        _text("RateApplicablePercent", _percent(group.rate_bps)),
    )


def _sums(content: Content) -> str:
    totals = content.totals
    return (
        _text("LineTotalAmount", amount(totals.net_cents))
        + _text("TaxBasisTotalAmount", amount(totals.net_cents))
        + _text("TaxTotalAmount", amount(totals.vat_cents), currencyID=content.currency)
        + _text("RoundingAmount", amount(totals.rounding_cents) if totals.rounding_cents else "")
        + _text("GrandTotalAmount", amount(totals.gross_cents))
        + _text("TotalPrepaidAmount", amount(totals.paid_cents))
        + _text("DuePayableAmount", amount(totals.due_cents))
    )


def _corrected(content: Content) -> Iterable[str]:
    for earlier in content.corrects:
        yield _ram(
            "InvoiceReferencedDocument",
            _text("IssuerAssignedID", earlier.number),
            _day("FormattedIssueDateTime", earlier.issued_on, "qdt"),
        )
