"""Invented rows of one practice, for the conformance suite and for sandboxes."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from hub.core.clock import local_date
from hub.core.db import Tx
from verticals.health import patients
from verticals.health.agenda.actions import booking, opening
from verticals.health.agenda.models import AddPractitioner, OpenSlots, SoughtSlots
from verticals.health.documents import actions as documents
from verticals.health.documents.models import KeepDocument, Share
from verticals.health.merging import actions as merging
from verticals.health.merging.models import AskMerge
from verticals.health.visits import actions as visits
from verticals.health.visits.models import Role, SetVideo, WriteNote

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


async def fill(tx: Tx) -> None:
    """A physician with a free morning, a patient whose identity is qualified, and one who comes."""
    physician, patient, other = tx.uuid(), tx.uuid(), tx.uuid()
    named = AddPractitioner(
        family="Exemple", given="Nadia", profession="physician", rpps="10003456786"
    )
    await opening.add_practitioner(tx, physician, named)
    day = local_date(tx.now, "Europe/Paris") + timedelta(days=3)
    hours = OpenSlots(
        practitioner=str(physician), day=day.isoformat(), begins="09:00", ends="12:00",
        minutes="20", modes="both",
    )  # fmt: skip
    await opening.open_slots(tx, tx.uuid(), hours)
    lea = patients.AddPatient(
        birth_name="Martin-Exemple", first_names="Léa Rose", born="1985-05-12", sex="female",
        birthplace="48095", email="lea@example.org",
    )  # fmt: skip
    await patients.add_patient(tx, patient, lea)
    await patients.check_identity(
        tx, patient, patients.CheckIdentity(paper="identity-card", revision=0)
    )
    answer = patients.TakeIns(matricule="285054809512382", oid=patients.NIR_OID, revision=1)
    await patients.take_ins(tx, patient, answer)
    paul = patients.AddPatient(
        birth_name="Durand-Exemple", first_names="Paul", born="1950", sex="male"
    )
    await patients.add_patient(tx, other, paul)
    first, second, *_ = sorted(
        await opening.list_slots(tx, SoughtSlots(practitioner=physician)),
        key=lambda slot: slot.begins_at,
    )
    await booking.book(tx, tx.uuid(), first.id, "place", patient)
    cancelled = tx.uuid()
    await booking.book(tx, cancelled, second.id, "video", other)
    await booking.cancel(tx, cancelled, by_practice=True)
    await _share(tx, physician, patient)
    await _ask_merge(tx, other, paul)
    await _merge(tx)
    await _visit(tx, physician, patient)


async def _share(tx: Tx, physician: UUID, patient: UUID) -> None:
    """A document, shared for a week, and looked at by the physician and opened where the practice
    has members."""
    document = tx.uuid()
    kept = KeepDocument(title="Compte rendu", content=PDF)
    await documents.keep_document(tx, document, patient, kept)
    share = Share(practitioner=str(physician), days="7")
    await documents.share(tx, tx.uuid(), document, patient, share)
    for member, _ in (await opening.list_accounts(tx))[:1]:
        await patients.keep_looks(tx, [patient], patients.What.RECORD, int(member))
        await opening.ask_account(tx, physician, member, role="owner")
        await opening.answer_account(tx, physician, int(member), accepts=True)
        await documents.open_document(tx, document, int(member))


async def _ask_merge(tx: Tx, kept: UUID, same: patients.AddPatient) -> None:
    """The second patient was added twice, and a member says so where the practice has one."""
    twice = msgspec.structs.replace(same, another=True)
    await patients.add_patient(tx, gone := tx.uuid(), twice)
    person = next((int(number) for number, _ in await opening.list_accounts(tx)), None)
    said = AskMerge(kept=kept, gone=gone, why="Ajouté deux fois le même jour.")
    await merging.ask_merge(tx, tx.uuid(), said, person)


async def _merge(tx: Tx) -> None:
    """Two records of somebody else were one, and a member has agreed where the practice has one."""
    kept, gone, merge = tx.uuid(), tx.uuid(), tx.uuid()
    ana = patients.AddPatient(
        birth_name="Petit-Exemple", first_names="Ana", born="1972-02-29", sex="female", another=True
    )
    for id in (kept, gone):
        await patients.add_patient(tx, id, ana)
    said = AskMerge(kept=kept, gone=gone, why="La même pièce, vue deux fois.")
    await merging.ask_merge(tx, merge, said, None)
    for member, _ in (await opening.list_accounts(tx))[:1]:
        await merging.decide(tx, merge, int(member), agrees=True)


async def _visit(tx: Tx, physician: UUID, patient: UUID) -> None:
    """A visit by video that is about to begin, its room open where the physician has an account."""
    local = tx.now.astimezone(ZoneInfo("Europe/Paris")).replace(second=0, microsecond=0)
    begins, ends = local + timedelta(minutes=2), local + timedelta(minutes=7)
    if ends.date() != begins.date():  # hours are of one day
        begins = ends.replace(hour=0, minute=0)
        ends = begins + timedelta(minutes=5)
    hours = OpenSlots(
        practitioner=str(physician), day=begins.date().isoformat(), begins=f"{begins:%H:%M}",
        ends=f"{ends:%H:%M}", minutes="5", modes="video",
    )  # fmt: skip
    await opening.open_slots(tx, tx.uuid(), hours)
    soon = SoughtSlots(practitioner=physician, until=tx.now + timedelta(minutes=30))
    (slot,) = await opening.list_slots(tx, soon)
    appointment = tx.uuid()
    await booking.book(tx, appointment, slot.id, "video", patient)
    rooms = SetVideo(provider="https://visio.example.org/{room}")
    await visits.set_video(tx, rooms, role="owner")
    for member, _ in (await opening.list_accounts(tx))[:1]:
        person = int(member)
        await visits.open_room(tx, appointment, person)
        await visits.give_ticket(tx, appointment, person, Role.PRACTITIONER)
        note = WriteNote(words="Tout va bien.")
        await visits.write_note(tx, tx.uuid(), appointment, person, note)
