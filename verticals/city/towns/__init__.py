"""The town itself: which commune it is, where it lies, and its public front page."""

from verticals.city.towns.actions import choose_commune, enter_town, find_town, seek_town, seek_zone
from verticals.city.towns.errors import OutsideTown, TownInvalid, TownUnknown
from verticals.city.towns.models import ChooseCommune, Town, TownMap
from verticals.city.towns.policy import (
    LICENCE,
    clean,
    id_of_form,
    is_inside,
    map_around,
    read_instant,
    read_position,
)

__all__ = [
    "LICENCE",
    "ChooseCommune",
    "OutsideTown",
    "Town",
    "TownInvalid",
    "TownMap",
    "TownUnknown",
    "choose_commune",
    "clean",
    "enter_town",
    "find_town",
    "id_of_form",
    "is_inside",
    "map_around",
    "read_instant",
    "read_position",
    "seek_town",
    "seek_zone",
]
