"""Put together what everybody may see, in the reader's language, at this instant."""

from datetime import timedelta

from hub import approvals, service_levels, trust
from hub.approvals.models import Label
from hub.core.db import Tx
from hub.core.errors import Gone
from hub.core.i18n import Catalogue, catalogue
from hub.core.settings import Settings
from hub.labels import signing
from hub.labels.models import (
    Badge,
    CriterionView,
    FamilyView,
    FindingView,
    IncidentView,
    MonthView,
    PaperView,
    ServiceLine,
    ServiceView,
    Status,
    StepView,
    WorkView,
)
from hub.service_levels.policy import is_announced
from hub.trust.models import Check, Criterion, Met, Need, Referential

BADGE_TIME = timedelta(minutes=15)
STEPS_SHOWN, HAPPENED_SHOWN = 50, 50


class NoBadge(Gone):
    """This service has no badge now"""

    code = "badge-none"


async def list_services(tx: Tx) -> list[ServiceLine]:
    """Every service with its level."""
    return [
        ServiceLine(
            code=one.standing.service.code,
            title=one.standing.service.title,
            provider=one.standing.service.provider,
            level=one.standing.referential.name(one.rank),
            state=one.approval.state.value if one.approval else None,
        )
        for one in await approvals.list_labels(tx)
    ]


async def find_service(tx: Tx, code: str, language: str) -> ServiceView:
    """A service with everything that its level is made of. Raises `NotFound`."""
    label = await approvals.find_label(tx, code)
    words = catalogue(language)
    standing = label.standing
    service, referential = standing.service, standing.referential
    lately = await service_levels.measure_lately(tx, code)
    return ServiceView(
        code=code,
        title=service.title,
        provider=service.provider,
        provider_id=service.provider_id,
        country=service.country,
        scope=service.scope,
        referential=words.gettext(referential.title),
        version=referential.version,
        level=referential.name(label.rank),
        computed=referential.name(standing.assessment.rank),
        state=label.approval.state.value if label.approval else None,
        expires_on=label.approval.expires_on if label.approval else None,
        families=_families(label, words),
        findings=tuple(
            FindingView(
                probe=one.probe,
                title=words.gettext(referential.probes[one.probe].title),
                level=referential.name(min(one.rank, referential.top)),
                says=words.gettext(one.says) % one.filled,
                at=one.at,
                counts=tx.now < one.until,
            )
            for one in standing.findings
            if one.probe in referential.probes
        ),
        papers=_papers(label, words),
        steps=tuple(
            StepView(
                step=one.step.value,
                level=referential.name(one.rank),
                at=one.at,
                reason=one.reason,
            )
            for one in await approvals.list_events(tx, code, STEPS_SHOWN)
        ),
        availability_percent=f"{lately[0].ppm / 10_000:.3f}" if lately else None,
        down_minutes=lately[0].down if lately else None,
        left_at=await trust.find_last_proven(tx, code, "round-trip"),
        incidents=await _incidents(tx, code),
        works=await _works(tx, code),
        months=tuple(
            MonthView(
                month=one.month,
                availability_percent=f"{one.ppm / 10_000:.3f}",
                down_minutes=one.down,
            )
            for one in await service_levels.list_measured(tx, code)
        ),
    )


async def _incidents(tx: Tx, code: str) -> tuple[IncidentView, ...]:
    return tuple(
        IncidentView(
            began_at=one.began_at,
            found_at=one.found_at,
            reported_at=one.reported_at,
            told_at=one.told_at,
            ended_at=one.ended_at,
            words=one.words,
            cause=one.cause,
            partial=bool(one.tenants),
        )
        for one in (await service_levels.list_incidents(tx, code))[:HAPPENED_SHOWN]
    )


async def _works(tx: Tx, code: str) -> tuple[WorkView, ...]:
    return tuple(
        WorkView(
            begins_at=one.begins_at,
            ends_at=one.ends_at,
            announced_at=one.announced_at,
            words=one.words,
            in_time=is_announced(one),
        )
        for one in (await service_levels.list_works(tx, code))[:HAPPENED_SHOWN]
    )


def _families(label: Label, words: Catalogue) -> tuple[FamilyView, ...]:
    referential, assessment = label.standing.referential, label.standing.assessment
    known = {one.id: one for one in referential.criteria}
    return tuple(
        FamilyView(
            title=words.gettext(family.title),
            level=referential.name(assessment.families[family.code]),
            criteria=tuple(
                _criterion(known[met.id], met, referential, words)
                for met in assessment.criteria
                if known[met.id].family == family.code
            ),
        )
        for family in referential.families
    )


def _criterion(
    criterion: Criterion, met: Met, referential: Referential, words: Catalogue
) -> CriterionView:
    asked = criterion.steps[min(met.rank, len(criterion.steps) - 1)]
    return CriterionView(
        id=criterion.id,
        title=words.gettext(criterion.title),
        level=referential.name(met.rank),
        asks=words.gettext(asked.says),
        missing=tuple(words.gettext(_title(need, referential)) for need in met.missing),
    )


def _title(need: Need, referential: Referential) -> str:
    kinds = {
        Check.PROBE: referential.probes,
        Check.EVIDENCE: referential.evidence,
        Check.CLAUSE: referential.clauses,
    }
    return kinds[need.check][need.code].title


def _papers(label: Label, words: Catalogue) -> tuple[PaperView, ...]:
    kinds = label.standing.referential.evidence
    return tuple(
        PaperView(
            title=words.gettext(kinds[paper.evidence.kind].title),
            issuer=paper.evidence.issuer,
            number=paper.evidence.number,
            expires_on=paper.evidence.expires_on,
            sha256=paper.evidence.sha256,
            faults=tuple(fault.value for fault in paper.faults),
        )
        for paper in label.standing.papers
        if paper.evidence.kind in kinds and paper.evidence.withdrawn_at is None
    )


async def make_badge(tx: Tx, code: str, settings: Settings) -> str:
    """A statement of now, signed, good for a quarter of an hour. Raises `NoBadge` with no level."""
    label = await approvals.find_label(tx, code)
    service, referential = label.standing.service, label.standing.referential
    level = referential.name(label.rank)
    if level is None:
        raise NoBadge("It has no level: not granted, suspended, withdrawn or over.")
    now = int(tx.now.timestamp())
    badge = Badge(
        iss=settings.public_url,
        sub=code,
        service=service.title,
        provider=service.provider,
        provider_id=service.provider_id,
        scope=service.scope,
        level=level,
        referential=f"{referential.code} {referential.version}",
        iat=now,
        exp=now + int(BADGE_TIME.total_seconds()),
        status=f"{settings.public_url}/trust/{code}/status",
    )
    return signing.sign(signing.signing_key(settings.secret_key), badge)


async def find_status(tx: Tx, code: str) -> Status:
    """Whether the badge of a service still stands. Raises `NotFound`."""
    label = await approvals.find_label(tx, code)
    level = label.standing.referential.name(label.rank)
    return Status(service=code, active=level is not None, level=level, checked_at=tx.now)
