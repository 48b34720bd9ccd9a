"""Know a patient, and check who they are."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from hub import audit
from hub.core.clock import local_date
from hub.core.db import Tx
from verticals.health.patients import policy, sealing, store
from verticals.health.patients.errors import (
    InsTaken,
    PatientChanged,
    PatientKnown,
    PatientMerged,
    PatientUnknown,
    PracticeLeaves,
    SealedUnreadable,
)
from verticals.health.patients.models import (
    AddPatient,
    CheckIdentity,
    CorrectTraits,
    Ins,
    Patient,
    Sought,
    Status,
    TakeIns,
    Traits,
)

ZONE = "Europe/Paris"  # the clock by which a day of birth may lie ahead


async def check_stays(tx: Tx) -> None:
    """Raise `PracticeLeaves` once the practice is held: what was archived stays what there is."""
    if await store.is_held(tx):
        raise PracticeLeaves("What it has can be read and taken away.")


async def find_patient(tx: Tx, id: UUID, *, lock: bool = False) -> Patient:
    """Raises `PatientUnknown`."""
    found = await store.find_patient(tx, id, lock=lock)
    if found is None:
        raise PatientUnknown()
    return found


async def lock_patient(tx: Tx, id: UUID) -> Patient:
    """A patient to whom something is added, ours until the commit. Raises `PatientUnknown`, and
    `PatientMerged` for a record whose all is another's from then on."""
    found = await find_patient(tx, id, lock=True)
    if found.merged_into is not None:
        raise PatientMerged("Go on with the one that stays.", patient=str(found.merged_into))
    return found


async def find_of_person(tx: Tx, person: int) -> Patient | None:
    """The patient who an account is here, if it is one."""
    return await store.find_of_person(tx, person)


async def list_patients(tx: Tx, sought: Sought) -> list[Patient]:
    """The patients who are asked for, by id."""
    return await store.list_patients(tx, sought)


async def search_patients(tx: Tx, sought: Sought) -> list[Patient]:
    """The same, by name."""
    return await store.list_named(tx, sought)


async def add_patient(
    tx: Tx, id: UUID, command: AddPatient, *, person: int | None = None
) -> Patient:
    """Know somebody, whose identity nobody has checked yet; sent again, nothing changes.

    Raises `PatientInvalid`, and `PatientKnown` where somebody has the same traits and nobody has
    said that it is `another`. Whoever books for themselves is never told of others: they are
    `another` until the practice has looked.
    """
    traits = policy.check_patient(command, local_date(tx.now, ZONE))
    if await store.find_patient(tx, id) is None and not command.another:
        await _check_new(tx, traits)
    if await store.insert_patient(tx, id, traits, person):
        await audit.record(tx, action="health.patient_added", subject=f"patient:{id}")
    return await find_patient(tx, id)


async def _check_new(tx: Tx, traits: Traits, but: UUID | None = None) -> None:
    known = [one for one in await store.list_born(tx, traits.born_on) if one.id != but]
    twin = policy.find_twin(traits, known)
    if twin is not None:
        raise PatientKnown("Look first whether it is the same person.", patient=str(twin.id))


async def correct_traits(tx: Tx, id: UUID, command: CorrectTraits) -> None:
    """Write the traits as they are. Where a strict one is another, whatever was checked is to be
    checked again: the paper and the matricule were compared with what was there (RNIV).

    Raises `PatientInvalid`, `PatientKnown`, `PatientChanged`, `PatientMerged`, `PatientUnknown`.
    """
    traits = policy.check_patient(command, local_date(tx.now, ZONE))
    known = await lock_patient(tx, id)
    same = policy.is_same_person(traits, known)
    if not same and not command.another:
        await _check_new(tx, traits, id)
    if not await store.keep_traits(tx, id, traits, command.revision, same=same):
        raise PatientChanged("Look at what is here now, then correct it.")
    detail: dict[str, object] = {"to_check_again": not same}
    subject = f"patient:{id}"
    await audit.record(tx, action="health.traits_corrected", subject=subject, detail=detail)


async def check_identity(tx: Tx, id: UUID, command: CheckIdentity) -> None:
    """An official paper shows the five strict traits. Raises `PatientInvalid`, `PatientChanged`,
    `PatientMerged`."""
    paper = policy.read_paper(command.paper)
    policy.check_complete(await lock_patient(tx, id), "paper")
    if not await store.keep_paper(tx, id, paper, command.revision):
        raise PatientChanged("Compare the paper with what is here now.")
    detail: dict[str, object] = {"paper": paper.value}
    subject = f"patient:{id}"
    await audit.record(tx, action="health.identity_checked", subject=subject, detail=detail)


async def take_ins(tx: Tx, id: UUID, command: TakeIns) -> None:
    """Keep what INSi answered, sealed.

    Raises `PatientInvalid` for a matricule that is wrong or does not fit the traits, `InsTaken`
    when another patient of the practice has it, `PatientChanged`, `PatientMerged`.
    """
    ins = policy.read_ins(command.matricule, command.oid)
    patient = await lock_patient(tx, id)
    policy.check_fits(ins, patient)
    mark = await sealing.mark_ins(tx, ins)
    holder = await store.find_marked(tx, mark)
    if holder not in {None, id}:
        raise InsTaken("Two identities of one person are merged, never both given it.")
    sealed = await sealing.seal_ins(tx, id, ins)
    if not await store.keep_ins(tx, id, sealed, mark, command.revision):
        raise PatientChanged("Compare the answer with what is here now.")
    await audit.record(tx, action="health.ins_retrieved", subject=f"patient:{id}")


async def read_ins(tx: Tx, patient: Patient) -> Ins | None:
    """The matricule of a qualified identity; None for any other. Raises `SealedUnreadable`."""
    if patient.status is not Status.QUALIFIED or patient.ins_sealed is None:
        return None
    return await sealing.open_ins(tx, patient.id, patient.ins_sealed)


async def show_ins(tx: Tx, patient: Patient) -> tuple[Ins | None, bool]:
    """The same for a page or a reply, which has the rest to show: and whether there is one that
    cannot be read here."""
    try:
        return await read_ins(tx, patient), False
    except SealedUnreadable:
        return None, True


async def list_ins(tx: Tx, found: Sequence[Patient]) -> dict[UUID, Ins]:
    """The same of many, by patient: of qualified identities, where they can be read here."""
    asked = {
        one.id: one.ins_sealed
        for one in found
        if one.status is Status.QUALIFIED and one.ins_sealed is not None
    }
    opener = await sealing.find_opener(tx) if asked else None
    read: dict[UUID, Ins] = {}
    for id, sealed in asked.items():
        with suppress(SealedUnreadable):
            assert opener is not None, "there is something to open"
            read[id] = opener.open_ins(id, sealed)
    return read


async def list_alike(tx: Tx, patient: Patient) -> list[Patient]:
    """Who else was born on the same day, of whom one may be the same person."""
    found = await store.list_born(tx, patient.born_on)
    return [one for one in found if one.id != patient.id]


async def check_mergeable(tx: Tx, kept: UUID, gone: UUID) -> tuple[Patient, Patient]:
    """Both, ours until the commit, always locked in one order. Raises `NotOnePerson`,
    `PatientUnknown`."""
    found = {id: await find_patient(tx, id, lock=True) for id in sorted({kept, gone})}
    marks = {await store.find_mark(tx, id) for id in found}
    policy.check_mergeable(found[kept], found[gone], same_ins=len(marks) == 1)
    return found[kept], found[gone]


async def merge(tx: Tx, kept: UUID, gone: UUID) -> None:
    """Two were one: what the second has goes to the first, who stays. Raises `NotOnePerson`,
    `PatientInvalid` for a matricule that does not fit the traits that stay, `SealedUnreadable`."""
    stays, goes = await check_mergeable(tx, kept, gone)
    sealed, mark, at = stays.ins_sealed, await store.find_mark(tx, kept), stays.retrieved_at
    if sealed is None and goes.ins_sealed is not None:
        ins = await sealing.open_ins(tx, gone, goes.ins_sealed)
        policy.check_fits(ins, stays)
        sealed = await sealing.seal_ins(tx, kept, ins)
        mark, at = await store.find_mark(tx, gone), goes.retrieved_at
    person = goes.person if stays.person is None else stays.person
    await store.keep_merged(tx, gone, kept)
    await store.keep_absorbed(tx, kept, person, sealed, mark, at)
    await store.hand_looks_over(tx, gone, kept)
