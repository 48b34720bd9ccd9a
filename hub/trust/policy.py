"""Which level the proofs make (DOMAIN 6.2). Time comes in; nothing here is ever remembered."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.trust.models import (
    NONE,
    Assessment,
    Check,
    Clause,
    Criterion,
    Evidence,
    EvidenceKind,
    Fault,
    Finding,
    Met,
    Need,
    Proof,
    Referential,
    Service,
)

LAPSE_NOTICE = timedelta(days=30)  # a letter so long before a document ceases to count
_PARIS = ZoneInfo("Europe/Paris")
_LEAST = datetime.min.replace(tzinfo=UTC)


def assess(
    referential: Referential,
    proofs: Iterable[Proof],
    data_classes: Collection[str],
    now: datetime,
) -> Assessment:
    """The level of a service with these proofs: taking one away never raises it."""
    ranks: dict[Need, int] = {}
    for proof in proofs:
        if (proof.since or _LEAST) <= now and (proof.until is None or now < proof.until):
            ranks[proof.need] = max(ranks.get(proof.need, NONE), proof.rank)
    met = tuple(
        _meet(criterion, ranks)
        for criterion in referential.criteria
        if criterion.only_for is None or criterion.only_for in data_classes
    )
    of_family = {criterion.id: criterion.family for criterion in referential.criteria}
    families = {
        family.code: min(
            (one.rank for one in met if of_family[one.id] == family.code), default=referential.top
        )
        for family in referential.families
    }
    rank = min(families.values(), default=NONE)
    barred = next(
        (
            one.code
            for one in referential.data_classes
            if one.code in data_classes and rank < one.floor
        ),
        None,
    )
    return Assessment(
        rank=NONE if barred else rank, families=families, criteria=met, barred_by=barred
    )


def _meet(criterion: Criterion, ranks: dict[Need, int]) -> Met:
    for rank, step in enumerate(criterion.steps, start=1):
        missing = tuple(need for need in step.needs if ranks.get(need, NONE) < rank)
        if missing:
            return Met(id=criterion.id, rank=rank - 1, missing=missing)
    return Met(id=criterion.id, rank=len(criterion.steps), missing=())


def find_faults(
    evidence: Evidence, kind: EvidenceKind | None, service: Service, now: datetime
) -> tuple[Fault, ...]:
    """Why a document proves nothing for a service; nothing when it counts. It counts until the end
    of its last day in Paris."""
    if kind is None:
        return (Fault.UNKNOWN_KIND,)
    today = now.astimezone(_PARIS).date()
    own = {service.provider_id, service.provider}
    checks = {
        Fault.NOT_YET: today < evidence.issued_on,
        Fault.EXPIRED: today > evidence.expires_on,
        Fault.WITHDRAWN: evidence.withdrawn_at is not None and evidence.withdrawn_at <= now,
        Fault.OTHER_ENTITY: evidence.entity != service.provider_id,
        Fault.OTHER_SERVICE: service.code not in evidence.services,
        Fault.SELF_ISSUED: kind.independent
        and (_same(evidence.issuer_id, own) or _same(evidence.issuer, own)),
        Fault.ISSUER_UNKNOWN: bool(kind.issuers) and not _same(evidence.issuer, kind.issuers),
        Fault.NUMBER_UNKNOWN: kind.confirmed and evidence.confirmed_at is None,
    }
    return tuple(fault for fault, stands in checks.items() if stands)


def _same(name: str, names: Iterable[str]) -> bool:
    """Names are compared by their letters, whatever their case and spaces."""
    return bool(name.strip()) and _letters(name) in {_letters(one) for one in names}


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def proofs_of(
    referential: Referential,
    service: Service,
    findings: Sequence[Finding],
    papers: Sequence[Evidence],
    clauses: Sequence[Clause],
    now: datetime,
) -> list[Proof]:
    """What the file of a service proves. `findings` are the last ones, one a probe."""
    proofs = [
        Proof(
            need=Need(check=Check.PROBE, code=one.probe),
            rank=one.rank,
            since=one.at,
            until=one.until,
        )
        for one in findings
    ]
    proofs += [
        Proof(need=Need(check=Check.EVIDENCE, code=one.kind), rank=referential.top)
        for one in papers
        if not find_faults(one, referential.evidence.get(one.kind), service, now)
    ]
    for one in clauses:
        kind = referential.clauses.get(one.clause)
        for option in kind.options if kind else ():
            if option.code == one.option:
                need = Need(check=Check.CLAUSE, code=one.clause)
                proofs.append(Proof(need=need, rank=option.level, since=one.since))
    return proofs


def fresh_until(referential: Referential, probe: str, at: datetime) -> datetime:
    """Until when a finding counts."""
    return at + timedelta(days=referential.probes[probe].fresh_days)


def next_lapse(
    papers: Sequence[Evidence], referential: Referential, service: Service, now: datetime
) -> datetime | None:
    """When the next document that counts ceases to."""
    ends = [
        datetime.combine(one.expires_on + timedelta(days=1), time(0), _PARIS)
        for one in papers
        if not find_faults(one, referential.evidence.get(one.kind), service, now)
    ]
    return min(ends, default=None)


def list_lapsing(
    papers: Sequence[Evidence], referential: Referential, service: Service, now: datetime
) -> list[Evidence]:
    """The documents that cease to count within `LAPSE_NOTICE` and that no other of their kind
    outlasts, the next to lapse first."""
    last: dict[str, tuple[datetime, Evidence]] = {}
    for one in papers:
        end = next_lapse([one], referential, service, now)
        if end is not None and (one.kind not in last or end > last[one.kind][0]):
            last[one.kind] = (end, one)
    soon = [pair for pair in last.values() if pair[0] - now <= LAPSE_NOTICE]
    return [one for _, one in sorted(soon, key=lambda pair: (pair[0], pair[1].kind))]
