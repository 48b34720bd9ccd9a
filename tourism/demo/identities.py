"""Invented identities for invoices, marked so: of every house and of the cast, and the first
documents of the invented house."""

import asyncpg
import msgspec

from hub import billing
from hub.app import compose, open_database
from hub.billing import Address, Buyer, Profile
from hub.core.clock import Clock
from hub.core.db import Database
from hub.core.migrate import role_dsn
from hub.core.settings import Settings
from tourism.booking.actions import reading
from tourism.demo import people
from tourism.invoicing.actions import following

MARK = "identité inventée"


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation with where it is."""

    tenant: int
    name: str
    line: str = ""
    postcode: str = "74000"
    city: str = "Annecy"


def identity_of(known: Named) -> Profile:
    """An identity whose keys are right, of a SIREN that nobody can have: it begins with zeros."""
    siren = with_key(f"{known.tenant % 1_000_000:08d}")
    name = known.name if "inventé" in known.name else f"{known.name} ({MARK})"
    return Profile(
        name=name,
        address=Address(
            line=known.line or "1 rue de l'Invention", postcode=known.postcode, city=known.city
        ),
        siren=siren,
        siret=with_key(f"{siren}0001"),
        legal_form="SARL",
        register=f"RCS {known.city} {siren}",
        vat_number=f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}",
        email="comptes@demo.example",
    )


def with_key(digits: str) -> str:
    """The digits, and the one that makes them right (Luhn)."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return digits + str(-sum(one // 10 + one % 10 for one in doubled) % 10)


async def seed_identities(settings: Settings, *, clock: Clock | None = None) -> None:
    """Everybody can invoice; does nothing where somebody can already."""
    assert settings.database_url is not None
    owner = await asyncpg.connect(role_dsn(settings.database_url, "hub_owner", settings.secret_key))
    database = await open_database(settings, compose(), clock=clock)
    try:
        cast = await people.open_cast(database)
        async with database.transaction(cast.lodging) as tx:
            if await billing.find_profile(tx) is not None:
                return
        async with owner.transaction():
            await _introduce_houses(owner)
        for tenant, role in (
            (cast.operator, "operator"), (cast.federation, "federation"),
            (cast.office, "office"), (cast.region, "region"),
        ):  # fmt: skip
            named = Named(tenant=tenant, name=people.ORGANISATIONS[role].name)
            async with database.transaction(tenant, actor="demonstration") as tx:
                await billing.save_profile(tx, identity_of(named))
        await _ask_first_invoices(database, cast.lodging)
    finally:
        await database.close()
        await owner.close()


async def _introduce_houses(owner: asyncpg.Connection) -> None:
    """COPY does not work under row-level security: see `lodgings.WithoutWalls`."""
    for table in ("property", "billing_profile"):
        await owner.execute(f"alter table {table} disable row level security")
    rows = await owner.fetch(
        "select distinct on (p.tenant) p.tenant, p.name, coalesce(p.address, '') as line,"
        "       p.postcode, c.name as city, now() as now"
        "  from property p join commune c on c.code = p.commune_code"
        " order by p.tenant, p.id"
    )
    await owner.copy_records_to_table(
        "billing_profile",
        records=[
            (row["tenant"], msgspec.json.encode(_identity(row)).decode(), row["now"])
            for row in rows
        ],
        columns=("tenant", "document", "changed_at"),
    )
    for table in ("property", "billing_profile"):
        await owner.execute(f"alter table {table} enable row level security")


def _identity(row: asyncpg.Record) -> Profile:
    return identity_of(
        Named(
            tenant=row["tenant"],
            name=row["name"],
            line=row["line"],
            postcode=row["postcode"] or "00000",
            city=row["city"],
        )
    )


async def _ask_first_invoices(database: Database, house: int) -> None:
    """Two guests of the invented house want their invoice now; one of them for a company, once it
    has the first: a credit note and another invoice."""
    async with database.transaction(house, actor="guest") as tx:
        stays = await reading.list_newest(tx, 5)
        for booking in stays[:2]:
            await following.ask_invoice(tx, booking.id, await following.find_buyer(tx, booking))
        for booking in stays[1:2]:
            await following.ask_invoice(tx, booking.id, _company())


def _company() -> Buyer:
    siren = with_key("00090000")
    return Buyer(
        name="Voyages Dupont (entreprise inventée)",
        email="compta@demo.example",
        address=Address(line="12 rue de l'Invention", postcode="74000", city="Annecy"),
        siren=siren,
        siret=with_key(f"{siren}0001"),
    )
