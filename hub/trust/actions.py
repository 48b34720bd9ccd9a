"""Keep a service's file, and read its level from it. The level is never stored: it is computed from
what counts at the instant of the question, so that what lapses lowers it at once."""

import os
import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from hub import audit
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import NotFound
from hub.core.sentences import say
from hub.trust import policy, reading, store
from hub.trust.errors import ClauseInvalid, EvidenceInvalid, ServiceInvalid, ServiceKnown
from hub.trust.models import (
    AddEvidence,
    ChangeClause,
    Clause,
    Evidence,
    Finding,
    Found,
    Paper,
    Referential,
    RegisterService,
    Service,
    Standing,
)

_CODE = re.compile(r"[a-z][a-z0-9-]{1,59}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
LETTERS = 200
SCOPE_LETTERS = 2_000
LISTED_MOST = 500


def referential_folder() -> Path | None:
    """Where the operator puts other referentials (`HUB_REFERENTIALS`)."""
    named = os.environ.get("HUB_REFERENTIALS")
    return Path(named) if named else None


def read_referential(code: str, on: date) -> Referential:
    """The version in force on a day. Raises `NotFound`."""
    found = reading.in_force(code, on, referential_folder())
    if found is None:
        raise NotFound("There is no such referential.")
    return found


async def register_service(tx: Tx, command: RegisterService) -> Service:
    """Open a service's file; the same again changes nothing. Raises `ServiceInvalid`,
    `ServiceKnown`."""
    _check_service(tx, command)
    new = await store.insert_service(tx, command)
    found = await find_service(tx, command.code)
    if not new and (found.provider_id, found.scope) != (command.provider_id, command.scope):
        raise ServiceKnown(field="code")
    if new:
        await audit.record(tx, action="trust.service", subject=f"service:{command.code}")
    return found


def _check_service(tx: Tx, command: RegisterService) -> None:
    if not _CODE.fullmatch(command.code):
        raise ServiceInvalid("A code is small letters, digits and hyphens.", field="code")
    for field in ("title", "provider", "provider_id", "scope"):
        most = SCOPE_LETTERS if field == "scope" else LETTERS
        if not 1 <= len(getattr(command, field).strip()) <= most:
            raise ServiceInvalid("Fill in this field.", field=field)
    if not re.fullmatch(r"[A-Z]{2}", command.country):
        raise ServiceInvalid("A country is two capital letters.", field="country")
    today = local_date(tx.now, "Europe/Paris")
    known = {one.code for one in read_referential(command.referential, today).data_classes}
    for one in command.data_classes:
        if one not in known:
            raise ServiceInvalid(
                say("There is no class of data %(name)s.", name=one), field="data_classes"
            )


async def find_service(tx: Tx, code: str) -> Service:
    """One service. Raises `NotFound`."""
    found = await store.find_service(tx, code)
    if found is None:
        raise NotFound("There is no such service.")
    return found


async def list_services(tx: Tx) -> list[Service]:
    """Every service."""
    return await store.list_services(tx)


async def add_evidence(tx: Tx, service: str, command: AddEvidence) -> Evidence:
    """Put a document into a file. One that is expired or about somebody else is kept too, and shown
    as proving nothing. Raises `EvidenceInvalid`, `NotFound`."""
    known = await find_service(tx, service)
    referential = read_referential(known.referential, local_date(tx.now, "Europe/Paris"))
    _check_evidence(referential, command)
    id = tx.uuid()
    if not await store.insert_evidence(tx, id, service, command):
        raise EvidenceInvalid("This very file is there already.", field="sha256")
    await audit.record(
        tx,
        action="trust.evidence",
        subject=f"service:{service}",
        detail={"evidence": str(id), "kind": command.kind, "sha256": command.sha256},
    )
    return await find_evidence(tx, id)


def _check_evidence(referential: Referential, command: AddEvidence) -> None:
    if command.kind not in referential.evidence:
        raise EvidenceInvalid("The referential knows no such document.", field="kind")
    for field in ("issuer", "entity"):
        if not 1 <= len(getattr(command, field).strip()) <= LETTERS:
            raise EvidenceInvalid("Fill in this field.", field=field)
    if not 1 <= len(command.services) <= LISTED_MOST:
        raise EvidenceInvalid("Say which services it is about.", field="services")
    if command.expires_on < command.issued_on:
        raise EvidenceInvalid("It ends before it begins.", field="expires_on")
    if not _SHA256.fullmatch(command.sha256):
        raise EvidenceInvalid("A hash is 64 hexadecimal digits.", field="sha256")


async def find_evidence(tx: Tx, id: UUID) -> Evidence:
    """One document. Raises `NotFound`."""
    found = await store.find_evidence(tx, id)
    if found is None:
        raise NotFound("There is no such document.")
    return found


async def confirm_evidence(tx: Tx, id: UUID) -> Evidence:
    """The caller has found the document's number in its issuer's own register."""
    found = await find_evidence(tx, id)
    if await store.confirm_evidence(tx, id):
        await _note(tx, found, "trust.evidence_confirmed", "")
    return await find_evidence(tx, id)


async def withdraw_evidence(tx: Tx, id: UUID, reason: str) -> Evidence:
    """A document counts no more; the level falls at once."""
    found = await find_evidence(tx, id)
    if await store.withdraw_evidence(tx, id):
        await _note(tx, found, "trust.evidence_withdrawn", reason)
    return await find_evidence(tx, id)


async def _note(tx: Tx, evidence: Evidence, action: str, reason: str) -> None:
    await audit.record(
        tx,
        action=action,
        subject=f"service:{evidence.service}",
        reason=reason,
        detail={"evidence": str(evidence.id), "kind": evidence.kind},
    )


async def change_clause(tx: Tx, service: str, command: ChangeClause) -> Standing:
    """Put an option of a clause into the contract, or take the clause out. Raises
    `ClauseInvalid`, `NotFound`."""
    known = await find_service(tx, service)
    referential = read_referential(known.referential, local_date(tx.now, "Europe/Paris"))
    kind = referential.clauses.get(command.clause)
    options = {one.code for one in kind.options} if kind else set[str]()
    if kind is None or (command.option is not None and command.option not in options):
        raise ClauseInvalid(field="option")
    await store.change_clause(tx, service, command.clause, command.option)
    await audit.record(
        tx,
        action="trust.clause",
        subject=f"service:{service}",
        detail={"clause": command.clause, "option": command.option},
    )
    return await assess(tx, service)


async def list_options(
    tx: Tx, service: str, clause: str, after: datetime, before: datetime
) -> Sequence[Clause]:
    """The options of a clause that were in force at some time between two instants."""
    return await store.list_options(tx, service, clause, after, before)


async def record_finding(tx: Tx, service: Service, probe: str, found: Found) -> None:
    """Write down what a probe found; the last finding of a probe counts."""
    referential = read_referential(service.referential, local_date(tx.now, "Europe/Paris"))
    if probe in referential.probes:
        until = policy.fresh_until(referential, probe, tx.now)
        await store.insert_finding(tx, service.code, probe, found, until)


async def find_last_proven(tx: Tx, service: str, probe: str) -> datetime | None:
    """When a probe last found something good of a service; None before it did."""
    return await store.find_last_proven(tx, service, probe)


async def list_findings(
    tx: Tx, service: str, probe: str | None = None, wanted: int = 100
) -> Sequence[Finding]:
    """The newest findings of a service."""
    return await store.list_findings(tx, service, probe, min(wanted, LISTED_MOST))


async def assess(tx: Tx, code: str, *, also: Collection[str] = ()) -> Standing:
    """The level of a service at this instant, and everything it is made of; as if it held these
    classes of data `also`. Raises `NotFound`."""
    service = await find_service(tx, code)
    referential = read_referential(service.referential, local_date(tx.now, "Europe/Paris"))
    papers = await store.list_evidence(tx, code)
    clauses = await store.list_clauses(tx, code)
    findings = await store.list_latest(tx, code)
    proofs = policy.proofs_of(referential, service, findings, papers, clauses, tx.now)
    return Standing(
        service=service,
        referential=referential,
        assessment=policy.assess(referential, proofs, {*service.data_classes, *also}, tx.now),
        papers=tuple(
            Paper(
                evidence=one,
                faults=policy.find_faults(one, referential.evidence.get(one.kind), service, tx.now),
            )
            for one in papers
        ),
        clauses=tuple(clauses),
        findings=tuple(findings),
    )
