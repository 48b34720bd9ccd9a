"""Known weaknesses of packages, from files in OSV's form (ossf.github.io/osv-schema): which
versions they hit, in PEP 440's order, and whether they are critical."""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec
from packaging.utils import canonicalize_name, canonicalize_version
from packaging.version import InvalidVersion, Version

from hub.probes.models import Advisory, Change, Json

CRITICAL = 9.0  # CVSS, the qualitative scale of 3.1 and of 4.0
_FIRST = "0"  # what OSV calls the beginning of all versions
_AV = {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2}
_AC = {"L": 0.77, "H": 0.44}
_PR = {"N": 0.85, "L": 0.62, "H": 0.27}
_PR_BEYOND = {"N": 0.85, "L": 0.68, "H": 0.5}
_UI = {"N": 0.85, "R": 0.62}
_CIA = {"H": 0.56, "L": 0.22, "N": 0.0}


def read_advisories(folder: Path) -> list[Advisory]:
    """The advisories of a folder: files in OSV's form, one or a list in each."""
    found: list[Advisory] = []
    for path in sorted(folder.glob("*.json")):
        given = msgspec.json.decode(path.read_bytes())
        for one in given if isinstance(given, list) else [given]:
            found += _advisories(one)
    return found


def _advisories(one: Json) -> Iterator[Advisory]:
    if one.get("withdrawn"):
        return
    own = one.get("database_specific", {}).get("severity", "")
    for affected in one.get("affected", ()):
        package = affected.get("package", {})
        if package.get("ecosystem") != "PyPI":
            continue
        severity = affected.get("database_specific", {}).get("severity", own)
        vectors = (*one.get("severity", ()), *affected.get("severity", ()))
        yield Advisory(
            id=one["id"],
            package=canonicalize_name(package["name"]),
            versions=frozenset(map(canonicalize_version, affected.get("versions", ()))),
            ranges=tuple(_ranges(affected.get("ranges", ()))),
            critical=str(severity).upper() == "CRITICAL" or any(map(_is_critical, vectors)),
            published_on=datetime.fromisoformat(one["published"]).date(),
        )


def _ranges(given: Iterable[Json]) -> Iterator[tuple[Change, ...]]:
    for one in given:
        if one.get("type") == "ECOSYSTEM":
            told = (pair for event in one.get("events", ()) for pair in _told(event))
            yield tuple(sorted((Change(**{name: str(at)}) for name, at in told), key=_order))


def _told(event: Json) -> Iterator[tuple[str, object]]:
    names = ("introduced", "fixed", "last_affected")
    yield from ((name, event[name]) for name in names if event.get(name) is not None)


def _order(change: Change) -> tuple[bool, Version]:
    """Where a change stands among the others; one that cannot be read begins before all."""
    version = _read(change.introduced or change.fixed or change.last_affected or _FIRST)
    return version is not None, version or Version(_FIRST)


def hits(advisory: Advisory, version: str) -> bool:
    """Whether an installed version is one of those. What cannot be read is taken for the worse."""
    if canonicalize_version(version) in advisory.versions:
        return True
    return any(_is_within(changes, _read(version)) for changes in advisory.ranges)


def _is_within(changes: Iterable[Change], version: Version | None) -> bool:
    within = False
    for one in changes:
        if one.introduced is not None:
            begin = None if one.introduced == _FIRST else _read(one.introduced)
            within |= begin is None or version is None or version >= begin
        elif one.fixed is not None:
            end = _read(one.fixed)
            within &= end is None or version is None or version < end
        elif one.last_affected is not None:
            last = _read(one.last_affected)
            within &= last is None or version is None or version <= last
    return within


def _read(version: str) -> Version | None:
    try:
        return Version(version)
    except InvalidVersion:
        return None


def _is_critical(severity: Json) -> bool:
    """A vector of CVSS 3 by its base score. One of CVSS 4, whose score stands in a table of 270
    rows, by what makes it critical there: anybody does it over the network without help, and
    secrets and contents are lost together, or other systems with them."""
    metrics = _metrics(str(severity.get("score", "")))
    if severity.get("type") == "CVSS_V3":
        return base_score(metrics) >= CRITICAL
    if severity.get("type") == "CVSS_V4":
        easy = all(metrics.get(name) == value for name, value in _EASY)
        whole = metrics.get("VC") == metrics.get("VI") == "H"
        return easy and (whole or "H" in {metrics.get(name) for name in ("SC", "SI", "SA")})
    return False


_EASY = (("AV", "N"), ("PR", "N"), ("UI", "N"))


def _metrics(vector: str) -> dict[str, str]:
    """`CVSS:3.1/AV:N/AC:L/…` by its letters."""
    parts = (part.partition(":") for part in vector.split("/")[1:])
    return {name: value for name, _, value in parts}


def base_score(metrics: Mapping[str, str]) -> float:
    """CVSS 3.1, 7.1; 0 for a vector that is not whole."""
    try:
        beyond = {"U": False, "C": True}[metrics["S"]]
        needed = (_PR_BEYOND if beyond else _PR)[metrics["PR"]]
        ease = 8.22 * _AV[metrics["AV"]] * _AC[metrics["AC"]] * needed * _UI[metrics["UI"]]
        lost = 1 - math.prod(1 - _CIA[metrics[name]] for name in ("C", "I", "A"))
    except KeyError:
        return 0.0
    impact = 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 if beyond else 6.42 * lost
    if impact <= 0:
        return 0.0
    return _round_up(min((1.08 if beyond else 1) * (impact + ease), 10))


def _round_up(score: float) -> float:
    """To one decimal, upwards, as the standard's appendix A does it against floating point."""
    exact = round(score * 100_000)
    return exact / 100_000 if exact % 10_000 == 0 else (exact // 10_000 + 1) / 10
