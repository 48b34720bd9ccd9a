"""Suggestions from memory, typing errors, and what an address may mean by a place."""

import random
from collections.abc import Callable

import pytest

from hub.territory import communes, fold, typed_keys
from tourism.places.errors import PlaceInvalid
from tourism.places.models import Known, Suggestion
from tourism.places.policy import (
    SuggestionIndex,
    box_around,
    build_index,
    check_radius,
    read_box,
    read_place,
    read_point,
)
from tourism.places.policy.known import house_known, landmark_known, place_known
from tourism.places.policy.spelling import typing_distances
from tourism.places.reference import landmarks, other_names

OTHERS = {("region", "53"): ["Brittany", "Bretagna"]}


FORMER = {("commune", "49099"): ["Le Puy-Saint-Bonnet"]}


def place(
    kind: str, code: str, name: str, population: int = 0, lodgings: int = 0, beds: int = 0
) -> Known:
    suggestion = Suggestion(
        kind=kind, code=code, name=name, label=name, population=population, lodgings=lodgings
    )
    return place_known(suggestion, (f"{code[:2]}000",), OTHERS, FORMER, beds)


def house(id: int, name: str, commune: str, capacity: int = 40) -> Known:
    suggestion = Suggestion(kind="house", code=str(id), name=name, label=f"{name}, {commune}")
    return house_known(suggestion, capacity, commune)


@pytest.fixture(scope="module")
def index() -> SuggestionIndex:
    return build_index(
        [
            place("commune", "74010", "Annecy", 130_000, 60),
            # Inhabitants, houses and beds as they are: Vendée's is the largest of eight villages.
            place("commune", "74236", "Saint-Gervais-les-Bains", 5_755, 13, 1_126),
            place("commune", "85221", "Saint-Gervais", 2_781, 1, 100),
            place("commune", "33415", "Saint-Gervais", 1_983),
            place("commune", "13100", "Saint-Rémy-de-Provence", 9_599, 20, 2_057),
            place("commune", "71475", "Saint-Rémy", 6_410, 2, 221),
            place("commune", "49099", "Cholet", 54_404, 14, 3_259),
            place("commune", "43157", "Le Puy-en-Velay", 18_540, 9, 767),
            place("commune", "09320", "Vals", 92),
            *(place("commune", f"0700{n}", f"Vals-{n}", 3_000, 5) for n in range(9)),
            place("commune", "38185", "Grenoble", 158_000, 40),
            place("commune", "67482", "Strasbourg", 290_000, 120),
            place("commune", "73008", "Aix-les-Bains", 31_000, 40),
            place("commune", "51108", "Châlons-en-Champagne", 44_000, 10),
            place("department", "74", "Haute-Savoie", 0, 700),
            place("department", "73", "Savoie", 0, 700),
            place("region", "53", "Bretagne", 0, 2_000),
            *(landmark_known(landmark) for landmark in landmarks().values()),
            *(house(n, f"Hôtel de la Plage {n}", "Quiberon") for n in range(10)),
            house(100, "Hôtel du Lac", "Annecy"),
            house(101, "Auberge d'Annecy", "Annecy"),
        ]
    )


def first(index: SuggestionIndex, text: str) -> str:
    found = index.suggest(*typed_keys(text))
    return f"{found[0].kind}:{found[0].code}" if found else ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("annecy", "commune:74010"),
        ("ANNECY", "commune:74010"),
        ("anne", "commune:74010"),
        ("anecy", "commune:74010"),
        ("annceY", "commune:74010"),
        ("st gervais", "commune:74236"),
        ("St-Gervais", "commune:74236"),
        ("saint-gervais", "commune:74236"),
        ("st remy", "commune:13100"),
        ("st", "commune:67482"),
        ("st ", "commune:13100"),
        ("st.", "commune:13100"),
        ("stgervais", "commune:74236"),
        ("stremy de pro", "commune:13100"),
        ("st gervias", "commune:74236"),
        ("st rmey", "commune:13100"),
        ("starsbourg", "commune:67482"),
        ("le puy", "commune:43157"),
        ("le puy st bonnet", "commune:49099"),
        ("saint gervais les", "commune:74236"),
        ("saint gervais bains", "commune:74236"),
        ("grenble", "commune:38185"),
        ("grennoble", "commune:38185"),
        ("strasbuorg", "commune:67482"),
        ("aix bains", "commune:73008"),
        ("chalons", "commune:51108"),
        ("champagne", "landmark:champagne-vignoble"),
        ("74", "department:74"),
        ("74000", "commune:74010"),
        ("savoie", "department:73"),
        ("brittany", "region:53"),
        ("bretagna", "region:53"),
        ("bretagn", "region:53"),
        ("ile de re", "landmark:ile-de-re"),
        ("Île de Ré", "landmark:ile-de-re"),
        ("mont blanc", "landmark:mont-blanc"),
        ("french riviera", "landmark:cote-d-azur"),
        ("cap agde", "landmark:cap-d-agde"),
        ("hotel du lac", "house:100"),
        ("hotel du lac annecy", "house:100"),
        ("hotel du lac aneccy", "house:100"),
        ("", ""),
        ("zzzzqqqq", ""),
        ("';-- drop table", ""),
        ("<script>alert(1)</script>", ""),
        ("%%%", ""),
        ("日本", ""),
        ("a" * 5_000, ""),
        ("9" * 5_000, ""),
    ],
)
def test_the_first_suggestion_is_what_was_meant(
    index: SuggestionIndex, text: str, place: str
) -> None:
    assert first(index, text) == place


def test_what_begins_like_a_saint_may_be_another_name(index: SuggestionIndex) -> None:
    found = [suggestion.name for suggestion in index.suggest(*typed_keys("st"))]
    assert {"Strasbourg", "Saint-Gervais-les-Bains", "Saint-Rémy-de-Provence"} <= set(found)
    assert typed_keys("St-Ste") == ("saint sainte", "saint ste")
    assert typed_keys("stemilion") == ("stemilion", "saint emilion", "sainte milion")
    assert typed_keys("stes") == ("stes",)
    assert typed_keys("-'") == ()


@pytest.fixture(scope="module")
def france() -> SuggestionIndex:
    return build_index(place("commune", c.code, c.name, c.population) for c in communes())


def without_a_letter(pick: random.Random, name: str) -> str:
    at = pick.randrange(1, len(name))
    return name[:at] + name[at + 1 :]


def with_two_swapped(pick: random.Random, name: str) -> str:
    at = pick.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


WAYS: dict[str, tuple[Callable[[random.Random, str], str], float]] = {
    "whole": (lambda _, name: name, 1),
    "without accents and hyphens": (lambda _, name: fold(name).lower(), 1),
    "st": (lambda _, name: name.replace("Sainte-", "ste ").replace("Saint-", "st "), 1),
    "without the last letters": (lambda _, name: name[: -max(1, len(name) // 4)], 0.96),
    "a letter lost": (without_a_letter, 0.92),
    "two letters changed about": (with_two_swapped, 0.85),
}


@pytest.mark.parametrize("way", WAYS)
def test_communes_are_found_however_they_are_typed(france: SuggestionIndex, way: str) -> None:
    """Of communes all over France (of six letters or more, every one typed a little wrong is
    somebody's), those whose name is among the suggestions."""
    write, least = WAYS[way]
    pick = random.Random(way)
    names = [c.name for c in communes() if len(c.name) > 5]
    asked = pick.sample([n for n in names if way != "st" or n.startswith("Saint")], 800)
    missed = [
        name
        for name in asked
        if name not in {s.name for s in france.suggest(*typed_keys(write(pick, name)))}
    ]
    assert 1 - len(missed) / len(asked) >= least, missed[:20]


def test_houses_leave_room_for_places_and_take_what_is_left(index: SuggestionIndex) -> None:
    beach = index.suggest("hotel de la plage")
    assert len(beach) == 8
    assert {found.kind for found in beach} == {"house"}
    town = index.suggest("annecy")
    assert [found.kind for found in town].count("house") <= 3
    # A house in Annecy that does not bear its name is not what "annecy" means.
    assert "100" not in [found.code for found in town]


def test_the_village_of_just_this_name_stands_among_its_better_known_likes(
    index: SuggestionIndex,
) -> None:
    found = index.suggest("vals")
    assert len(found) == 8
    assert found[0].code.startswith("07")
    assert "09320" in [suggestion.code for suggestion in found]


def test_never_more_than_asked_for(index: SuggestionIndex) -> None:
    assert len(index.suggest("a", wanted=3)) == 3
    assert index.suggest("a", wanted=0) == []


def test_nothing_known_suggests_nothing() -> None:
    assert build_index([]).suggest("annecy") == []


@pytest.mark.parametrize(
    ("typed", "name", "edits"),
    [
        ("annecy", "annecy", 0),
        ("anne", "annecy", 0),
        ("anecy", "annecy", 1),
        ("nanecy", "annecy", 1),
        ("nanexy", "annecy", 2),
        ("grneoble", "grenoble", 1),
        ("grenoblx", "grenoble", 1),
        ("paris", "lyon", 3),
    ],
)
def test_edits_between_what_was_typed_and_the_beginning_of_a_name(
    typed: str, name: str, edits: int
) -> None:
    assert typing_distances(typed, [name], 2) == [edits]


def test_the_shipped_places_are_in_france_and_named_once() -> None:
    points = landmarks().values()
    assert len(points) > 200
    for landmark in points:
        overseas = landmark.department.startswith("97")
        assert overseas or (41 < landmark.lat < 51.2 and -5.5 < landmark.lng < 9.7), landmark
        assert 0 < landmark.radius_km <= 120
        assert 1 <= landmark.weight <= 4
    names = [landmark.name for landmark in points]
    assert len(set(names)) == len(names)
    assert len({(other.kind, other.code, other.name) for other in other_names()}) > 50


@pytest.mark.parametrize(
    "place", ["", "annecy", "planet:mars", "commune:", "commune:" + "7" * 90, "house"]
)
def test_a_place_is_a_kind_and_a_code(place: str) -> None:
    with pytest.raises(PlaceInvalid):
        read_place(place)


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ("46,6,45,7", "south of the map"),
        ("45,7,46,6", "across the date line"),
        ("-20,170,-10,-170", "across the date line"),
        ("-90,-180,90,180", "too large"),
        ("45,6,46", "south,west,north,east"),
        ("45,6,46,x", "south,west,north,east"),
        ("45,6,46,nan", "south,west,north,east"),
        ("45,6,46,inf", "south,west,north,east"),
        ("45,6,146,7", "latitude"),
        ("45,6,46,270", "latitude"),
        ("'; drop table property; --", "south,west,north,east"),
    ],
)
def test_a_part_of_a_map_that_cannot_be_says_why(box: str, words: str) -> None:
    with pytest.raises(PlaceInvalid, match=words):
        read_box(box)


def test_points_and_distances_are_read_within_their_limits() -> None:
    assert read_point("45.9,6.1") == (45.9, 6.1)
    box = read_box("45.5,6,46,7")
    assert (box.south, box.west, box.north, box.east) == (45.5, 6, 46, 7)
    assert check_radius(100) == 100
    for wrong in (-1, 101, float("nan")):
        with pytest.raises(PlaceInvalid):
            check_radius(wrong)
    with pytest.raises(PlaceInvalid):
        read_point("95,6")


def test_a_circle_lies_in_its_box() -> None:
    box = box_around(45.9, 6.1, 10)
    assert box.north - 45.9 == pytest.approx(10 / 111.195, rel=1e-5)
    assert box.east - 6.1 > box.north - 45.9
