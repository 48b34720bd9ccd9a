"""An assembly of the demonstration in mid-vote: its members, all invented, a past that was shared,
a proposal with its simulation and discussion, and ballots that some have cast."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from hub import agreements, members, simulations, tenancy
from hub.agreements import GrantDerogation
from hub.app import compose, open_database
from hub.assemblies.actions import counting, departing, proposing, voting
from hub.assemblies.models import Choice, DraftProposal
from hub.core.clock import Clock, DrivenClock, SystemClock, local_date
from hub.core.db import Database
from hub.core.settings import Settings
from hub.members import College, Statute
from hub.rules import Base, Facts, Role
from hub.simulations.actions import go_on
from tourism.agreement import VOCABULARY
from tourism.demo import people
from tourism.quoting import AGREEMENT

PARIS = "Europe/Paris"
ACTOR = "demonstration"
ANNOUNCED_DAYS_AGO, PAST_BOOKINGS = 8, 3_000
STATUTE = Statute(
    colleges=(
        College(code="hosts", name="Hébergeurs", weight_bps=5_000),
        College(code="offices", name="Offices de tourisme", weight_bps=3_000),
        College(code="regions", name="Régions", weight_bps=2_000),
    ),
    quorum_bps=5_000,
    notice_days=5,
    vote_days=21,
)
HOUSES = (
    "Gîte des Trois Fontaines",
    "Hôtel de la Vieille Écluse",
    "Camping du Héron",
    "Le Clos des Mûriers",
    "Auberge du Grand Tétras",
    "Hôtel Beau Rivage",
    "Camping des Pins Parasols",
    "La Maison du Passeur",
    "Résidence Les Sittelles",
    "Hôtel du Marché Couvert",
    "Les Roulottes du Plateau",
    "Gîte du Moulin Bas",
    "Hôtel des Deux Gares",
    "Camping de la Dune Grise",
    "Chalet des Marmottes",
    "La Ferme aux Hirondelles",
    "Hôtel du Vieux Port",
    "Camping Sous les Chênes",
    "Résidence du Belvoir",
    "Gîte de la Combe",
)
OFFICES = ("Office des Trois Vallées", "Office du Littoral Nord", "Office des Causses")
REGIONS = ("Région des Monts",)
INVENTED = "%s (organisation inventée)"
PROPOSAL = """accord « Plus pour les hébergeurs, plus pour l'hiver »

saison « basse » : du 2 novembre au 31 mars

règle « Basse saison : soutenir les territoires »
quand la saison est « basse »
  et l'événement est un séjour
  la centrale : 2,5 % de l'hébergement hors taxes, au moins 0,50 €, au plus 40,00 €, TVA 20 %
  la fédération : 0,5 % de l'hébergement hors taxes, TVA 20 %
  l'office de tourisme : 3 % de l'hébergement hors taxes, TVA 20 %
  la réserve mutuelle : 1 % de l'hébergement hors taxes

règle « Annulations et absences »
quand l'événement est une annulation ou une absence
  la centrale : 3 % de la pénalité, TVA 20 %

règle « Partout et toute l'année »
sinon
  la centrale : 2,5 % de l'hébergement hors taxes, au moins 0,50 €, au plus 35,00 €, TVA 20 %
  la fédération : 0,5 % de l'hébergement hors taxes, TVA 20 %
  l'office de tourisme : 1,5 % de l'hébergement hors taxes, TVA 20 %
  la réserve mutuelle : 1 % de l'hébergement hors taxes

le reste à l'hébergeur
"""
REASONS = (
    "La centrale a couvert ses frais deux années de suite : elle peut rendre un demi-point.\n"
    "L'hiver, les offices gardent leurs portes ouvertes pour peu de monde : leur part y monte d'un "
    "demi-point."
)
COMMENTS = (
    (
        "Hôtel Beau Rivage (organisation inventée)",
        "Le plafond à 35 € aide les longs séjours.",
    ),
    ("Office des Causses (organisation inventée)", "L'hiver, c'est ce qui nous manquait."),
)


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    """The demonstration's own organisations, and the other members that were opened for it."""

    federation: int
    houses: Sequence[int]
    offices: Sequence[int]
    regions: Sequence[int]


async def seed_assembly(settings: Settings, *, clock: Clock | None = None) -> None:
    """Once, on a filled demonstration."""
    now = (clock or SystemClock()).now()
    driven = DrivenClock(now - timedelta(days=ANNOUNCED_DAYS_AGO))
    database = await open_database(settings, compose(), clock=driven)
    try:
        own = await people.open_cast(database)
        async with database.transaction(own.federation) as tx:
            if await members.has_statute(tx):
                return
        cast = await _open_members(database, own)
        await _share_the_past(database, cast, now)
        proposal = await _propose(database, cast, local_date(now, PARIS))
        await _vote(database, cast, proposal, driven)
    finally:
        await database.close()


async def _open_members(database: Database, own: people.Cast) -> Cast:
    groups = (
        (tenancy.Kind.LODGING, HOUSES),
        (tenancy.Kind.OFFICE, OFFICES),
        (tenancy.Kind.REGION, REGIONS),
    )
    opened: list[list[int]] = []
    for kind, names in groups:
        commands = [tenancy.OpenOrganisation(kind=kind, name=INVENTED % name) for name in names]
        async with database.transaction() as tx:
            opened.append(await tenancy.open_organisations(tx, commands))
    houses, offices, regions = opened
    cast = Cast(federation=own.federation, houses=houses, offices=offices, regions=regions)
    since = local_date(database.clock.now(), PARIS) - timedelta(days=400)
    async with database.transaction(cast.federation, actor=ACTOR) as tx:
        await members.write_statute(tx, STATUTE)
        for kind, member, college in (
            ("lodging", own.lodging, "hosts"),
            ("office", own.office, "offices"),
            ("region", own.region, "regions"),
        ):
            name = people.ORGANISATIONS[kind].name
            await members.enrol(tx, member=member, name=name, college=college, since=since)
        for ids, names, college in (
            (houses, HOUSES, "hosts"), (offices, OFFICES, "offices"), (regions, REGIONS, "regions"),
        ):  # fmt: skip
            for id, name in zip(ids, names, strict=True):
                await members.enrol(
                    tx, member=id, name=INVENTED % name, college=college, since=since
                )
    return cast


async def _share_the_past(database: Database, cast: Cast, now: datetime) -> None:
    """A year of invented bookings of the invented houses, each shared by the version in force."""
    draw = random.Random(2026)  # noqa: S311  invented bookings, the same each time
    today = local_date(now, PARIS)
    version = await agreements.find_version_in_force(database.reader, AGREEMENT, today)
    rows: dict[int, list[tuple[int, int, str, str, datetime]]] = {}
    for n in range(PAST_BOOKINGS):
        place = draw.randrange(len(cast.houses))
        facts: Facts = {
            "region": "84",
            "department": ("74", "73", "38", "05", "26")[place % 5],
            "commune": "74010",
            "kind": ("hotel", "campsite", "furnished", "residence")[place % 4],
            "stars": (None, 2, 3, 4)[place % 4],
            "channel": draw.choice(["site", "site", "office"]),
            "arrival": (today - timedelta(days=draw.randint(1, 330))).isoformat(),
            "nights": draw.randint(1, 7),
            "member": True,
            "college": "hosts",
            "event": "stay",
        }
        net = draw.randint(4_000, 160_000)
        made = agreements.allocate(version, facts, {Base.LODGING_NET: net})
        at = now - timedelta(days=draw.randint(2, 340), seconds=draw.randint(0, 86_000))
        document = msgspec.json.encode(made).decode()
        house = cast.houses[place]
        rows.setdefault(house, []).append((house, cast.federation, f"past:{n}", document, at))
    for house, theirs in rows.items():
        async with database.transaction(house) as tx:
            await (await tx.connection()).executemany(_INSERT_PAST, theirs)


_INSERT_PAST = (
    "insert into allocation (id, tenant, scheme, subject, document, made_at)"
    " values (gen_random_uuid(), $1, $2, $3, $4::text::jsonb, $5)"
)


async def _propose(database: Database, cast: Cast, today: date) -> UUID:
    """A proposal with what it would have changed, and a derogation beside it."""
    draft = DraftProposal(
        agreement=AGREEMENT,
        source=PROPOSAL,
        reasons=REASONS,
        effective_on=(today + timedelta(days=90)).replace(day=1),
    )
    async with database.transaction(cast.federation, actor=ACTOR) as tx:
        id = await proposing.write_proposal(tx, database.reader, draft, VOCABULARY.code)
        for author, body in COMMENTS:
            await proposing.say(tx, id, author, body)
        before, after = await proposing.find_texts(tx, await proposing.find_proposal(tx, id))
        since = database.clock.now() - timedelta(days=365)
        simulation = await simulations.start_simulation(
            tx, subject=f"proposal:{id}", before=before or after, after=after,
            since=since, until=database.clock.now(),
        )  # fmt: skip
        said = GrantDerogation(
            name=INVENTED % HOUSES[7],
            role=Role.PLATFORM,
            at_most_bps=100,
            reason="Le bac est à l'arrêt pour travaux : la maison est loin de toute route.",
            since=local_date(tx.now, PARIS),
            until=local_date(tx.now, PARIS) + timedelta(days=180),
        )
        await departing.grant(tx, said, VOCABULARY, Role.LODGING)
    going = True
    while going:
        async with database.transaction(cast.federation) as tx:
            going = await go_on(tx, simulation)
    return id


async def _vote(database: Database, cast: Cast, id: UUID, driven: DrivenClock) -> None:
    """Announced a week ago, open since; the demonstration's own members have not voted yet."""
    async with database.transaction(cast.federation, actor=ACTOR) as tx:
        announced = await proposing.announce(tx, id)
    assert announced.opens_at is not None
    driven.set(announced.opens_at)
    async with database.transaction(cast.federation) as tx:
        await counting.advance(tx, id)
    ballots = (
        *((member, Choice.YES) for member in cast.houses[:8]),
        *((member, Choice.NO) for member in cast.houses[8:11]),
        (cast.offices[0], Choice.YES),
        (cast.offices[1], Choice.ABSTAIN),
    )
    for hour, (member, choice) in enumerate(ballots, 1):
        driven.set(announced.opens_at + timedelta(hours=hour))
        async with database.transaction(cast.federation, actor=ACTOR) as tx:
            await voting.cast_ballot(tx, id, member=member, by=member, choice=choice)
