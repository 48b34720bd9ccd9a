"""Make declarations: what they say is taken from the ledger and the stays at that instant, the file
is kept as it was made, and what was declared once is not declared again."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from hub import audit, billing, ledger
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import Invalid, NotFound
from hub.ledger import Draft, Side
from tourism.declaring import dpi, policy, store
from tourism.declaring.errors import AlreadySent, NothingToDeclare
from tourism.declaring.models import (
    CommuneTax,
    Declaration,
    DeclarationFile,
    Kind,
    Part,
    Seller,
    SellerYear,
    ShortLet,
    TaxLine,
)

LINES_MOST, LISTED_MOST = 200_000, 300
PARIS, SENT_TO_MOST, PARTS_MOST = "Europe/Paris", 200, 600
BANK = "bank.current"


async def find_taxes(tx: Tx) -> list[CommuneTax]:
    """What the caller has collected and not declared, by commune and beneficiary."""
    return await store.sum_taxes(tx, local_date(tx.now, PARIS), LINES_MOST)


async def _tax_lines(tx: Tx) -> list[TaxLine]:
    return await store.list_taxes_to_declare(tx, local_date(tx.now, PARIS), LINES_MOST)


async def declare_taxes(tx: Tx) -> list[UUID]:
    """One declaration a commune, of all that is not declared yet. Raises `NothingToDeclare`."""
    await store.lock_declaring(tx)
    lines = await _tax_lines(tx)
    if not lines:
        raise NothingToDeclare("Everything that was collected is declared already.")
    period = policy.remittance_day(local_date(tx.now, PARIS)).isoformat()
    made: list[UUID] = []
    for commune in sorted({line.commune for line in lines}):
        own = [line for line in lines if line.commune == commune]
        facts: dict[str, int] = {}
        for line in own:
            facts[line.beneficiary] = facts.get(line.beneficiary, 0) + line.cents
        file = f"taxe-de-sejour-{commune}-{period}.csv"
        id = await _keep(tx, Kind.TOURIST_TAX, period, commune, facts, file, policy.tax_file(own))
        await store.insert_declared_taxes(tx, id, own)
        made.append(id)
    return made


async def _keep(
    tx: Tx, kind: Kind, period: str, scope: str, facts: dict[str, int], name: str, body: bytes
) -> UUID:
    id = tx.uuid()
    number = await store.next_number(tx, kind, period, scope)
    if number > 1:
        stem, _, end = name.rpartition(".")
        name = f"{stem}-{number}.{end}"
    file = DeclarationFile(file_name=name, file=body)
    await store.insert_declaration(tx, id, kind, period, scope, number, facts, file)
    await audit.record(tx, action="declaring.make", subject=f"declaration:{id}")
    return id


async def year_of(tx: Tx, year: int) -> tuple[list[SellerYear], dict[int, Seller]]:
    """The sellers of a year who are reported (DAC7), and what is known of each."""
    years = policy.years_of(await store.list_quarters(tx, *bounds_of(year)))
    found = await store.list_sellers(tx, [one.seller for one in years])
    sellers = {seller.seller: seller for seller in found}
    return [one for one in years if policy.is_reported(sellers[one.seller], one)], sellers


async def own_year(tx: Tx, year: int) -> SellerYear | None:
    """The caller's own copy of a year's report; None where nothing was paid."""
    years = policy.years_of(await store.list_quarters(tx, *bounds_of(year), tx.tenant))
    return years[0] if years else None


def bounds_of(year: int) -> tuple[datetime, datetime]:
    """From its first instant to that of the next, in the zone in which its days are counted."""
    paris = ZoneInfo(PARIS)
    return datetime(year, 1, 1, tzinfo=paris), datetime(year + 1, 1, 1, tzinfo=paris)


async def report_year(tx: Tx, year: int) -> UUID:
    """The yearly report of platforms, due by 31 January of the next, as CSV and, once the operator
    has given its identity for invoices, as XML. Raises `NothingToDeclare`."""
    await store.lock_declaring(tx)
    years, sellers = await year_of(tx, year)
    if not years:
        raise NothingToDeclare("Nobody was paid through the booking centre in this year.")
    facts = {
        "sellers": len(years),
        "listings": sum(len(one.listings) for one in years),
        "paid_cents": sum(sum(item.paid_cents) for one in years for item in one.listings),
        "incomplete": sum(bool(policy.missing_of(sellers[one.seller])) for one in years),
    }
    told = await store.list_told(tx, Kind.DAC7, str(year), PARTS_MOST)
    number = await store.next_number(tx, Kind.DAC7, str(year), "")
    body = policy.dac7_file(years, sellers)
    id = await _keep(tx, Kind.DAC7, str(year), "", facts, f"dac7-{year}.csv", body)
    operator = await billing.find_profile(tx)
    if operator is not None:
        known = dpi.read_told(one.file for one in told)
        files = dpi.files_of(operator, year, number, tx.now, years, sellers, known)
        for place, file in enumerate(files, 1):
            await store.insert_part(tx, id, place, file)
    return id


async def list_parts(tx: Tx) -> dict[UUID, list[Part]]:
    """The further files of the caller's declarations."""
    found: dict[UUID, list[Part]] = {}
    for part in await store.list_parts(tx, PARTS_MOST):
        found.setdefault(part.declaration, []).append(part)
    return found


async def find_part(tx: Tx, id: UUID, place: int) -> DeclarationFile:
    """A further file as it was made. Raises `NotFound`."""
    found = await store.find_part(tx, id, place)
    if found is None:
        raise NotFound("This declaration is unknown.")
    return found


async def find_short_lets(tx: Tx, month: date) -> list[ShortLet]:
    """The nights of furnished lets in a month."""
    return await store.list_short_lets(tx, month, policy.next_month(month), LINES_MOST)


async def count_short_lets(tx: Tx, month: date) -> int:
    """How many nights that are."""
    return await store.count_short_lets(tx, month, policy.next_month(month), LINES_MOST)


async def report_month(tx: Tx, month: date, site: str) -> UUID:
    """The activity of furnished lets in a month (EU 2024/1028). Raises `NothingToDeclare`."""
    await store.lock_declaring(tx)
    nights = await find_short_lets(tx, month)
    if not nights:
        raise NothingToDeclare("No furnished let was let through the booking centre this month.")
    facts = {
        "listings": len({one.property for one in nights}),
        "nights": len(nights),
        "guests": sum(one.guests for one in nights),
    }
    period = f"{month:%Y-%m}"
    body = policy.short_term_file(nights, site)
    return await _keep(tx, Kind.SHORT_TERM, period, "", facts, f"meubles-{period}.csv", body)


async def list_declarations(tx: Tx, turned: int = 0) -> list[Declaration]:
    """A page of the caller's declarations, the newest first, after so many pages."""
    return await store.list_declarations(tx, LISTED_MOST, turned * LISTED_MOST)


async def find_file(tx: Tx, id: UUID) -> DeclarationFile:
    """The file as it was made. Raises `NotFound`."""
    found = await store.find_file(tx, id)
    if found is None:
        raise NotFound("This declaration is unknown.")
    return found


async def mark_sent(tx: Tx, id: UUID, to: str, receipt: str) -> None:
    """Record that a declaration was sent: when, to whom, with which receipt; once. The tax that it
    carries has then left the booking centre's bank. Raises `AlreadySent`."""
    if not 2 <= len(to.strip()) <= SENT_TO_MOST:
        raise Invalid("Say to whom it was sent.", field="to")
    kind = await store.find_kind(tx, id)
    if kind is None:
        raise NotFound("This declaration is unknown.")
    if not await store.mark_sent(tx, id, to.strip(), receipt.strip()[:SENT_TO_MOST]):
        raise AlreadySent("Its record stands as it was written.")
    await audit.record(tx, action="declaring.send", subject=f"declaration:{id}")
    if kind is Kind.TOURIST_TAX:
        await _post_remittance(tx, id)


async def _post_remittance(tx: Tx, id: UUID) -> None:
    assert tx.tenant is not None
    drafts: list[Draft] = []
    for code, cents in (await store.sum_declared(tx, id)).items():
        tax = Side(holder=tx.tenant, code=f"tourist_tax.{code}")
        bank = Side(holder=tx.tenant, code=BANK)
        drafts.append(
            Draft(
                reference=f"remit:{id}:{code}",
                debit=tax if cents > 0 else bank,
                credit=bank if cents > 0 else tax,
                amount_cents=abs(cents),
            )
        )
    scheme = await store.find_scheme(tx)
    assert scheme is not None, "a tax was collected under a scheme"
    await ledger.post(tx, scheme, drafts)
