"""A service whose file proves everything, for the tests of trust."""

from datetime import date

from hub import trust
from hub.core.db import Database, Tx
from hub.trust.models import Found

SIREN = "552100554"
SERVICE = trust.RegisterService(
    code="tourism",
    title="La centrale",
    provider="Exemple SAS",
    provider_id=SIREN,
    scope="La centrale de réservation et ses sauvegardes",
)
REFERENTIAL = trust.read_referential("secure-cloud", date(2026, 12, 1))


async def find_operator(database: Database) -> int:
    """The demonstration's operator, whose wall acts on trust stand behind."""
    async with database.transaction() as tx:
        con = await tx.connection()
        found = await con.fetchval(
            "select tenant from memberships_of((select id from person where email = $1))"
            " order by tenant limit 1",
            "exploitant@demo.example",
        )
    assert found is not None
    return found


async def prove_all(tx: Tx, service: trust.Service, rank: int = 3) -> None:
    """Findings, documents and clauses for every need of the referential."""
    for place, code in enumerate(REFERENTIAL.evidence):
        paper = await trust.add_evidence(
            tx,
            service.code,
            trust.AddEvidence(
                kind=code,
                issuer="ANSSI" if code == "snc" else "Organisme certificateur",
                entity=SIREN,
                services=(service.code,),
                issued_on=date(2026, 1, 1),
                expires_on=date(2027, 1, 31),
                sha256=f"{place:064x}",
                number=f"N-{place}",
            ),
        )
        await trust.confirm_evidence(tx, paper.id)
    for code, kind in REFERENTIAL.clauses.items():
        best = max(kind.options, key=lambda option: option.level)
        command = trust.ChangeClause(clause=code, option=best.code)
        await trust.change_clause(tx, service.code, command)
    await measure_all(tx, service, rank)


async def measure_all(tx: Tx, service: trust.Service, rank: int = 3) -> None:
    for probe in REFERENTIAL.probes:
        await trust.record_finding(tx, service, probe, Found(rank=rank, says="Mesuré."))
