"""The words that the law wants on an invoice, in French (DOMAIN 2.3).

CGI ann. II 242 nonies A; C. com. L441-9, L441-10, D441-5. The codes are those of UNTDID 4451 that
the French rules ask for (BR-FR-05, BR-FR-20).
"""

import msgspec

from hub.billing.models import Content, Kind, Profile

RECOVERY_CENTS = 4_000  # D441-5
MANDATE = "Facture établie par {by} au nom et pour le compte de {seller}."
DEBITS = "Option pour le paiement de la TVA d'après les débits."
RECEIPTS = "TVA exigible à l'encaissement."
NO_DISCOUNT = "Pas d'escompte pour paiement anticipé."
REVERSE = "Autoliquidation"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A mention with its code."""

    code: str
    words: str


def legal_identity(seller: Profile) -> str:
    """Legal form, capital and registration: "SARL au capital de 8 000,00 €, RCS Annecy"."""
    parts = [seller.legal_form] if seller.legal_form else []
    if seller.legal_form and seller.capital_cents is not None:
        parts[0] += f" au capital de {euros(seller.capital_cents)}"
    if seller.register:
        parts.append(seller.register)
    return ", ".join(parts)


def euros(cents: int) -> str:
    """`8 000,00 €`, as French invoices write it."""
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", "\u202f") + f",{rest:02d}\xa0€"


def percent(bps: int) -> str:
    """`5,5 %`."""
    text = f"{bps / 100:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") + "\xa0%"


def notes_of(content: Content) -> tuple[Note, ...]:
    """Every mention of a document, the codes that may come once only once."""
    buyer, seller = content.buyer, content.seller
    found = [
        Note(code="PMD", words=_penalties(content)),
        Note(code="PMT", words=_recovery(content)),
        Note(code="AAB", words=NO_DISCOUNT),
        Note(code="BAR", words=treatment(content)),
    ]
    if content.issued_by:
        said = MANDATE.format(by=content.issued_by, seller=seller.name)
        found.append(Note(code="AAI", words=said))
    if any(group.vat_cents for group in content.vat):
        found.append(Note(code="AAI", words=DEBITS if seller.vat_on_debits else RECEIPTS))
    if content.kind is Kind.CREDIT_NOTE and content.reason:
        found.append(Note(code="AAI", words=content.reason))
    if buyer.public and buyer.service_code:
        found.append(Note(code="AAI", words=f"Code service : {buyer.service_code}"))
    return tuple(found)


def treatment(content: Content) -> str:
    """How the reform treats the document: an electronic invoice, or a line of e-reporting."""
    buyer = content.buyer
    if buyer.business:
        return "B2B"
    if buyer.vat_number is not None:
        return "B2BINT"
    return "B2C"


def process_of(content: Content) -> str:
    """BT-23: the invoice of a service, to be paid (S1) or paid already (S2)."""
    return "S2" if content.prepaid and content.paid_on is not None else "S1"


def _penalties(content: Content) -> str:
    if not content.buyer.business:
        return "Pénalités de retard : sans objet pour un particulier."
    return f"Pénalités de retard au taux annuel de {percent(content.seller.late_bps)}."


def _recovery(content: Content) -> str:
    if not content.buyer.business:
        return "Indemnité forfaitaire de recouvrement : sans objet pour un particulier."
    return (
        "Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : "
        f"{euros(RECOVERY_CENTS)}."
    )
