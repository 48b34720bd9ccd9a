"""Which day is due, who is reported, and what each file says: pure functions."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from hub.core.errors import HubError
from hub.core.identifiers import check_siren
from hub.core.sentences import Sentence, say
from tourism.declaring.models import (
    HouseQuarter,
    ListingYear,
    Seller,
    SellerFile,
    SellerYear,
    ShortLet,
    TaxLine,
)

LETTINGS_EXCLUDED = 2_000  # an entity with more lettings of one listing in the year is not reported
REMINDERS, PATIENCE = 2, timedelta(days=60)
_QUARTERS = 4


def remittance_day(today: date) -> date:
    """The next day on which collected tax is paid: 30 June or 31 December (CGCT L2333-34)."""
    for day in (date(today.year, 6, 30), date(today.year, 12, 31)):
        if today <= day:
            return day
    raise AssertionError("a year ends on 31 December")


def tax_file(lines: Sequence[TaxLine]) -> bytes:
    """One line a stay and beneficiary (R-TS-17): house, days, persons, exempt minors, nights, the
    price of the night where the house has no stars, and the amount."""
    rows: list[list[object]] = [
        [
            line.arrival, line.departure, line.house, line.address, line.commune,
            line.registration or "", line.kind, line.stars or "", line.adults, line.minors,
            "mineurs" if line.minors else "", line.nights,
            "" if line.stars else _euros(line.room_cents // max(line.nights, 1)),
            line.beneficiary, _euros(line.cents),
        ]
        for line in lines
    ]  # fmt: skip
    head = [
        "arrivee", "depart", "hebergement", "adresse", "commune", "numero_enregistrement", "nature",
        "etoiles", "personnes_assujetties", "personnes_exonerees", "motif_exoneration", "nuitees",
        "prix_nuit_ttc", "beneficiaire", "montant_eur",
    ]  # fmt: skip
    return _csv(head, rows)


def _euros(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return ("\ufeff" + out.getvalue()).encode()


def years_of(quarters: Iterable[HouseQuarter]) -> list[SellerYear]:
    """A year's payments by seller, listing and quarter (the quarter of the payment, not of the
    stay). A stay is counted where it was first paid, be it in another year; a refund lowers its
    own quarter, then the ones before: no total is below zero, and a house that only gave something
    back was paid nothing."""
    listings: dict[int, dict[int, list[HouseQuarter]]] = {}
    for one in quarters:
        listings.setdefault(one.seller, {}).setdefault(one.property, []).append(one)
    years = [
        SellerYear(
            seller=seller,
            listings=tuple(
                one
                for one in (_listing(found) for _, found in sorted(houses.items()))
                if one.count_lettings() or any(one.paid_cents)
            ),
        )
        for seller, houses in sorted(listings.items())
    ]
    return [one for one in years if one.listings]


def _listing(quarters: Sequence[HouseQuarter]) -> ListingYear:
    paid, fees, taxes, activities = [0] * 4, [0] * 4, [0] * 4, [0] * 4
    for one in quarters:
        place = one.quarter - 1
        paid[place] += one.cents
        activities[place] += one.stays
        fees[place] += one.fees_cents
        taxes[place] += one.taxes_cents
    first = quarters[0]
    return ListingYear(
        property=first.property,
        house=first.house,
        address=first.address,
        kind=first.kind,
        paid_cents=net_quarters(paid),
        activities=_four(activities),
        fees_cents=net_quarters(fees),
        taxes_cents=net_quarters(taxes),
        nights=sum(one.nights for one in quarters),
    )


def net_quarters(cents: Sequence[int]) -> tuple[int, int, int, int]:
    """Quarters without a total below zero: what a refund takes beyond its own quarter is taken from
    those before, the nearest first, and then from those after (DC-4)."""
    left = list(cents)
    for place in range(_QUARTERS):
        for other in (*range(place - 1, -1, -1), *range(place + 1, _QUARTERS)):
            if left[place] < 0 and left[other] > 0:
                step = min(-left[place], left[other])
                left[place] += step
                left[other] -= step
    return _four([max(one, 0) for one in left])


def _four(values: Sequence[int]) -> tuple[int, int, int, int]:
    first, second, third, fourth = values
    return first, second, third, fourth


def is_reported(seller: Seller, year: SellerYear) -> bool:
    """Whether a seller stands in the report: all but entities whose every listing was let more than
    2,000 times (large hotels). One night of a private host is reported (DC-1, DC-2)."""
    if seller.person is not False:
        return True
    return any(listing.count_lettings() <= LETTINGS_EXCLUDED for listing in year.listings)


def missing_of(seller: Seller) -> tuple[str, ...]:
    """What the due diligence still wants of a seller."""
    if seller.name is None:
        return ("file",)
    missing: list[str] = []
    if not seller.tax_number and not (seller.person and seller.born_at):
        missing.append("tax_number")
    if not seller.account:
        missing.append("account")
    return tuple(missing)


def must_withhold(seller: Seller, now: datetime) -> bool:
    """No file after two reminders and sixty days: the seller may not be paid (CGI 1649 ter D)."""
    return (
        bool(missing_of(seller))
        and seller.reminders >= REMINDERS
        and seller.first_reminder is not None
        and now - seller.first_reminder >= PATIENCE
    )


def faults_of(said: SellerFile) -> dict[str, Sentence]:
    """What is wrong with a seller's file, by field."""
    faults: dict[str, Sentence] = {}
    if said.person and said.born_on is None:
        faults["born_on"] = say("Say when you were born.")
    if said.person and not said.tax_number and not said.born_at:
        faults["born_at"] = say("Without a tax number, say where you were born.")
    if not said.person:
        try:
            check_siren(said.tax_number)
        except HubError:
            faults["tax_number"] = say("Give the nine digits of the SIREN.")
    return faults


def dac7_file(years: Sequence[SellerYear], sellers: Mapping[int, Seller]) -> bytes:
    """One line a listing of each reported seller."""
    rows: list[list[object]] = []
    for year in years:
        seller = sellers[year.seller]
        for one in year.listings:
            rows.append(
                [
                    "personne" if seller.person else "entite", seller.name or seller.organisation,
                    seller.address or "", seller.country or "", seller.tax_number or "",
                    seller.vat_number or "", seller.born_on or "", seller.born_at or "",
                    seller.account or "", one.house, one.address, one.kind,
                    *[_euros(cents) for cents in one.paid_cents], *one.activities,
                    *[_euros(cents) for cents in one.fees_cents],
                    *[_euros(cents) for cents in one.taxes_cents], one.nights,
                ]
            )  # fmt: skip
    by_quarter = ("contrepartie_eur", "locations", "frais_eur", "taxes_eur")
    head = [
        "vendeur", "nom", "adresse", "etat", "nif", "tva", "naissance", "lieu_naissance", "compte",
        "annonce", "adresse_annonce", "nature",
        *[f"{what}_t{quarter}" for what in by_quarter for quarter in range(1, 5)],
        "jours_loues",
    ]  # fmt: skip
    return _csv(head, rows)


def short_term_file(nights: Sequence[ShortLet], site: str) -> bytes:
    """One line a night and unit (EU 2024/1028, article 9): never who slept there."""
    return _csv(
        ["annonce", "adresse", "commune", "numero_enregistrement", "url", "nuit", "personnes",
         "pays_residence"],
        [
            [one.house, one.address, one.commune, one.registration or "",
             f"{site}/hebergements/{one.property}", one.night, one.guests, "inconnu"]
            for one in nights
        ],
    )  # fmt: skip


def last_month(today: date) -> date:
    """The first day of the month before."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after one, by its first day."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
