"""Where a vertical may run: its classes of data and its level, against what the hosting proves."""

from collections.abc import Sequence

import msgspec

from hub.core.vertical import Vertical
from hub.gates.models import Gate, Proof, Reason, State
from hub.gates.words import (
    BAD_PAPER,
    BELOW_FLOOR,
    BELOW_LEVEL,
    CLASSES,
    HALTED,
    HALTS,
    LACKS,
    LEVELS_OR_NONE,
    NO_EXAMPLE,
    NO_HOST,
    NO_LEVEL,
)
from hub.trust.models import Check, Met, Standing
from hub.trust.words import FAULTS


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """A hosting as it stands for a vertical's data, and the rank that everybody sees of it."""

    standing: Standing
    rank: int
    halted: str = ""  # `suspended` or `withdrawn`


def guarded_classes(vertical: Vertical, host: Standing) -> list[str]:
    """The classes of its data that the referential guards."""
    floors = {one.code for one in host.referential.data_classes}
    only = {one.only_for for one in host.referential.criteria}
    return [code for code in vertical.data_classes if code in floors | only]


def find_gate(
    vertical: Vertical, hosts: Sequence[Host], state: State, special: Sequence[str]
) -> Gate:
    """The gate of a state, by the hosting that has least against it. `special` are the classes
    that a referential guards."""
    if state is State.SANDBOX:
        lacks = () if vertical.example else (Reason(code="no-example", says=NO_EXAMPLE),)
        halts = min((tuple(_halts(one)) for one in hosts), key=len, default=())
        return Gate(state=state, reasons=(*lacks, *halts))
    if not hosts:
        return Gate(state=state, reasons=tuple(_without_host(vertical, state, special)))
    found = [_on(vertical, host, state) for host in hosts]
    return min(found, key=lambda gate: len(gate.reasons))


def _without_host(vertical: Vertical, state: State, special: Sequence[str]) -> list[Reason]:
    held = [code for code in vertical.data_classes if code in special]
    if held:
        return [Reason(code="no-host", says=NO_HOST)]
    if state is State.PRODUCTION:
        level = LEVELS_OR_NONE.get(vertical.hosting_level, vertical.hosting_level)
        filled = {"level": level}
        return [Reason(code="no-host", says=NO_LEVEL, filled=filled, translated=("level",))]
    return []


def _on(vertical: Vertical, host: Host, state: State) -> Gate:
    reasons = _halts(host)
    proofs: list[Proof] = []
    for code in guarded_classes(vertical, host.standing):
        reasons += _of_class(code, host)
        proofs += _proofs(code, host)
    if state is State.PRODUCTION:
        reasons += _of_level(vertical, host)
    return Gate(state=state, reasons=tuple(reasons), proofs=tuple(proofs))


def find_unproven(
    vertical: Vertical, hosts: Sequence[Host], special: Sequence[str]
) -> tuple[Reason, ...]:
    """What speaks against keeping what a vertical holds where it runs already: documents that its
    classes of data ask for and that do not count, on the hosting that has most of them.

    A level, which goes with measurements that are a day late, keeps services from beginning and
    from going on to the next state; nobody's daily work stops for it.
    """
    if not hosts:
        return tuple(_without_host(vertical, State.TRIAL, special))
    found = [_unproven(vertical, host) for host in hosts]
    return min(found, key=len)


def _unproven(vertical: Vertical, host: Host) -> tuple[Reason, ...]:
    guarded = guarded_classes(vertical, host.standing)
    return tuple(reason for code in guarded for reason in _of_papers(code, host))


def _halts(host: Host) -> list[Reason]:
    """Nothing begins on a hosting whose approval is suspended or withdrawn."""
    if not host.halted:
        return []
    filled = {"host": host.standing.service.title, "halt": HALTS[host.halted]}
    return [Reason(code="halted", says=HALTED, filled=filled, translated=("halt",))]


def _of_papers(code: str, host: Host) -> list[Reason]:
    met = {one.id: one for one in host.standing.assessment.criteria}
    return [
        reason
        for criterion in host.standing.referential.criteria
        if criterion.only_for == code
        for reason in _missing(code, met[criterion.id], host)
    ]


def _of_class(code: str, host: Host) -> list[Reason]:
    referential = host.standing.referential
    reasons = _of_papers(code, host)
    floor = next((one.floor for one in referential.data_classes if one.code == code), 0)
    if host.rank < floor:
        reasons.append(
            Reason(
                code="class-floor",
                says=BELOW_FLOOR,
                filled={
                    "data": CLASSES.get(code, code),
                    "level": _level(host, floor),
                    "host": host.standing.service.title,
                    "has": _level(host, host.rank),
                },
                translated=("data", "level", "has"),
            )
        )
    return reasons


def _missing(code: str, met: Met, host: Host) -> list[Reason]:
    return [
        Reason(
            code="class-evidence",
            says=LACKS,
            filled={
                "host": host.standing.service.title,
                "proof": host.standing.referential.evidence[need.code].title,
                "data": CLASSES.get(code, code),
            },
            translated=("proof", "data"),
        )
        for need in met.missing
        if need.check is Check.EVIDENCE
    ] + _bad_papers(met, host)


def _bad_papers(met: Met, host: Host) -> list[Reason]:
    wanted = {need.code for need in met.missing if need.check is Check.EVIDENCE}
    kinds = host.standing.referential.evidence
    return [
        Reason(
            code="class-paper",
            says=BAD_PAPER,
            filled={
                "proof": kinds[paper.evidence.kind].title,
                "issuer": paper.evidence.issuer,
                "fault": FAULTS[paper.faults[0].value],
                "day": paper.evidence.expires_on.isoformat(),
            },
            translated=("proof", "fault"),
        )
        for paper in host.standing.papers
        if paper.evidence.kind in wanted and paper.faults
    ]


def _proofs(code: str, host: Host) -> list[Proof]:
    referential = host.standing.referential
    kinds = {
        need.code
        for criterion in referential.criteria
        if criterion.only_for == code
        for step in criterion.steps
        for need in step.needs
        if need.check is Check.EVIDENCE
    }
    return [
        Proof(
            title=referential.evidence[paper.evidence.kind].title,
            issuer=paper.evidence.issuer,
            expires_on=paper.evidence.expires_on,
        )
        for paper in host.standing.papers
        if paper.evidence.kind in kinds and not paper.faults
    ]


def _of_level(vertical: Vertical, host: Host) -> list[Reason]:
    """A level that the referential does not know cannot be reached."""
    wanted = host.standing.referential.rank(vertical.hosting_level)
    unknown = vertical.hosting_level != "" and not wanted
    if host.rank >= wanted and not unknown:
        return []
    filled = {
        "level": vertical.hosting_level if unknown else _level(host, wanted),
        "host": host.standing.service.title,
        "has": _level(host, host.rank),
    }
    says = Reason(code="level", says=BELOW_LEVEL, filled=filled, translated=("level", "has"))
    return [says]


def _level(host: Host, rank: int) -> str:
    code = host.standing.referential.name(rank) or ""
    return LEVELS_OR_NONE.get(code, code)
