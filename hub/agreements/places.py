"""The territories that a rule may name, from the shipped tables."""

from collections.abc import Mapping
from functools import cache
from typing import Literal

from hub import territory

PlaceKind = Literal["regions", "departments", "communes"]


@cache
def names_of(kind: PlaceKind) -> Mapping[str, str]:
    """The name of each territory by its INSEE code; a code that is not there does not exist."""
    match kind:
        case "regions":
            return {region.code: region.name for region in territory.regions()}
        case "departments":
            return {department.code: department.name for department in territory.departments()}
        case "communes":
            return {commune.code: commune.name for commune in territory.communes()}
