"""The demonstration's own people: every one of them, and their organisations, is invented."""

from datetime import date

import msgspec

from hub import agreements, identity, tenancy
from hub.agreements import RatifyVersion, Role
from hub.core.caller import Caller
from hub.core.clock import local_date
from hub.core.db import Database
from hub.rules import check
from tourism.agreement import VOCABULARY
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


# Somebody who has no house yet: the whole way from the registry to the first booking.
NEWCOMER = ("nouvel.hotelier@demo.example", "Lou Martin", "/pro/claim")


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
    email, name, _ = NEWCOMER
    async with database.transaction() as tx:
        if await identity.find_person_by_email(tx, email) is None:
            await identity.register_person(
                tx, identity.RegisterPerson(email=email, name=name, password_hash=password_hash)
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


_EVERYWHERE = """
règle « Annulations et absences »
quand l'événement est une annulation ou une absence
  la centrale : 3 % de la pénalité, TVA 20 %

règle « Partout et toute l'année »
sinon
  la centrale : 3 % de l'hébergement hors taxes, au moins 0,50 €, au plus 40,00 €, TVA 20 %
  la fédération : 0,5 % de l'hébergement hors taxes, TVA 20 %
  l'office de tourisme : 1,5 % de l'hébergement hors taxes, TVA 20 %
  la réserve mutuelle : 1 % de l'hébergement hors taxes

le reste à l'hébergeur
"""
_FOUNDING = "accord « L'accord fondateur »\n" + _EVERYWHERE
_LOW_SEASON = (
    """accord « Soutenir les territoires en basse saison »

saison « basse » : du 2 novembre au 31 mars

règle « Basse saison : soutenir les territoires »
quand la saison est « basse »
  et l'événement est un séjour
  la centrale : 3 % de l'hébergement hors taxes, au moins 0,50 €, au plus 40,00 €, TVA 20 %
  la fédération : 0,5 % de l'hébergement hors taxes, TVA 20 %
  l'office de tourisme : 2,5 % de l'hébergement hors taxes, TVA 20 %
  la réserve mutuelle : 1 % de l'hébergement hors taxes
"""
    + _EVERYWHERE
)


def versions(today: date) -> tuple[RatifyVersion, ...]:
    """The agreement's first version, and the one in force, with its low season."""
    voted = (
        (_FOUNDING, today.year - 1, "Assemblée constitutive (démonstration) : adopté, 82 %"),
        (_LOW_SEASON, today.year, "Assemblée annuelle (démonstration) : adopté, 78 %"),
    )
    return tuple(
        _version(source, date(year, 1, 1), f"{minutes} des voix pondérées.")
        for source, year, minutes in voted
    )


def _version(source: str, effective_on: date, minutes: str) -> RatifyVersion:
    text = check(source, VOCABULARY, as_of=effective_on).text
    return RatifyVersion(
        agreement=AGREEMENT,
        title=text.title,
        effective_on=effective_on,
        text=text,
        minutes=minutes,
    )
