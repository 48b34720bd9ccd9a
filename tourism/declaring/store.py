"""The statements of declaring."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from hub.core.db import Tx
from hub.core.sql import load_queries
from tourism.declaring.models import (
    CommuneTax,
    Declaration,
    DeclarationFile,
    HouseQuarter,
    Kind,
    Part,
    Seller,
    SellerFile,
    ShortLet,
    TaxLine,
)

q = load_queries(__name__)


class _Sum(msgspec.Struct, frozen=True):
    code: str
    cents: int


async def list_taxes_to_declare(tx: Tx, before: date, wanted: int) -> list[TaxLine]:
    """What the caller has collected for stays that ended before a day, and not declared yet."""
    return await tx.all(
        TaxLine, q.list_taxes_to_declare, collector=tx.tenant, before=before, wanted=wanted
    )


async def sum_taxes(tx: Tx, before: date, wanted: int) -> list[CommuneTax]:
    """The same by commune and beneficiary, in the order of the communes' codes."""
    return await tx.all(CommuneTax, q.sum_taxes, collector=tx.tenant, before=before, wanted=wanted)


async def list_quarters(
    tx: Tx, since: datetime, until: datetime, seller: int | None = None
) -> list[HouseQuarter]:
    return await tx.all(HouseQuarter, q.list_quarters, since=since, until=until, seller=seller)


async def list_sellers(tx: Tx, sellers: Sequence[int]) -> list[Seller]:
    return await tx.all(Seller, q.list_sellers, sellers=list(sellers))


async def list_short_lets(tx: Tx, first: date, until: date, wanted: int) -> list[ShortLet]:
    return await tx.all(ShortLet, q.list_short_lets, first=first, until=until, wanted=wanted)


async def count_short_lets(tx: Tx, first: date, until: date, wanted: int) -> int:
    return await tx.value(int, q.count_short_lets, first=first, until=until, wanted=wanted) or 0


async def next_number(tx: Tx, kind: Kind, period: str, scope: str) -> int:
    found = await tx.value(
        int, q.next_number, tenant=tx.tenant, kind=kind, period=period, scope=scope
    )
    return found or 1


async def insert_declaration(
    tx: Tx,
    id: UUID,
    kind: Kind,
    period: str,
    scope: str,
    number: int,
    facts: dict[str, int],
    file: DeclarationFile,
) -> None:
    await tx.run(
        q.insert_declaration,
        id=id,
        tenant=tx.tenant,
        kind=kind,
        period=period,
        scope=scope,
        number=number,
        facts=facts,
        file_name=file.file_name,
        file=file.file,
        now=tx.now,
        actor=tx.actor,
    )


async def insert_declared_taxes(tx: Tx, declaration: UUID, lines: Sequence[TaxLine]) -> None:
    await tx.run_many(
        q.insert_declared_tax,
        [(declaration, tx.tenant, line.booking, line.code, line.cents) for line in lines],
    )


async def lock_declaring(tx: Tx) -> None:
    """Until the end of the transaction."""
    await tx.run(q.lock_declaring, tenant=tx.tenant)


async def find_kind(tx: Tx, id: UUID) -> Kind | None:
    return await tx.value(Kind, q.find_kind, tenant=tx.tenant, id=id)


async def list_declarations(tx: Tx, wanted: int, skipped: int) -> list[Declaration]:
    return await tx.all(
        Declaration, q.list_declarations, tenant=tx.tenant, wanted=wanted, skipped=skipped
    )


async def find_file(tx: Tx, id: UUID) -> DeclarationFile | None:
    return await tx.one(DeclarationFile, q.find_file, id=id)


async def mark_sent(tx: Tx, id: UUID, to: str, receipt: str) -> bool:
    """True for the one call that marks it."""
    return await tx.run(q.mark_sent, id=id, now=tx.now, to=to, receipt=receipt, actor=tx.actor) == 1


async def sum_declared(tx: Tx, id: UUID) -> dict[str, int]:
    """The cents of a declaration by the code of the tax."""
    found = await tx.all(_Sum, q.sum_declared, tenant=tx.tenant, id=id)
    return {row.code: row.cents for row in found}


async def find_scheme(tx: Tx) -> int | None:
    return await tx.value(int, q.find_scheme, tenant=tx.tenant)


async def find_seller_file(tx: Tx) -> SellerFile | None:
    return await tx.one(SellerFile, q.find_seller_file, tenant=tx.tenant)


async def keep_seller_file(tx: Tx, said: SellerFile) -> None:
    await tx.run(
        q.keep_seller_file,
        tenant=tx.tenant,
        person=said.person,
        name=said.name,
        address=said.address,
        country=said.country,
        tax_number=said.tax_number,
        vat_number=said.vat_number,
        born_on=said.born_on,
        born_at=said.born_at,
        now=tx.now,
    )


async def insert_reminder(tx: Tx, number: int) -> None:
    await tx.run(q.insert_reminder, tenant=tx.tenant, number=number, now=tx.now)


async def insert_part(tx: Tx, declaration: UUID, place: int, part: DeclarationFile) -> None:
    await tx.run(
        q.insert_part,
        tenant=tx.tenant,
        declaration=declaration,
        place=place,
        file_name=part.file_name,
        file=part.file,
    )


async def list_parts(tx: Tx, wanted: int) -> list[Part]:
    return await tx.all(Part, q.list_parts, tenant=tx.tenant, wanted=wanted)


async def find_part(tx: Tx, declaration: UUID, place: int) -> DeclarationFile | None:
    return await tx.one(
        DeclarationFile, q.find_part, tenant=tx.tenant, declaration=declaration, place=place
    )


async def list_told(tx: Tx, kind: Kind, period: str, wanted: int) -> list[DeclarationFile]:
    return await tx.all(
        DeclarationFile, q.list_told, tenant=tx.tenant, kind=kind, period=period, wanted=wanted
    )
