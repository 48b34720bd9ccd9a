"""Patients on a real database: no matricule is given twice, none lies open, traits are checked."""

from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub import keys
from hub.core.db import Database
from tests.practices import LEA, OF_LEA, PAUL, Cabinet, cabinet, opened
from verticals.health import patients
from verticals.health.documents import actions as documents
from verticals.health.documents.models import KeepDocument
from verticals.health.example import PDF
from verticals.health.patients.errors import (
    InsTaken,
    PatientChanged,
    PatientInvalid,
    PatientKnown,
    PatientMerged,
    SealedUnreadable,
)

__all__ = ["cabinet"]


async def test_twins_are_two_patients_and_the_same_traits_are_asked_about(
    cabinet: Cabinet,
) -> None:
    zoe = patients.AddPatient(
        birth_name="Martin-Exemple", first_names="Zoé", born="1985-05-12", sex="female"
    )
    again = patients.AddPatient(
        birth_name="MARTIN EXEMPLE", first_names="Lea", born="1985-05-12", sex="female"
    )
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        await patients.add_patient(tx, UUID(int=40), zoe)
        with pytest.raises(PatientKnown) as refused:
            await patients.add_patient(tx, UUID(int=41), again)
        assert refused.value.extra["patient"] == str(cabinet.lea)
        another = patients.AddPatient(
            birth_name="MARTIN EXEMPLE", first_names="Lea", born="1985-05-12", sex="female",
            another=True,
        )  # fmt: skip
        await patients.add_patient(tx, UUID(int=41), another)


async def test_only_a_qualified_identity_carries_its_matricule(cabinet: Cabinet) -> None:
    await cabinet.take(cabinet.lea)
    assert await cabinet.read(cabinet.lea) is None
    await cabinet.check(cabinet.lea, 1)
    found = await cabinet.read(cabinet.lea)
    assert found == patients.Ins(matricule="2850548095123", oid=patients.NIR_OID)


async def test_a_matricule_is_one_patients_in_a_practice(
    cabinet: Cabinet, database: Database
) -> None:
    await cabinet.take(cabinet.lea)
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        zoe = patients.AddPatient(
            birth_name="Martin-Exemple", first_names="Zoé", born="1985-05-12", sex="female",
            birthplace="48095",
        )  # fmt: skip
        await patients.add_patient(tx, UUID(int=40), zoe)
    with pytest.raises(InsTaken):
        await cabinet.take(UUID(int=40))
    other = await opened(database, "Cabinet des Chênes")
    async with database.transaction(other.tenant) as tx:
        await patients.add_patient(tx, UUID(int=60), LEA)
    await other.take(UUID(int=60))


async def test_a_matricule_that_does_not_fit_or_comes_late_is_refused(cabinet: Cabinet) -> None:
    with pytest.raises(PatientInvalid):
        await cabinet.take(cabinet.paul)
    await cabinet.check(cabinet.lea, 0)
    with pytest.raises(PatientChanged):
        await cabinet.take(cabinet.lea)
    with pytest.raises(PatientChanged):
        await cabinet.check(cabinet.lea, 0)


async def test_no_matricule_lies_open_and_without_the_key_none_is_read(
    cabinet: Cabinet, admin: asyncpg.Connection
) -> None:
    await cabinet.take(cabinet.lea)
    await cabinet.check(cabinet.lea, 1)
    for table in ("health_patient", "health_mark", "audit_entry"):
        rows = await admin.fetch(f"select t::text as said from {table} t")
        assert rows
        for row in rows:
            assert "2850548095123" not in row["said"]
            assert b"2850548095123".hex() not in row["said"]
    await admin.execute(
        "update health_patient p set ins_sealed = o.ins_sealed, ins_mark = '\\x00',"
        " paper = 'passport', retrieved_at = o.retrieved_at"
        " from health_patient o where p.id = $1 and o.id = $2",
        cabinet.paul, cabinet.lea,
    )  # fmt: skip
    with pytest.raises(SealedUnreadable):  # it is read as its patient's only
        await cabinet.read(cabinet.paul)
    assert await cabinet.read(cabinet.lea) is not None
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        await keys.shred(tx)
    with pytest.raises(SealedUnreadable):
        await cabinet.read(cabinet.lea)


async def test_a_key_that_was_given_up_is_followed_by_no_other(
    cabinet: Cabinet, admin: asyncpg.Connection
) -> None:
    await cabinet.take(cabinet.lea)
    await cabinet.check(cabinet.lea, 1)
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        await keys.shred(tx)
    with pytest.raises(SealedUnreadable):
        await cabinet.take(cabinet.lea, msgspec.structs.replace(OF_LEA, revision=2))
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        lea = await patients.find_patient(tx, cabinet.lea)
        assert await patients.show_ins(tx, lea) == (None, True)
    wrapped = "select count(*) from tenant_key where wrapped is not null"
    assert await admin.fetchval(wrapped) == 0


async def test_a_paper_and_a_matricule_wait_for_the_place_of_birth(cabinet: Cabinet) -> None:
    for act in (cabinet.check(cabinet.paul, 0), cabinet.take(cabinet.paul)):
        with pytest.raises(PatientInvalid, match="place of birth first"):
            await act


async def test_who_was_merged_is_changed_no_more(cabinet: Cabinet) -> None:
    """Everything goes to the record that stays, and nothing new to the other."""
    first, *_ = await cabinet.slots()
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        again = msgspec.structs.replace(LEA, another=True)
        await patients.add_patient(tx, UUID(int=40), again)
        await patients.merge(tx, cabinet.lea, UUID(int=40))
    with pytest.raises(PatientMerged) as refused:
        await cabinet.book(first, UUID(int=40))
    assert refused.value.extra["patient"] == str(cabinet.lea)
    with pytest.raises(PatientMerged):
        await cabinet.take(UUID(int=40), msgspec.structs.replace(OF_LEA, revision=1))
    with pytest.raises(PatientMerged):
        await cabinet.check(UUID(int=40), 1)
    kept = KeepDocument(title="Compte rendu", content=PDF)
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        with pytest.raises(PatientMerged):
            await documents.keep_document(tx, UUID(int=50), UUID(int=40), kept)
    with pytest.raises(PatientMerged):
        await correct(cabinet, UUID(int=40), _corrected(LEA, revision=1, born="1985-05-13"))


def _corrected(
    patient: patients.AddPatient, *, revision: int = 0, **change: str
) -> patients.CorrectTraits:
    said = msgspec.structs.asdict(msgspec.structs.replace(patient, **change))
    del said["another"]
    return patients.CorrectTraits(revision=revision, **said)


async def correct(cabinet: Cabinet, patient: UUID, said: patients.CorrectTraits) -> None:
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        await patients.correct_traits(tx, patient, said)


async def status_of(cabinet: Cabinet, patient: UUID) -> patients.Status:
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        return (await patients.find_patient(tx, patient)).status


async def test_a_trait_that_is_corrected_is_checked_again(cabinet: Cabinet) -> None:
    """What a paper and INSi have shown holds for the traits that were compared (RNIV)."""
    await cabinet.take(cabinet.lea)
    await cabinet.check(cabinet.lea, 1)
    assert await status_of(cabinet, cabinet.lea) is patients.Status.QUALIFIED
    await correct(cabinet, cabinet.lea, _corrected(LEA, revision=2, phone="06 12 34 56 78"))
    assert await status_of(cabinet, cabinet.lea) is patients.Status.QUALIFIED
    await correct(cabinet, cabinet.lea, _corrected(LEA, revision=3, birthplace="48096"))
    assert await status_of(cabinet, cabinet.lea) is patients.Status.PROVISIONAL
    assert await cabinet.read(cabinet.lea) is None
    await cabinet.take(cabinet.lea, msgspec.structs.replace(OF_LEA, revision=4))
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        found = await patients.search_patients(tx, patients.Sought(name="martin"))
    assert [one.birthplace for one in found] == ["48096"]


async def test_a_correction_is_found_by_its_new_name_and_compared_with_what_was_shown(
    cabinet: Cabinet,
) -> None:
    await correct(cabinet, cabinet.paul, _corrected(PAUL, birth_name="Éluard", birthplace="75056"))
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        found = await patients.search_patients(tx, patients.Sought(name="eluard"))
    assert [one.id for one in found] == [cabinet.paul]
    with pytest.raises(PatientChanged):
        await correct(cabinet, cabinet.paul, _corrected(PAUL))
    with pytest.raises(PatientInvalid):
        await correct(cabinet, cabinet.paul, _corrected(PAUL, revision=1, born="tomorrow"))


async def test_a_correction_that_makes_one_of_two_asks_first(cabinet: Cabinet) -> None:
    with pytest.raises(PatientKnown) as refused:
        await correct(cabinet, cabinet.paul, _corrected(LEA))
    assert refused.value.extra["patient"] == str(cabinet.lea)


async def test_matricules_of_many_are_read_at_once_where_they_can_be_read(
    cabinet: Cabinet,
) -> None:
    await cabinet.take(cabinet.lea)
    await cabinet.check(cabinet.lea, 1)
    async with cabinet.database.transaction(cabinet.tenant) as tx:
        everybody = [await patients.find_patient(tx, id) for id in (cabinet.lea, cabinet.paul)]
        read = await patients.list_ins(tx, everybody)
        assert {id: one.matricule for id, one in read.items()} == {cabinet.lea: "2850548095123"}
        await keys.shred(tx)
        assert await patients.list_ins(tx, everybody) == {}
        assert await patients.list_ins(tx, []) == {}
