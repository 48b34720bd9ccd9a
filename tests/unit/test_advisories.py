"""Which installed versions an advisory hits, and whether it is critical."""

import json
from datetime import date
from pathlib import Path

import pytest

from hub.probes.looking import advisories, components
from hub.probes.models import Advisory, Component

Json = dict[str, object]
WORST = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def record(**change: object) -> Json:
    """An OSV record of one package."""
    affected: Json = {"package": {"ecosystem": "PyPI", "name": "Small_Pack.age"}}
    affected |= {name: change.pop(name) for name in ("versions", "ranges") if name in change}
    return {
        "id": "GHSA-0000",
        "published": "2026-11-20T08:00:00Z",
        "affected": [affected],
        **change,
    }


def read(tmp_path: Path, *records: Json) -> list[Advisory]:
    (tmp_path / "all.json").write_text(json.dumps(records))
    return advisories.read_advisories(tmp_path)


def ranged(*events: Json, type: str = "ECOSYSTEM") -> Json:
    return record(ranges=[{"type": type, "events": list(events)}])


@pytest.mark.parametrize(
    ("events", "hit", "sound"),
    [
        ([{"introduced": "0"}, {"fixed": "1.2.0"}], ["0.1", "1.1.9", "1.2.0rc1"], ["1.2", "1.10"]),
        ([{"introduced": "1.9"}, {"fixed": "1.10"}], ["1.9", "1.9.9"], ["1.8", "1.10", "1.11"]),
        ([{"introduced": "2.0"}], ["2", "3.0"], ["1.9", "2.0a1"]),
        (
            [{"introduced": "1"}, {"last_affected": "1.4"}],
            ["1.0", "1.4", "1.4.0"],
            ["1.4.post1", "1.5"],
        ),
        (
            [{"introduced": "3"}, {"fixed": "2"}, {"fixed": "4"}, {"introduced": "1"}],
            ["1.5", "3.5"],
            ["0.9", "2.5", "4.0"],
        ),
        ([{"introduced": "0"}, {"fixed": "1.0.post2"}], ["1.0", "1.0.post1"], ["1.0.post2"]),
        ([{"introduced": "0"}, {"fixed": "not a version"}], ["1.0", "99"], []),
        ([{"introduced": "odd"}, {"fixed": "2"}], ["1.0"], ["2.0"]),
        ([{"introduced": "0"}, {"limit": "1.0"}], ["0.5"], []),
    ],
)
def test_a_range_is_read_in_the_order_of_versions(
    tmp_path: Path, events: list[Json], hit: list[str], sound: list[str]
) -> None:
    [one] = read(tmp_path, ranged(*events))
    assert one.package == "small-pack-age"
    assert [version for version in hit if not advisories.hits(one, version)] == []
    assert [version for version in sound if advisories.hits(one, version)] == []


def test_versions_are_named_whichever_way_they_are_written(tmp_path: Path) -> None:
    [one] = read(tmp_path, record(versions=["1.0", "2.0.0rc1", "odd"]))
    for version in ("1.0", "1.0.0", "1", "v1.0", "2.0rc1", "odd"):
        assert advisories.hits(one, version), version
    for version in ("1.0.1", "2.0", "other"):
        assert not advisories.hits(one, version), version


def test_an_installed_version_that_cannot_be_read_is_taken_for_hit(tmp_path: Path) -> None:
    [one] = read(tmp_path, ranged({"introduced": "0"}, {"fixed": "1.0"}))
    assert advisories.hits(one, "of our own")


def test_what_says_nothing_of_installed_packages_is_left_out(tmp_path: Path) -> None:
    commits = ranged({"introduced": "0"}, type="GIT")
    other = record(versions=["1.0"])
    other["affected"] = [{"package": {"ecosystem": "npm", "name": "x"}, "versions": ["1.0"]}]
    gone = record(versions=["1.0"], withdrawn="2026-11-21T08:00:00Z")
    [one] = read(tmp_path, commits, other, gone)
    assert not advisories.hits(one, "1.0")


@pytest.mark.parametrize(
    ("vector", "score"),
    [
        ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
        ("AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),
        ("AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9),
        ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", 9.1),
        ("AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.1),
        ("AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8),
        ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5),
        ("AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
        ("AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
        ("AV:N/AC:L", 0.0),
        ("AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 0.0),
    ],
)
def test_the_base_score_is_the_standards(vector: str, score: float) -> None:
    metrics = dict(part.split(":") for part in vector.split("/"))
    assert advisories.base_score(metrics) == score


def v4(pr: str, vc: str, vi: str, sc: str) -> list[Json]:
    vector = f"CVSS:4.0/AV:N/AC:L/AT:N/PR:{pr}/UI:N/VC:{vc}/VI:{vi}/VA:N/SC:{sc}/SI:N/SA:N"
    return [{"type": "CVSS_V4", "score": vector}]


@pytest.mark.parametrize(
    ("change", "critical"),
    [
        ({"database_specific": {"severity": "CRITICAL"}}, True),
        ({"database_specific": {"severity": "HIGH"}}, False),
        ({"severity": [{"type": "CVSS_V3", "score": WORST}]}, True),
        ({"severity": [{"type": "CVSS_V3", "score": WORST.replace("AC:L", "AC:H")}]}, False),
        ({"severity": [{"type": "CVSS_V3", "score": "9.8"}]}, False),
        (
            {
                "database_specific": {"severity": "HIGH"},
                "severity": [{"type": "CVSS_V3", "score": WORST}],
            },
            True,
        ),
        ({"severity": v4("N", "H", "H", "N")}, True),
        ({"severity": v4("N", "H", "N", "H")}, True),
        ({"severity": v4("N", "H", "N", "N")}, False),
        ({"severity": v4("L", "H", "H", "N")}, False),
        ({}, False),
    ],
)  # fmt: skip
def test_it_is_critical_by_its_own_word_or_by_its_vector(
    tmp_path: Path, change: Json, critical: bool
) -> None:
    [one] = read(tmp_path, record(versions=["1.0"], **change))
    assert one.critical is critical


def test_a_planted_weakness_of_a_range_costs_the_level(tmp_path: Path) -> None:
    """The installed version stands in no list, only within a range, and only a vector says how bad
    it is."""
    planted = ranged({"introduced": "1.0"}, {"fixed": "1.4.2"})
    planted["severity"] = [{"type": "CVSS_V3", "score": WORST}]
    known = read(tmp_path, planted)
    for version, rank in (("1.4.1", 0), ("1.4.2", 3), ("0.9", 3)):
        installed = [Component(name="small-pack-age", version=version, licence="")]
        found = components.judge_weaknesses(installed, known, date(2027, 1, 1))
        assert found.rank == rank, version
    assert "GHSA-0000" in str(
        components.judge_weaknesses(
            [Component(name="small-pack-age", version="1.4.1", licence="")], known, date(2027, 1, 1)
        ).filled
    )
