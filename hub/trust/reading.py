"""Referentials are files: read strictly, and refused in words that name the place."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from hub.trust.models import (
    Check,
    ClauseKind,
    Criterion,
    EvidenceKind,
    Need,
    ProbeKind,
    Referential,
    Step,
)

_LISTS = {"probe": ProbeKind, "evidence": EvidenceKind, "clause": ClauseKind}
_HEAD = ("code", "version", "published_on", "title", "families", "schemes")


class ReferentialInvalid(ValueError):
    """A referential's file does not hold together; for who writes it, in English."""


def parse(text: str) -> Referential:
    """The referential of a file. Raises `ReferentialInvalid`, whose words name the place."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReferentialInvalid(f"Not TOML: {error}") from error
    levels = [str(one.get("code")) for one in given.get("levels", ())]
    if not levels or len(set(levels)) != len(levels):
        raise ReferentialInvalid("levels: name at least one level, each once.")
    ranks = {code: rank for rank, code in enumerate(levels, start=1)}
    plain = {name: given.pop(name) for name in _HEAD if name in given}
    try:
        found = msgspec.convert(
            {
                **plain,
                "levels": given.pop("levels"),
                "data_classes": [
                    _with_rank(one, "floor", ranks, f"data_classes {one.get('code')}")
                    for one in given.pop("data_classes", ())
                ],
                "probes": _by_code(given.pop("probe", []), "probe"),
                "evidence": _by_code(given.pop("evidence", []), "evidence"),
                "clauses": _by_code(_ranked_options(given.pop("clause", []), ranks), "clause"),
                "criteria": [_criterion(one, levels) for one in given.pop("criterion", ())],
                **given,
            },
            Referential,
        )
    except msgspec.ValidationError as error:
        raise ReferentialInvalid(str(error)) from error
    for fault in _faults(found):
        raise ReferentialInvalid(fault)
    return found


def _by_code(rows: list[dict[str, Any]], what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        code = row.get("code")
        if not isinstance(code, str) or code in found:
            raise ReferentialInvalid(f"{what} {code}: each has a code of its own.")
        try:
            found[code] = msgspec.convert(row, _LISTS[what])
        except msgspec.ValidationError as error:
            raise ReferentialInvalid(f"{what} {code}: {error}") from error
    return found


def _ranked_options(rows: list[dict[str, Any]], ranks: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "options": [
                _with_rank(one, "level", ranks, f"clause {row.get('code')}")
                for one in row.get("options", ())
            ],
        }
        for row in rows
    ]


def _with_rank(
    row: dict[str, Any], field: str, ranks: Mapping[str, int], where: str
) -> dict[str, Any]:
    if row.get(field) not in ranks:
        raise ReferentialInvalid(f"{where}: there is no level {row.get(field)!r}.")
    return {**row, field: ranks[row[field]]}


def _criterion(row: dict[str, Any], levels: list[str]) -> Criterion:
    where = f"criterion {row.get('id')}"
    steps = [_step(row.pop(level, None), f"{where}, {level}") for level in levels]
    try:
        return msgspec.convert({**row, "steps": steps}, Criterion)
    except msgspec.ValidationError as error:
        raise ReferentialInvalid(f"{where}: {error}") from error


def _step(given: object, where: str) -> Step:
    if not isinstance(given, dict):
        raise ReferentialInvalid(f"{where}: say what it asks and needs.")
    try:
        needs = tuple(_need(one) for one in given.get("needs", ()))
        return msgspec.convert({**given, "needs": needs}, Step)
    except (msgspec.ValidationError, ValueError) as error:
        raise ReferentialInvalid(f"{where}: {error}") from error


def _need(text: str) -> Need:
    check, _, code = text.partition(":")
    return Need(check=Check(check), code=code)


def _faults(found: Referential) -> Iterator[str]:
    """What does not hold together, in words."""
    families = {one.code for one in found.families}
    schemes = {one.code for one in found.schemes}
    known = {
        Check.PROBE: found.probes.keys(),
        Check.EVIDENCE: found.evidence.keys(),
        Check.CLAUSE: found.clauses.keys(),
    }
    ids = [one.id for one in found.criteria]
    if not ids:
        yield "There is no criterion."
    for one in found.criteria:
        if ids.count(one.id) > 1:
            yield f"criterion {one.id}: it stands there twice."
        if one.family not in families:
            yield f"criterion {one.id}: there is no family {one.family!r}."
        for scheme in one.maps_to:
            if scheme not in schemes:
                yield f"criterion {one.id}: there is no scheme {scheme!r}."
        for step in one.steps:
            for need in step.needs:
                if need.code not in known[need.check]:
                    yield f"criterion {one.id}: there is no {need.check.value} {need.code!r}."
    yield from _hollow(found, families)
    if found.title.casefold() in {one.title.casefold() for one in found.schemes}:
        yield "title: a referential does not carry the name of a scheme that it is compared with."


def _hollow(found: Referential, families: set[str]) -> Iterator[str]:
    """A family that asks nothing would give the highest level to anybody."""
    for family in sorted(families):
        general = [one for one in found.criteria if one.family == family and one.only_for is None]
        for place, level in enumerate(found.levels):
            if not any(one.steps[place].needs for one in general):
                yield f"family {family}: nothing is asked at level {level.code!r}."


@cache
def shelf(folder: Path | None = None) -> tuple[Referential, ...]:
    """Every referential that is installed: the kit's, and the files of a folder."""
    texts = [
        entry.read_text("utf-8")
        for entry in resources.files("hub.trust").joinpath("data").iterdir()
        if entry.name.endswith(".toml")
    ]
    if folder is not None and folder.is_dir():
        texts += [path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))]
    found = tuple(parse(text) for text in texts)
    names = [(one.code, one.version) for one in found]
    for name in names:
        if names.count(name) > 1:
            raise ReferentialInvalid(f"{' '.join(name)} stands in two files.")
    return found


def in_force(code: str, on: date, folder: Path | None = None) -> Referential | None:
    """The newest version of a referential that was published by a day."""
    known = [one for one in shelf(folder) if one.code == code and one.published_on <= on]
    return max(known, key=lambda one: (one.published_on, one.version), default=None)


def sentences(folder: Path | None = None) -> Iterator[str]:
    """The French sentences of the referentials, for the catalogues."""
    for found in shelf(folder):
        yield found.title
        for titled in (*found.levels, *found.families):
            yield titled.title
        for kind in (*found.probes.values(), *found.evidence.values()):
            yield kind.title
        for clause in found.clauses.values():
            yield clause.title
            yield from (option.says for option in clause.options)
        for criterion in found.criteria:
            yield criterion.title
            yield from (step.says for step in criterion.steps)
