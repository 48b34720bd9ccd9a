"""The demonstration's own people: every one of them, and their organisations, is invented."""

from datetime import date

import msgspec

from hub import agreements, identity, tenancy
from hub.agreements import Component, Conditions, RatifyVersion, Role, Rule, RuleText, Season
from hub.core.caller import Caller
from hub.core.clock import local_date
from hub.core.db import Database
from tourism.quoting import AGREEMENT

PASSWORD = "demonstration"  # noqa: S105  printed on the screen: it guards invented data only


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    """The organisations of the demonstration."""

    operator: int
    federation: int
    office: int
    region: int
    lodging: int


ROLES: tuple[tuple[str, str, str, str], ...] = (
    ("operator", "exploitant@demo.example", "Camille Moreau", "/pro/operations"),
    ("federation", "federation@demo.example", "Dominique Lefèvre", "/pro/agreement"),
    ("office", "office@demo.example", "Alix Garnier", "/pro/statement"),
    ("region", "region@demo.example", "Sacha Perrin", "/pro/statement"),
    ("lodging", "hotelier@demo.example", "Colette Bertrand", "/pro/today"),
)
ORGANISATIONS = {
    "operator": tenancy.OpenOrganisation(
        kind=tenancy.Kind.OPERATOR, name="La centrale (démonstration)"
    ),
    "federation": tenancy.OpenOrganisation(
        kind=tenancy.Kind.FEDERATION,
        name="Fédération des hébergeurs (démonstration)",
        territory_kind=tenancy.TerritoryKind.COUNTRY,
        territory_code="FR",
    ),
    "office": tenancy.OpenOrganisation(
        kind=tenancy.Kind.OFFICE,
        name="Office de tourisme du lac (démonstration)",
        territory_kind=tenancy.TerritoryKind.DEPARTMENT,
        territory_code="74",
    ),
    "region": tenancy.OpenOrganisation(
        kind=tenancy.Kind.REGION,
        name="Région (démonstration)",
        territory_kind=tenancy.TerritoryKind.REGION,
        territory_code="84",
    ),
    "lodging": tenancy.OpenOrganisation(
        kind=tenancy.Kind.LODGING, name="Hôtel du Belvédère (maison inventée)"
    ),
}


async def open_cast(database: Database) -> Cast:
    """Everybody with an account and an organisation; those of a seed that was cut off are kept."""
    password_hash = await identity.hash_password(PASSWORD)
    opened: dict[str, int] = {}
    for role, email, name, _ in ROLES:
        async with database.transaction() as tx:
            known = await identity.find_person_by_email(tx, email)
            if known is not None:
                choices = await identity.list_choices(tx, Caller(person=known.id))
                opened[role] = choices[0].tenant
                continue
            person = await identity.register_person(
                tx, identity.RegisterPerson(email=email, name=name, password_hash=password_hash)
            )
            opened[role] = await tenancy.open_organisation(
                tx, ORGANISATIONS[role], owner=person, caller_kind="operator"
            )
    return Cast(**opened)


async def ratify_agreement(database: Database, cast: Cast) -> None:
    """Two versions, as the members of the demonstration might have voted them."""
    today = local_date(database.clock.now(), "Europe/Paris")
    async with database.transaction(cast.federation) as tx:
        for role, organisation in (
            (Role.PLATFORM, cast.operator),
            (Role.FEDERATION, cast.federation),
            (Role.OFFICE, cast.federation),
            (Role.REGION, cast.region),
            (Role.RESERVE, cast.federation),
        ):
            await agreements.name_beneficiary(tx, role, organisation, "nation", "FR")
        await agreements.name_beneficiary(tx, Role.OFFICE, cast.office, "department", "74")
        for command in versions(today):
            await agreements.ratify_version(tx, command)


def versions(today: date) -> tuple[RatifyVersion, ...]:
    """The agreement's first version, and the one in force, with its low season."""
    platform = Component(
        beneficiary=Role.PLATFORM, percent_bps=300, floor_cents=50, cap_cents=4_000, vat_bps=2_000
    )
    federation = Component(beneficiary=Role.FEDERATION, percent_bps=50, vat_bps=2_000)
    reserve = Component(beneficiary=Role.RESERVE, percent_bps=100)
    year = today.year

    def office(percent_bps: int) -> Component:
        return Component(beneficiary=Role.OFFICE, percent_bps=percent_bps, vat_bps=2_000)

    everywhere = Rule(
        name="Partout et toute l'année",
        components=(platform, federation, office(150), reserve),
        catch_all=True,
    )
    low = Rule(
        name="Basse saison : soutenir les territoires",
        conditions=Conditions(
            seasons=tuple(
                Season(first=date(y, 11, 2), last=date(y + 1, 3, 31))
                for y in range(year - 1, year + 3)
            )
        ),
        components=(platform, federation, office(250), reserve),
    )
    return (
        RatifyVersion(
            agreement=AGREEMENT,
            title="L'accord fondateur",
            effective_on=date(year - 1, 1, 1),
            text=RuleText(rules=(everywhere,)),
            minutes="Assemblée constitutive (démonstration) : adopté, 82 % des voix pondérées.",
        ),
        RatifyVersion(
            agreement=AGREEMENT,
            title="Soutenir les territoires en basse saison",
            effective_on=date(year, 1, 1),
            text=RuleText(rules=(low, everywhere)),
            minutes="Assemblée annuelle (démonstration) : adopté, 78 % des voix pondérées.",
        ),
    )
