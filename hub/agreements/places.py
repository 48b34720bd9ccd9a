"""The territories that a rule may name, from the shipped tables."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

from hub import territory
from hub.rules import FoundPlace

PlaceKind = Literal["region", "department", "commune"]
KINDS: tuple[PlaceKind, ...] = ("region", "department", "commune")


@cache
def names_of(kind: PlaceKind) -> Mapping[str, str]:
    """The name of each territory by its INSEE code; a code that is not there does not exist."""
    match kind:
        case "region":
            return {region.code: region.name for region in territory.regions()}
        case "department":
            return {department.code: department.name for department in territory.departments()}
        case "commune":
            return {commune.code: commune.name for commune in territory.communes()}


@cache
def _by_name(kind: PlaceKind) -> Mapping[str, Sequence[FoundPlace]]:
    """The places of each folded name and of each code; the gone communes after the present."""
    found: dict[str, list[FoundPlace]] = {}
    for code, name in names_of(kind).items():
        place = FoundPlace(code=code, name=name)
        found.setdefault(territory.fold_whole(name), []).append(place)
        found.setdefault(code.casefold(), []).append(place)
    if kind == "commune":
        for former in territory.former_communes():
            present = names_of("commune").get(former.present, former.present)
            gone = FoundPlace(
                code=former.code, name=former.name, present=f"{present} ({former.present})"
            )
            found.setdefault(territory.fold_whole(former.name), []).append(gone)
            if former.code not in names_of("commune"):
                found.setdefault(former.code.casefold(), []).append(gone)
    return found


class TerritoryPlaces:
    """Regions, departments and communes as they are today."""

    def find(self, subject: str, name: str) -> Sequence[FoundPlace]:
        kind = _kind(subject)
        if kind is None:
            return ()
        known = _by_name(kind)
        return known.get(name.casefold()) or known.get(territory.fold_whole(name)) or ()

    def name_of(self, subject: str, code: str) -> str | None:
        kind = _kind(subject)
        return names_of(kind).get(code) if kind else None

    def within(self, subject: str, code: str) -> Mapping[str, str]:
        match subject:
            case "commune":
                commune = _communes().get(code)
                return {"department": commune[0], "region": commune[1]} if commune else {}
            case "department":
                return {"region": _regions()[code]} if code in _regions() else {}
            case _:
                return {}


def _kind(subject: str) -> PlaceKind | None:
    return next((kind for kind in KINDS if kind == subject), None)


@cache
def _communes() -> Mapping[str, tuple[str, str]]:
    return {c.code: (c.department, c.region) for c in territory.communes()}


@cache
def _regions() -> Mapping[str, str]:
    return {d.code: d.region for d in territory.departments()}


territory_places = TerritoryPlaces()
