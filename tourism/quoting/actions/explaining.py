"""Every cent of a price: VAT, tourist tax, and each share under the agreement in force."""

from collections.abc import Mapping, Sequence

import msgspec

from hub import agreements
from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from tourism import lodging, taxes
from tourism.lodging.models import Listing, Property
from tourism.mandate import AGREEMENT
from tourism.quoting.models import (
    Breakdown,
    MakeQuote,
    QuotedRoom,
    ShareAmount,
    Split,
    TouristTaxAmount,
    VatAmount,
)

ADULT_AGE = 30


async def break_down(
    tx: Tx,
    reader: Reads,
    house: Property,
    command: MakeQuote,
    rooms: tuple[QuotedRoom, ...],
) -> tuple[Breakdown, Split]:
    """The price of these rooms, part by part, and who receives each part under the agreement."""
    gross = sum(room.gross_cents for room in rooms)
    vat, bases = _by_rate(rooms, taxes.lodging_vat_on(house.vat_regime, command.arrival))
    rooms, demonstration = _tax_rooms(tx, house, command, rooms)
    tax_by = _sum_taxes(rooms)
    tax_cents = sum(amount.amount_cents for amount in tax_by)
    split = await _split(tx, reader, house, command, bases)
    shares = tuple(
        ShareAmount(
            role=share.role.value, amount_cents=share.amount_cents, vat_cents=share.vat_cents
        )
        for share in split.allocation.shares
    )
    breakdown = Breakdown(
        rooms=rooms,
        rooms_gross_cents=gross,
        vat=vat,
        tourist_tax=tax_by,
        tourist_tax_cents=tax_cents,
        tax_is_demonstration=demonstration,
        total_cents=gross + tax_cents,
        shares=shares,
        agreement_number=split.allocation.number,
        agreement_hash=split.allocation.hash,
        agreement_rule=split.allocation.rule,
    )
    return breakdown, split


def _by_rate(
    rooms: Sequence[QuotedRoom], lodging_bps: int
) -> tuple[tuple[VatAmount, ...], Mapping[agreements.Base, int]]:
    """VAT on the sum of each rate, the lodging's first (EN 16931 BR-CO-17), and what the agreement
    shares: the lodging, and beside it what was chosen."""
    lodging_gross = sum(room.lodging_gross_cents for room in rooms)
    gross = {lodging_bps: lodging_gross}
    for extra in (extra for room in rooms for extra in room.chosen):
        gross[extra.vat_bps] = gross.get(extra.vat_bps, 0) + extra.cents
    lines = [taxes.split_gross(cents, rate) for rate, cents in gross.items()]
    bases = {agreements.Base.LODGING_NET: taxes.split_gross(lodging_gross, lodging_bps).net_cents}
    if any(room.chosen for room in rooms):
        beside = sum(line.net_cents for line in lines) - bases[agreements.Base.LODGING_NET]
        bases[agreements.Base.SUPPLEMENTS_NET] = beside
    amounts = tuple(
        VatAmount(
            rate_bps=line.rate_bps,
            net_cents=line.net_cents,
            vat_cents=line.vat_cents,
            gross_cents=line.gross_cents,
        )
        for line in lines
    )
    return amounts, bases


def _tax_rooms(
    tx: Tx, house: Property, command: MakeQuote, rooms: Sequence[QuotedRoom]
) -> tuple[tuple[QuotedRoom, ...], bool]:
    """Each room with the tourist tax of its persons, and whether a rate was a demonstration's."""
    stars = lodging.stars_today(house, local_date(tx.now, house.zone)).stars
    taxed: list[QuotedRoom] = []
    demonstration = False
    for room in rooms:
        tax = taxes.tax_of_stay(
            commune=house.commune_code,
            department=house.department_code,
            category=taxes.category_of(house.kind.value, stars),
            arrival=command.arrival,
            price_net=taxes.net_prices(room.lodging_cents, house.vat_regime, command.arrival),
            ages=[ADULT_AGE] * room.party.adults + list(room.party.child_ages),
        )
        demonstration = demonstration or tax.demonstration
        lines = tuple(
            TouristTaxAmount(code=code, beneficiary=beneficiary, amount_cents=cents)
            for (code, beneficiary), cents in tax.by_beneficiary().items()
        )
        taxed.append(msgspec.structs.replace(room, tourist_tax=lines))
    return tuple(taxed), demonstration


def _sum_taxes(rooms: Sequence[QuotedRoom]) -> tuple[TouristTaxAmount, ...]:
    amounts: dict[tuple[str, str], int] = {}
    for tax in (tax for room in rooms for tax in room.tourist_tax):
        key = tax.code, tax.beneficiary
        amounts[key] = amounts.get(key, 0) + tax.amount_cents
    return tuple(
        TouristTaxAmount(code=code, beneficiary=beneficiary, amount_cents=cents)
        for (code, beneficiary), cents in amounts.items()
    )


async def _split(
    tx: Tx,
    reader: Reads,
    house: Property,
    command: MakeQuote,
    bases: Mapping[agreements.Base, int],
) -> Split:
    today = local_date(tx.now, house.zone)
    version = await agreements.find_version_in_force(reader, AGREEMENT, today)
    facts = agreements.Facts(
        region=house.region_code,
        department=house.department_code,
        commune=house.commune_code,
        kind=house.kind.value,
        stars=lodging.stars_today(house, today).stars,
        channel=command.channel,
        arrival=command.arrival,
        nights=(command.departure - command.arrival).days,
        member=house.listing is Listing.PUBLISHED,
    )
    facts = await agreements.complete_facts(tx, version, facts)
    allocation = agreements.allocate(version, facts, bases)
    beneficiaries = await agreements.find_beneficiaries(reader, version.tenant, facts)
    return Split(
        scheme=version.tenant,
        platform=beneficiaries[agreements.Role.PLATFORM],
        allocation=allocation,
        beneficiaries=beneficiaries,
    )
