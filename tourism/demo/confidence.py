"""The booking centre's own file of trust, begun honestly: clauses are chosen, the few documents say
that they are invented, and an approval waits for its decision."""

from datetime import timedelta

from hub import approvals, identity, tenancy, trust
from hub.app import compose, open_database
from hub.core.clock import Clock, local_date
from hub.core.settings import Settings
from tourism.demo import people
from tourism.demo.identities import with_key

CODE = "centrale"
SIREN = with_key("00000042")
SECOND = ("exploitant2@demo.example", "Noa Lambert")
DOCUMENTS = (
    ("processing-register", "La centrale (démonstration)"),
    ("self-assessment", "La centrale (démonstration)"),
    ("subcontractors", "La centrale (démonstration)"),
    ("third-country-risks", "La centrale (démonstration)"),
)
CLAUSES = (
    ("encryption-at-rest", "declared"),
    ("purpose", "none"),
    ("export", "self-service"),
    ("reimport", "documented"),
    ("exit", "assisted"),
    ("exit-price", "free"),
    ("audit-right", "questionnaire"),
    ("penalties", "10-25"),
    ("law", "french-law"),
    ("subcontractors", "veto"),
    ("processing-place", "eea"),
    ("exceptions", "opt-in"),
)


async def seed_confidence(settings: Settings, *, clock: Clock | None = None) -> None:
    """Register the service and its second operator; does nothing a second time."""
    database = await open_database(settings, compose(), clock=clock)
    try:
        cast = await people.open_cast(database)
        password_hash = await identity.hash_password(people.PASSWORD)
        async with database.transaction(cast.operator, actor="demonstration") as tx:
            if any(one.code == CODE for one in await trust.list_services(tx)):
                return
            email, name = SECOND
            person = await identity.register_person(
                tx, identity.RegisterPerson(email=email, name=name, password_hash=password_hash)
            )
            manager = tenancy.Role.MANAGER
            await tenancy.add_member(tx, person=person, role=manager, caller_role="owner")
            await trust.register_service(
                tx,
                trust.RegisterService(
                    code=CODE,
                    title="La centrale de réservation (démonstration)",
                    provider="La centrale (démonstration)",
                    provider_id=SIREN,
                    scope="La centrale de réservation, sa base et ses sauvegardes",
                ),
            )
            today = local_date(tx.now, "Europe/Paris")
            for place, (kind, issuer) in enumerate(DOCUMENTS, start=1):
                await trust.add_evidence(
                    tx,
                    CODE,
                    trust.AddEvidence(
                        kind=kind,
                        issuer=issuer,
                        entity=SIREN,
                        services=(CODE,),
                        issued_on=today - timedelta(days=30),
                        expires_on=today + timedelta(days=335),
                        sha256=f"{place:064x}",
                        number="document inventé",
                    ),
                )
            for clause, option in CLAUSES:
                await trust.change_clause(
                    tx, CODE, trust.ChangeClause(clause=clause, option=option)
                )
            await approvals.submit(tx, CODE, approvals.Submit(level="bronze"), role="owner")
    finally:
        await database.close()
