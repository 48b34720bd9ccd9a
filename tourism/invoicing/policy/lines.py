"""A stay as the lines of its invoice: prices were agreed VAT included, and the ledger has divided
them; each line has its part of the net, to the cent."""

from collections.abc import Iterator, Mapping
from datetime import date

from hub.billing.models import Buyer, Category, Draft, Exemption, Line, PaymentPart
from hub.core.errors import HubError
from hub.rules import split
from tourism.booking.models import Booking, State
from tourism.invoicing.models import Priced, Shared
from tourism.quoting.models import QuotedRoom
from tourism.taxes.models import VatRegime
from tourism.taxes.vat import MENTIONS

BY = "TourismInFrance"
TOURIST_TAX = Exemption(
    words="Taxe de séjour collectée pour la collectivité, hors champ de la TVA",
    code="VATEX-EU-79-C",
)
CODES: Mapping[VatRegime, str] = {
    VatRegime.EXEMPT_261D: "VATEX-FR-CGI261D-4",
    VatRegime.FRANCHISE_293B: "VATEX-FR-FRANCHISE",
}
ROOM_NAMES = {
    "double": "Chambre double",
    "superior": "Chambre supérieure",
    "family": "Chambre familiale",
    "suite": "Suite",
    "pitch": "Emplacement",
    "pitch_electric": "Emplacement avec électricité",
    "mobile_home_4": "Mobil-home 4 personnes",
    "mobile_home_6": "Mobil-home 6 personnes",
    "chalet": "Chalet",
    "studio": "Studio",
    "two_rooms": "Deux pièces",
    "three_rooms": "Trois pièces",
    "four_rooms": "Quatre pièces",
    "lodge_2": "Logement 2 personnes",
    "lodge_4": "Logement 4 personnes",
    "lodge_6": "Logement 6 personnes",
    "private_room": "Chambre privée",
    "dormitory_bed": "Lit en dortoir",
}
OVER = frozenset({State.CANCELLED, State.NO_SHOW})
OVER_NAMES = {
    State.CANCELLED: "Indemnité d'annulation",
    State.NO_SHOW: "Indemnité de non-présentation",
}


class NotAsShared(HubError):
    """The lines of a stay are not what the ledger shared"""

    code = "invoice-not-as-shared"


def buyer_of(booking: Booking) -> Buyer:
    """Who booked, while nobody else is named."""
    guest = booking.guest
    if guest is None:
        raise ValueError("a booking without a guest is not invoiced")
    return Buyer(name=f"{guest.first_name} {guest.last_name}".strip(), email=guest.email)


def draft_of(
    booking: Booking, shared: Shared, buyer: Buyer, regime: str, source: str, paid_on: date | None
) -> Draft:
    """The invoice of a stay as it stands, paid on a day or not yet. Raises `NotAsShared` rather
    than invoice other sums."""
    lines = [*_priced_lines(booking, shared, regime), *_tax_lines(booking, shared)]
    return Draft(
        source=source,
        subject=f"booking:{booking.id}",
        matter=booking.reference,
        buyer=buyer,
        lines=tuple(lines),
        vat_cents={f"S:{rate}": cents for rate, cents in shared.vat.items() if rate and cents},
        delivered_from=booking.arrival,
        delivered_until=booking.departure,
        paid_cents=shared.total_cents - booking.owed_cents if paid_on else 0,
        paid_on=paid_on,
        issued_by=BY,
    )


def parts_of(booking: Booking, shared: Shared) -> dict[str, int]:
    """What of a stay is of each category and rate, VAT included. Raises `NotAsShared`."""
    exempt = f"{Category.EXEMPT.value}:0"
    found = {exempt: shared.tax_cents}
    for one in _priced(booking, shared):
        key = f"{Category.STANDARD.value}:{one.rate_bps}" if one.rate_bps else exempt
        found[key] = found.get(key, 0) + one.gross_cents
    return found


def paid_parts(booking: Booking, shared: Shared) -> dict[str, int]:
    """The same of what is paid of it: a deposit pays every line in proportion, to the cent."""
    parts = parts_of(booking, shared)
    if not booking.owed_cents:
        return parts
    paid = max(0, sum(parts.values()) - booking.owed_cents)
    return dict(zip(parts, split(paid, list(parts.values())), strict=True))


def moved_of(had: Mapping[str, int], has: Mapping[str, int]) -> list[tuple[bool, PaymentPart]]:
    """What came (True) or went back between two states of a stay, by rate."""
    moved: list[tuple[bool, PaymentPart]] = []
    for key in sorted({*had, *has}):
        cents = has.get(key, 0) - had.get(key, 0)
        if cents:
            category, _, rate = key.partition(":")
            part = PaymentPart(
                category=Category(category), rate_bps=int(rate), gross_cents=abs(cents)
            )
            moved.append((cents > 0, part))
    return moved


def _priced_lines(booking: Booking, shared: Shared, regime: str) -> Iterator[Line]:
    priced = _priced(booking, shared)
    for rate in dict.fromkeys(one.rate_bps for one in priced):
        same = [one for one in priced if one.rate_bps == rate]
        gross = [one.gross_cents for one in same]
        nets = split(sum(gross) - shared.vat.get(rate, 0), gross)
        for one, net in zip(same, nets, strict=True):
            yield Line(
                name=one.name,
                note=one.note,
                quantity=one.quantity,
                net_cents=net,
                category=Category.STANDARD if rate else Category.EXEMPT,
                rate_bps=rate,
                exemption=None if rate else exemption_of(regime),
            )


def exemption_of(regime: str) -> Exemption:
    """Why a price bears no VAT. A house that has changed its regime since was exempt as a let."""
    known = VatRegime(regime) if regime in set(CODES) else VatRegime.EXEMPT_261D
    return Exemption(words=MENTIONS[known], code=CODES[known])


def _priced(booking: Booking, shared: Shared) -> list[Priced]:
    """The lines of what the guest pays for, the lodging's rate first; nothing where nothing is
    shared. Raises `NotAsShared` for lines that are not what the ledger has, by rate."""
    if not shared.price_cents:
        return []
    lodging = booking.quote.breakdown.vat[0].rate_bps
    if booking.state in OVER and not _waits_for_decision(booking, shared):
        name = OVER_NAMES[booking.state]
        found = [Priced(name=name, gross_cents=shared.price_cents, rate_bps=lodging)]
    else:
        found = [one for one in _standing(booking, lodging) if one.gross_cents]
    total = sum(one.gross_cents for one in found)
    rates = {one.rate_bps for one in found}
    if total != shared.price_cents or any(
        cents for rate, cents in shared.vat.items() if rate not in rates
    ):
        raise NotAsShared(lines_cents=total, shared_cents=shared.price_cents)
    return found


def _standing(booking: Booking, lodging: int) -> Iterator[Priced]:
    for room in booking.live_rooms:
        yield Priced(
            name=_room_name(room),
            note=_persons(room),
            quantity=booking.quote.nights,
            gross_cents=room.gross_cents - sum(extra.cents for extra in room.supplements),
            rate_bps=lodging,
        )
        for extra in room.supplements:
            rate = extra.vat_bps if extra.chosen else lodging
            yield Priced(
                name=extra.name, quantity=extra.quantity, gross_cents=extra.cents, rate_bps=rate
            )
    penalties = sum(room.penalty_cents for room in booking.reservations)
    for name, cents in (
        ("Indemnité d'annulation de chambre", penalties),
        ("Indemnité de modification", booking.kept_cents),
    ):
        yield Priced(name=name, gross_cents=cents, rate_bps=lodging)


def _waits_for_decision(booking: Booking, shared: Shared) -> bool:
    """A no-show whose house has not decided yet still stands whole in the ledger."""
    return booking.state is State.NO_SHOW and (bool(shared.taxes) or not shared.penalised)


def _room_name(room: QuotedRoom) -> str:
    return room.name or ROOM_NAMES.get(room.code, "Hébergement")


def _persons(room: QuotedRoom) -> str:
    adults, children = room.party.adults, len(room.party.child_ages)
    said = "1 adulte" if adults == 1 else f"{adults} adultes"
    if children:
        said += ", 1 enfant" if children == 1 else f", {children} enfants"
    nights = [night.on for night in room.nights]
    count = "1 nuit" if len(nights) == 1 else f"{len(nights)} nuits"
    return f"{count} à partir du {nights[0]:%d/%m/%Y}, {said}"


def _tax_lines(booking: Booking, shared: Shared) -> Iterator[Line]:
    names: dict[str, str] = {
        tax.code.lower(): tax.beneficiary for tax in booking.quote.breakdown.tourist_tax
    }
    for code, cents in shared.taxes.items():
        yield Line(
            name=f"Taxe de séjour : {names.get(code, code)}",
            net_cents=cents,
            category=Category.EXEMPT,
            exemption=TOURIST_TAX,
        )
