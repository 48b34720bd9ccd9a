"""The certificate of a course that somebody has finished: for paper, and as anybody verifies it."""

import asyncio
from collections.abc import Sequence
from functools import cache
from uuid import UUID

import msgspec

from hub import audit, tenancy
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.documents import Heading, pdf, qr_svg, template
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings
from hub.core.tokens import sign_reference
from verticals.education import roster
from verticals.education.classwork import actions as classwork
from verticals.education.classwork.errors import NothingHere
from verticals.education.courses import actions as courses
from verticals.education.courses.models import Record
from verticals.education.records import policy, statements
from verticals.education.records.errors import NotFinished
from verticals.education.records.models import CertificateFacts

CERTIFICATE = "school-certificate"


@cache
def _site() -> Site:
    packages = ["hub.core", "verticals.education.records"]
    return Site(template_folders(packages), [], demo=False)


async def find_facts(tx: Tx, record: Record) -> CertificateFacts:
    """What the certificate of somebody says. Raises `NotFinished`."""
    mine = record.enrolment
    if mine.finished_at is None:
        raise NotFinished("It is there once every step is done.")
    name = mine.name if mine.member is None else (await roster.find_member(tx, mine.member)).name
    zone = await classwork.seek_zone(tx)
    return CertificateFacts(
        name=name,
        course=record.content.title,
        language=record.content.language,
        school=(await tenancy.find_organisation(tx)).name,
        minutes=record.content.minutes,
        number=policy.number_of(mine.id, local_date(mine.finished_at, zone)),
        finished_at=mine.finished_at,
        zone=zone,
    )


async def verify(tx: Tx, enrolment: UUID) -> CertificateFacts:
    """What stands on a certificate, to whoever has its address, and no more. Raises `NothingHere`
    for one of somebody who was erased."""
    found = await courses.seek_enrolment(tx, enrolment)
    if found is None or found.finished_at is None:
        raise NothingHere("There is no such certificate any more.")
    return await find_facts(tx, await courses.find_record(tx, found))


def draw(settings: Settings, tenant: int, record: Record, facts: CertificateFacts) -> bytes:
    """The certificate as PDF, in the language of the course; the same bytes each time."""
    token = sign_reference(settings.secret_key, CERTIFICATE, tenant, record.enrolment.id)
    address = f"{settings.public_url}/certificats/{token}"
    context = {"facts": facts, "address": address, "day": local_date(facts.finished_at, facts.zone)}
    text = _site().render(facts.language, "records/certificate.txt", context)
    said = msgspec.json.decode(text, type=dict[str, object])
    heading = Heading(
        title=str(said.pop("title")),
        issuer=facts.school,
        footer=str(said.pop("footer")),
        language=facts.language,
    )
    values = {**said, "qr": qr_svg(address)}
    source = template("verticals.education.records", "certificate")
    return pdf(source, heading, values, at=facts.finished_at)


def tell(
    settings: Settings, tenant: int, records: Sequence[Record], *, name: str = "",
    answers: bool = False,
) -> list[statements.Statement]:  # fmt: skip
    """What somebody did, as xAPI statements; under an opaque account, with their name if it is
    given. With `answers`, what is right stands beside every question."""
    told: list[statements.Statement] = []
    for record in records:
        mine = record.enrolment
        teller = statements.Teller(
            site=settings.public_url,
            home=f"{settings.public_url}/mon-ecole/{tenant}",
            account=statements.account_of(mine.member or mine.id),
            name=name,
            answers=answers,
        )
        told += statements.tell(teller, record)
    return told


async def pack(tx: Tx, settings: Settings, member: UUID) -> dict[str, bytes]:
    """What somebody takes along of their courses: files by their path. Empty without courses."""
    records = await courses.list_records(tx, member)
    if not records or tx.tenant is None:
        return {}
    files = {
        "courses.json": statements.array([_summary(one) for one in records]),
        "xapi.jsonl": statements.lines(tell(settings, tx.tenant, records)),
    }
    for number, one in enumerate(records, 1):
        if one.enrolment.finished_at is not None:
            facts = await find_facts(tx, one)
            file = await asyncio.to_thread(draw, settings, tx.tenant, one, facts)
            files[f"certificates/{number:03}.pdf"] = file
    return files


def _summary(record: Record) -> statements.Statement:
    mine = record.enrolment
    return {
        "title": record.content.title,
        "version": mine.version,
        "minutes": record.content.minutes,
        "began_at": mine.began_at,
        "finished_at": mine.finished_at,
        "percent": record.percent,
    }


async def list_course(
    tx: Tx, id: UUID, after: UUID | None, *, role: str | None
) -> tuple[list[Record], UUID | None]:
    """A page of all that was done in a course, for the head; where the next one begins. Raises
    `NotTheHead`, `NothingHere`."""
    roster.check_head(role)
    if await courses.seek_course(tx, id) is None:
        raise NothingHere()
    learners, more = await courses.list_learners(tx, id, after)
    await audit.record(tx, action="school.course_exported", subject=f"school-course:{id}")
    return [one.record for one in learners], more
