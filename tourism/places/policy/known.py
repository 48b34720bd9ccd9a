"""How places and houses are named and weighed as suggestions."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import log10
from types import MappingProxyType

from hub.territory.models import FormerCommune
from hub.territory.names import search_key
from tourism.places.models import (
    COUNTRY,
    COUNTRY_CODE,
    COUNTRY_KIND,
    Known,
    Landmark,
    OtherName,
    Suggestion,
)
from tourism.places.policy.names import keys_of

# What a region, a department and a landmark weigh beside the logarithm of a commune's inhabitants.
REGION = 7.0
DEPARTMENT = 5.6
LANDMARK = 2.6
# A guest's bed tells more of a place's fame than an inhabitant.
GUESTS_AS_PEOPLE = 4
COUNTRY_ABROAD = ("Frankreich", "Francia", "Frankrijk")
_ASIDE = re.compile(r"\([^)]*\)")


Names = Mapping[tuple[str, str], list[str]]


def place_known(
    suggestion: Suggestion,
    postcodes: tuple[str, ...],
    others: Names,
    former: Names = MappingProxyType({}),
    beds: int = 0,
) -> Known:
    """A commune, department or region. How well a commune is known is told by who lives there and
    by how many it lodges: Saint-Gervais-les-Bains before the villages named Saint-Gervais."""
    offer = 0.6 * log10(1 + suggestion.lodgings)
    people = {"region": REGION, "department": DEPARTMENT}.get(
        suggestion.kind, log10(1 + suggestion.population + GUESTS_AS_PEOPLE * beds)
    )
    place = suggestion.kind, suggestion.code
    keys = keys_of(suggestion.name, *others.get(place, ()))
    if suggestion.kind == "department":
        keys = (*keys, f"#{suggestion.code}")
    return Known(
        suggestion=suggestion,
        keys=keys,
        former=tuple(key for key in keys_of(*former.get(place, ())) if key not in keys),
        weight=people + offer,
        postcodes=postcodes if suggestion.kind == "commune" else (),
    )


def country_known() -> Known:
    """The whole country, before everything that begins so."""
    return Known(
        suggestion=Suggestion(
            kind=COUNTRY_KIND,
            code=COUNTRY_CODE,
            name=COUNTRY,
            label=COUNTRY,
        ),
        keys=keys_of(COUNTRY, *COUNTRY_ABROAD),
        weight=REGION + DEPARTMENT,
    )


def landmark_known(landmark: Landmark) -> Known:
    """A well-known place weighs as a town of its fame."""
    return Known(
        suggestion=Suggestion(
            kind="landmark",
            code=landmark.code,
            name=landmark.name,
            label=landmark.name,
            lat=landmark.lat,
            lng=landmark.lng,
            detail=landmark.kind,
        ),
        keys=keys_of(landmark.name, *landmark.aliases),
        weight=LANDMARK + landmark.weight * 0.7,
    )


def house_known(suggestion: Suggestion, capacity: int, commune: str) -> Known:
    """A house is found by its name followed by its commune, behind places of the same name."""
    tail = search_key(commune)
    inside = tail in search_key(suggestion.name)
    return Known(
        suggestion=suggestion,
        keys=keys_of(_ASIDE.sub(" ", suggestion.name)),
        tail="" if inside else f" {tail}",
        weight=0.4 * log10(1 + capacity) - 1,
    )


def names_by_place(others: Iterable[OtherName]) -> Names:
    """What places are called by others."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for other in others:
        found[other.kind, other.code].append(other.name)
    return found


def former_names(former: Iterable[FormerCommune]) -> Names:
    """Former communes, by the commune that they are a part of today."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for gone in former:
        found["commune", gone.present].append(gone.name)
    return found
