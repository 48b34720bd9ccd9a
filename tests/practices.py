"""A practice of the tests: a physician with a morning, and two patients."""

from datetime import date
from uuid import UUID

import msgspec
import pytest

from hub import approvals, tenancy, trust
from hub.core.db import Database
from hub.tenancy import Kind, OpenOrganisation
from tests.trusted import SERVICE, find_operator, prove_all
from verticals.health import patients
from verticals.health.agenda.actions import booking, opening
from verticals.health.agenda.models import AddPractitioner, OpenSlots, Slot, SoughtSlots

NADIA = AddPractitioner(family="Exemple", given="Nadia", profession="physician", rpps="10003456786")
LEA = patients.AddPatient(
    birth_name="Martin-Exemple", first_names="Léa Rose", born="1985-05-12", sex="female",
    birthplace="48095", email="lea@example.org",
)  # fmt: skip
PAUL = patients.AddPatient(
    birth_name="Durand-Exemple",
    first_names="Paul",
    born="1950",
    sex="male",
    email="paul@example.org",
)
OF_LEA = patients.TakeIns(matricule="285054809512382", oid=patients.NIR_OID, revision=0)


class Cabinet:
    """A practice of the tests: a physician with a morning, and two patients."""

    def __init__(self, database: Database, tenant: int) -> None:
        self.database, self.tenant = database, tenant
        self.nadia, self.lea, self.paul = (UUID(int=n) for n in (11, 12, 13))

    async def fill(self) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await opening.add_practitioner(tx, self.nadia, NADIA)
            await patients.add_patient(tx, self.lea, LEA)
            await patients.add_patient(tx, self.paul, PAUL)
        await self.open()

    async def open(self, key: int = 1, **change: str) -> int:
        said = {
            "practitioner": str(self.nadia), "day": "2026-12-04", "begins": "09:00",
            "ends": "10:30", "minutes": "20", "modes": "both", **change,
        }  # fmt: skip
        async with self.database.transaction(self.tenant) as tx:
            return await opening.open_slots(tx, UUID(int=key), OpenSlots(**said))

    async def slots(self) -> list[Slot]:
        async with self.database.transaction(self.tenant) as tx:
            found = await opening.list_slots(tx, SoughtSlots())
        return sorted(found, key=lambda slot: slot.begins_at)

    async def book(self, slot: Slot, patient: UUID, key: int = 21, mode: str = "place") -> bool:
        async with self.database.transaction(self.tenant) as tx:
            return await booking.book(tx, UUID(int=key), slot.id, mode, patient)

    async def cancel(self, key: int = 21, *, by_practice: bool = False) -> bool:
        async with self.database.transaction(self.tenant) as tx:
            return await booking.cancel(tx, UUID(int=key), by_practice=by_practice)

    async def change(self, slot: Slot, key: int = 21, mode: str = "place") -> bool:
        async with self.database.transaction(self.tenant) as tx:
            return await booking.change(tx, UUID(int=key), slot.id, mode)

    async def take(self, patient: UUID, said: patients.TakeIns = OF_LEA) -> None:
        async with self.database.transaction(self.tenant) as tx:
            await patients.take_ins(tx, patient, said)

    async def check(self, patient: UUID, revision: int) -> None:
        said = patients.CheckIdentity(paper="passport", revision=revision)
        async with self.database.transaction(self.tenant) as tx:
            await patients.check_identity(tx, patient, said)

    async def correct(self, patient: UUID, traits: patients.AddPatient, **change: str) -> None:
        said = msgspec.structs.asdict(msgspec.structs.replace(traits, **change))
        del said["another"]
        async with self.database.transaction(self.tenant) as tx:
            now = await patients.find_patient(tx, patient)
            command = patients.CorrectTraits(revision=now.revision, **said)
            await patients.correct_traits(tx, patient, command)

    async def read(self, patient: UUID) -> patients.Ins | None:
        async with self.database.transaction(self.tenant) as tx:
            known = await patients.find_patient(tx, patient)
            return await patients.read_ins(tx, known)


async def opened(database: Database, name: str = "Cabinet des Tilleuls") -> Cabinet:
    async with database.transaction(None) as tx:
        said = OpenOrganisation(kind=Kind.PRACTICE, name=name)
        who = {"owner": None, "caller_kind": Kind.OPERATOR}
        tenant = await tenancy.open_organisation(tx, said, **who)
    return Cabinet(database, tenant)


@pytest.fixture
async def cabinet(database: Database) -> Cabinet:
    made = await opened(database)
    await made.fill()
    return made


async def prove_hosting(demo: Database) -> None:
    """The hosting of the demonstration has its proofs for data of health, and a level."""
    operator = await find_operator(demo)
    async with demo.transaction(operator, actor="person:1") as tx:
        await prove_all(tx, await trust.register_service(tx, SERVICE))
        await approvals.submit(tx, SERVICE.code, approvals.Submit(level="silver"), role="owner")
        await approvals.open_review(tx, SERVICE.code, role="owner")
        wish = approvals.ProposeGrant(
            level="silver", expires_on=date(2027, 1, 31), reason="Tout est prouvé."
        )
        await approvals.propose_grant(tx, SERVICE.code, wish, role="owner")
    async with demo.transaction(operator, actor="person:2") as tx:
        label = await approvals.find_label(tx, SERVICE.code)
        assert label.approval is not None
        said = approvals.Decision(reason="Vérifié aussi.", version=label.approval.version)
        await approvals.confirm_grant(tx, SERVICE.code, said, role="owner")


async def lose_certificate(demo: Database) -> None:
    """The certificate for data of health is taken back by its issuer."""
    async with demo.transaction(await find_operator(demo), actor="person:1") as tx:
        standing = await trust.assess(tx, SERVICE.code)
        paper = next(one for one in standing.papers if one.evidence.kind == "hds")
        await trust.withdraw_evidence(tx, paper.evidence.id, "Retiré par son émetteur.")
