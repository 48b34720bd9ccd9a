"""Levels from proofs, what makes a document worthless, and files that are refused (DOMAIN 6.2)."""

from datetime import UTC, date, datetime, timedelta
from importlib import resources
from uuid import UUID

import msgspec
import pytest

from hub.trust import policy
from hub.trust.models import (
    Check,
    Clause,
    Evidence,
    EvidenceKind,
    Fault,
    Finding,
    Need,
    Proof,
    Referential,
    Service,
)
from hub.trust.reading import ReferentialInvalid, in_force, parse, shelf

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
TEXT = resources.files("hub.trust").joinpath("data/secure-cloud-2026-11.toml").read_text("utf-8")
REFERENTIAL = parse(TEXT)
NEEDS = sorted({need for one in REFERENTIAL.criteria for step in one.steps for need in step.needs})
SERVICE = Service(
    code="tourism",
    title="La centrale",
    provider="Exemple SAS",
    provider_id="552100554",
    country="FR",
    scope="La centrale de réservation",
    data_classes=(),
    referential="secure-cloud",
    operator=1,
    registered_at=NOW,
)
PAPER = Evidence(
    id=UUID(int=1),
    service="tourism",
    kind="iso-27001",
    number="IS 1234",
    issuer="Organisme certificateur",
    issuer_id="",
    entity="552100554",
    services=("tourism",),
    issued_on=date(2026, 1, 1),
    expires_on=date(2026, 12, 31),
    sha256="0" * 64,
    added_at=NOW,
    added_by="person:1",
    confirmed_at=NOW,
    confirmed_by="person:2",
    withdrawn_at=None,
)


def proofs(rank: int) -> list[Proof]:
    return [Proof(need=need, rank=rank) for need in NEEDS]


def without(text: str, rank: int = 3) -> list[Proof]:
    check, _, code = text.partition(":")
    gone = Need(check=Check(check), code=code)
    assert gone in NEEDS
    return [one for one in proofs(rank) if one.need != gone]


def level(given: list[Proof], *data_classes: str) -> int:
    return policy.assess(REFERENTIAL, given, data_classes, NOW).rank


def test_the_referential_has_the_29_criteria_of_the_four_families() -> None:
    by_family = {
        family.code: [one.id for one in REFERENTIAL.criteria if one.family == family.code]
        for family in REFERENTIAL.families
    }
    assert {code: len(ids) for code, ids in by_family.items()} == {
        "security": 10,
        "access": 8,
        "trust": 6,
        "location": 5,
    }
    assert all(len(one.steps) == 3 and one.maps_to for one in REFERENTIAL.criteria)
    compared = {scheme for one in REFERENTIAL.criteria for scheme in one.maps_to}
    assert {"iso-27001", "iso-27017", "iso-27018", "snc", "hds", "data-act", "gdpr"} <= compared


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_a_level_wants_every_criterion_at_that_level(rank: int) -> None:
    assert level(proofs(rank)) == rank


@pytest.mark.parametrize("need", [f"{need.check.value}:{need.code}" for need in NEEDS])
def test_without_any_one_proof_the_highest_level_is_lost(need: str) -> None:
    """HDS counts for health data only; all else for everybody."""
    classes = ("health",) if need == "evidence:hds" else ()
    assert level(without(need), *classes) < 3


@pytest.mark.parametrize(
    ("gone", "expected", "families"),
    [
        ("probe:isolation", 0, {"security": 0, "access": 3, "trust": 3, "location": 3}),
        ("evidence:iso-27001", 1, {"security": 3, "access": 3, "trust": 1, "location": 3}),
        ("evidence:escrow", 2, {"security": 3, "access": 3, "trust": 2, "location": 3}),
        ("clause:exceptions", 1, {"security": 3, "access": 3, "trust": 3, "location": 1}),
        ("probe:round-trip", 1, {"security": 3, "access": 1, "trust": 3, "location": 3}),
    ],
)
def test_the_level_is_the_lowest_of_the_families(
    gone: str, expected: int, families: dict[str, int]
) -> None:
    found = policy.assess(REFERENTIAL, without(gone), (), NOW)
    assert (found.rank, found.families) == (expected, families)


def test_what_is_missing_is_named() -> None:
    found = policy.assess(REFERENTIAL, without("evidence:iso-27001"), (), NOW)
    (lacking,) = found.lacking(3)
    assert lacking.id == "TRU-01"
    assert lacking.missing == (Need(check=Check.EVIDENCE, code="iso-27001"),)


def test_health_data_are_forbidden_below_silver_and_without_the_certificate() -> None:
    assert level(proofs(3), "health") == 3
    assert level(without("evidence:hds"), "health") == 0
    assert level(proofs(2), "health") == 2
    bronze = policy.assess(REFERENTIAL, proofs(1), ("health",), NOW)
    assert (bronze.rank, bronze.barred_by) == (0, "health")
    assert level(proofs(1)) == 1


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"expires_on": date(2026, 11, 30)}, Fault.EXPIRED),
        ({"issued_on": date(2026, 12, 2)}, Fault.NOT_YET),
        ({"withdrawn_at": NOW}, Fault.WITHDRAWN),
        ({"entity": "732829320"}, Fault.OTHER_ENTITY),
        ({"services": ("seniors",)}, Fault.OTHER_SERVICE),
        ({"issuer": "EXEMPLE  S.A.S."}, Fault.SELF_ISSUED),
        ({"issuer_id": "552 100 554"}, Fault.SELF_ISSUED),
        ({"confirmed_at": None, "confirmed_by": None}, Fault.NUMBER_UNKNOWN),
        ({"kind": "unheard-of"}, Fault.UNKNOWN_KIND),
        ({"kind": "snc"}, Fault.ISSUER_UNKNOWN),
    ],
)
def test_a_document_that_is_wrong_proves_nothing(change: dict[str, object], fault: Fault) -> None:
    kinds = REFERENTIAL.evidence
    paper = msgspec.structs.replace(PAPER, **change)
    assert policy.find_faults(PAPER, kinds["iso-27001"], SERVICE, NOW) == ()
    assert policy.find_faults(paper, kinds.get(paper.kind), SERVICE, NOW) == (fault,)
    assert policy.proofs_of(REFERENTIAL, SERVICE, [], [paper], [], NOW) == []
    assert len(policy.proofs_of(REFERENTIAL, SERVICE, [], [PAPER], [], NOW)) == 1


def test_the_issuer_that_a_kind_names_may_issue_it() -> None:
    kind = REFERENTIAL.evidence["snc"]
    paper = msgspec.structs.replace(PAPER, kind="snc", issuer="anssi")
    assert policy.find_faults(paper, kind, SERVICE, NOW) == ()


def test_a_document_counts_to_the_end_of_its_last_day_in_paris() -> None:
    kind: EvidenceKind = REFERENTIAL.evidence["iso-27001"]
    last = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
    assert policy.find_faults(PAPER, kind, SERVICE, last) == ()
    assert policy.find_faults(PAPER, kind, SERVICE, last + timedelta(minutes=1)) == (Fault.EXPIRED,)
    lapse = policy.next_lapse([PAPER], REFERENTIAL, SERVICE, NOW)
    assert lapse == last + timedelta(minutes=1)


def test_a_document_is_told_of_a_month_before_it_lapses_unless_another_outlasts_it() -> None:
    def lapsing(*papers: Evidence, days: int = 0) -> list[UUID]:
        now = NOW + timedelta(days=days)
        return [one.id for one in policy.list_lapsing(papers, REFERENTIAL, SERVICE, now)]

    longer = msgspec.structs.replace(PAPER, id=UUID(int=2), expires_on=date(2027, 12, 31))
    other = msgspec.structs.replace(PAPER, id=UUID(int=3), kind="snc", issuer="ANSSI")
    unconfirmed = msgspec.structs.replace(longer, confirmed_at=None, confirmed_by=None)
    end = policy.next_lapse([PAPER], REFERENTIAL, SERVICE, NOW)
    assert end is not None
    first = (end - policy.LAPSE_NOTICE - NOW).days + 1
    assert lapsing(PAPER, days=first - 2) == []
    assert lapsing(PAPER, days=first) == [PAPER.id]
    assert lapsing(PAPER, longer, days=first) == []
    assert lapsing(PAPER, unconfirmed, days=first) == [PAPER.id], "it proves nothing"
    assert lapsing(other, PAPER, days=first) == [PAPER.id, other.id]
    assert lapsing(PAPER, days=(end - NOW).days + 1) == [], "it has lapsed"


def test_an_old_finding_proves_nothing() -> None:
    until = policy.fresh_until(REFERENTIAL, "tls", NOW)
    assert until == NOW + timedelta(days=2)
    finding = Finding(
        id=1, service="tourism", probe="tls", rank=3, at=NOW, until=until, says="x", filled={},
        detail={},
    )  # fmt: skip
    proof = policy.proofs_of(REFERENTIAL, SERVICE, [finding], [], [], NOW)
    rest = [one for one in proofs(3) if one.need != proof[0].need]
    ranks = [
        policy.assess(REFERENTIAL, [*rest, *proof], (), at).rank
        for at in (NOW, until - timedelta(seconds=1), until)
    ]
    assert ranks == [3, 3, 0]


def test_a_clause_is_worth_its_option() -> None:
    def rank(option: str) -> int:
        given = [Clause(clause="penalties", option=option, since=NOW)]
        return max(
            (one.rank for one in policy.proofs_of(REFERENTIAL, SERVICE, [], [], given, NOW)),
            default=0,
        )

    assert [rank(one) for one in ("5", "10-25", "10-50", "100")] == [1, 2, 3, 0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('code = "secure-cloud"', "code = ", "Not TOML"),
        ('family = "access"', 'family = "speed"', "there is no family 'speed'"),
        ('needs = ["probe:tls"]', 'needs = ["probe:magic"]', "there is no probe 'magic'"),
        ('needs = ["probe:tls"]', 'needs = ["oath:tls"]', "criterion SEC-01, bronze"),
        ('maps_to = ["cra"]', 'maps_to = ["crx"]', "there is no scheme 'crx'"),
        ('id = "SEC-02"', 'id = "SEC-01"', "criterion SEC-01: it stands there twice"),
        ('floor = "silver"', 'floor = "platinum"', "there is no level 'platinum'"),
        ('level = "gold", says = "Le droit', 'level = "tin", says = "Le droit', "clause law"),
        ('title = "Référentiel Secure Cloud"', 'title = "SecNumCloud 3.2"', "carry the name"),
        ("fresh_days = 2", 'fresh_days = "two"', "probe tls"),
        ('title = "Auto-évaluation"', 'title = "Auto-évaluation"\nweight = 2', "self-assessment"),
        ('silver = { says = "En 7 jours"', 'silber = { says = "En 7 jours"', "SEC-05, silver"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused_in_words(
    old: str, new: str, words: str
) -> None:
    assert old in TEXT
    with pytest.raises(ReferentialInvalid, match=words):
        parse(TEXT.replace(old, new, 1))


SCHEME = """
code = "regional"
version = "2027-01"
published_on = 2027-01-01
title = "Référentiel d'une région"
levels = [{ code = "one", title = "Un" }]
families = [{ code = "all", title = "Tout" }]
schemes = []
[[clause]]
code = "open"
title = "Ouvert"
options = [{ code = "yes", level = "one", says = "Oui." }]
[[criterion]]
id = "R-1"
family = "all"
title = "Ouvert"
one = { says = "Ouvert", needs = ["clause:open"] }
"""


def test_another_scheme_is_a_file_with_its_own_levels(tmp_path) -> None:
    (tmp_path / "regional.toml").write_text(SCHEME)
    assert len(shelf(tmp_path)) == len(shelf()) + 1
    assert in_force("regional", date(2026, 12, 31), tmp_path) is None
    found: Referential | None = in_force("regional", date(2027, 1, 1), tmp_path)
    assert found is not None
    proof = Proof(need=Need(check=Check.CLAUSE, code="open"), rank=1)
    assert policy.assess(found, [proof], (), NOW).rank == 1
    with pytest.raises(ReferentialInvalid, match="nothing is asked at level 'one'"):
        parse(SCHEME.replace('["clause:open"]', "[]"))


def test_the_newest_version_of_the_day_is_in_force(tmp_path) -> None:
    later = TEXT.replace('"2026-11"', '"2027-02"').replace("2026-11-26", "2027-02-01")
    (tmp_path / "later.toml").write_text(later)
    days = (
        date(2026, 11, 25),
        date(2026, 11, 27),
        date(2026, 11, 28),
        date(2027, 1, 31),
        date(2027, 2, 1),
    )
    found = [in_force("secure-cloud", day, tmp_path) for day in days]
    assert [one and one.version for one in found] == [
        None,
        "2026-11",
        "2026-11-28",
        "2026-11-28",
        "2027-02",
    ]
    (tmp_path / "twice.toml").write_text(later)
    shelf.cache_clear()
    with pytest.raises(ReferentialInvalid, match="stands in two files"):
        shelf(tmp_path)
