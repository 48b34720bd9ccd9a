"""The registry's importer: every row finds its commune, newer exports keep their houses."""

from datetime import date

import pytest

from tourism.demo.landscape import landscapes
from tourism.lodging.models import Kind
from tourism.lodging.policy import stars_shown
from tourism.lodging.registry import RegistryInvalid, list_rows, read_export, read_shipped
from tourism.lodging.registry.match import Matcher, department_of
from tourism.lodging.registry.read import COLUMNS, clean_site

HEADER = ";".join(COLUMNS)
LINE = (
    "19/06/2023;HÔTEL DE TOURISME;3 étoiles;-;-;1924 HÔTEL;2 Rue Gabriel Péri;38000;GRENOBLE;"
    "https://www.1924hotel.com/?utm_source=x;-;62;37;-;-;-;non"
)


@pytest.fixture(scope="module")
def listed():
    return list_rows(read_shipped())


def test_all_21205_rows_have_a_commune(listed) -> None:
    found, report = listed
    assert report.rows == len(found) == 21_205
    assert report.unmatched == ()
    assert len({entry.key for entry in found}) == 21_205
    # SEED_DATA 1.1: rules 1 to 4 together, then the ones that read human hands.
    exact = sum(report.by_rule[rule] for rule in ("1", "2", "3", "4"))
    assert exact == 20_821
    assert report.by_rule["2"] == 1_884
    assert report.by_rule["9"] == 117
    assert report.as_table().splitlines()[-1].split() == ["unmatched", "0"]


def test_the_sums_of_the_registry_come_out(listed) -> None:
    found, _ = listed
    hotels = [entry.row for entry in found if entry.row.kind is Kind.HOTEL]
    assert (len(hotels), sum(row.units for row in hotels)) == (13_162, 600_057)
    assert sum(row.capacity for row in hotels) == 1_363_007


def test_no_two_lodgings_of_a_commune_share_a_point(listed) -> None:
    found, _ = listed
    points = [(entry.lat, entry.lng) for entry in found if entry.lat is not None]
    assert len(points) == len(set(points)) > 21_190
    assert all(300 <= entry.position_radius_m <= 2_500 for entry in found)


@pytest.mark.parametrize(
    ("postcode", "label", "commune"),
    [
        ("73440", "VAL THORENS", "73257"),
        ("73700", "LA ROSIÈRE", "73176"),  # not the commune of Haute-Saône
        ("62170", "MONTREUIL", "62588"),
        ("74300", "FLAINE", "74014"),
        ("75016", "PARIS", "75116"),
        ("75116", "PARIS 16E ARRONDISSEMENT", "75116"),
        ("69003", "LYON", "69383"),
        ("13008", "MARSEILLE 8E ARRONDISSEMENT", "13208"),
        ("35400", "ST MALO", "35288"),
        ("64700", "HANDAYE", "64260"),
    ],
)
def test_labels_by_human_hands_find_their_commune(
    listed, postcode: str, label: str, commune: str
) -> None:
    text = LINE.replace("38000;GRENOBLE", f"{postcode};{label}")
    row = read_export(f"{HEADER}\n{text}\n")[0]
    match = Matcher().match(row)
    assert match is not None
    assert match.commune_code == commune


def test_a_label_that_is_nowhere_is_reported_not_dropped() -> None:
    # A postcode of several communes: one of a single commune would be enough (rule 8).
    text = LINE.replace("38000;GRENOBLE", "71350;ATLANTIS")
    found, report = list_rows(read_export(f"{HEADER}\n{text}\n"))
    assert (found, report.unmatched) == ([], (2,))


def test_a_newer_export_keeps_the_house_under_its_key() -> None:
    older = list_rows(read_export(f"{HEADER}\n{LINE}\n"))[0]
    renewed = LINE.replace("19/06/2023", "20/06/2026").replace("3 étoiles", "4 étoiles")
    other = LINE.replace("1924 HÔTEL", "AUTRE HÔTEL")
    newer = list_rows(read_export(f"{HEADER}\n{other}\n{renewed}\n"))[0]
    assert newer[1].key == older[0].key
    assert newer[1].row.stars == 4


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (LINE.replace("19/06/2023", "31/02/2023"), "DATE DE CLASSEMENT"),
        (LINE.replace("HÔTEL DE TOURISME", "CHÂTEAU"), "TYPOLOGIE"),
        (LINE.replace("3 étoiles", "6 étoiles"), "CLASSEMENT"),
        (LINE.replace("38000", "38"), "CODE POSTAL"),
        (LINE.replace(";37;", ";-;"), "NOMBRE DE CHAMBRES"),
        (LINE.replace(";62;", ";many;"), "CAPACITÉ"),
        (LINE.replace("1924 HÔTEL", "-"), "NOM COMMERCIAL"),
        (LINE[:-3] + "peut-être", "prorogé"),
        (LINE + ";one more", "18 columns"),
    ],
)
def test_a_wrong_line_is_named_with_its_column(wrong: str, words: str) -> None:
    with pytest.raises(RegistryInvalid, match=words) as told:
        read_export(f"{HEADER}\n{wrong}\n")
    assert "Line 2" in str(told.value)


def test_another_file_is_refused() -> None:
    with pytest.raises(RegistryInvalid, match="columns"):
        read_export("a;b;c\n1;2;3\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("www.hotel.fr", "https://www.hotel.fr"),
        ("HTTP://Hotel.fr/x?gclid=1#top", "http://hotel.fr/x"),
        ("contact@hotel.fr", None),
        ("hotel point fr", None),
        ("localhost", None),
        ("https://www.booking.com/hotel/x", None),
        (None, None),
    ],
)
def test_a_site_is_cleaned_or_dropped(text, expected) -> None:
    assert clean_site(text) == expected


@pytest.mark.parametrize(
    ("today", "extended", "state", "stars"),
    [
        (date(2028, 6, 19), False, "classified", 3),
        (date(2028, 6, 20), False, "renewal_unknown", None),
        (date(2028, 6, 20), True, "renewal_unknown", None),  # the export is too old to say
    ],
)
def test_stars_are_shown_only_while_the_registry_says_so(today, extended, state, stars) -> None:
    shown = stars_shown(
        3, date(2023, 6, 19), extended=extended, export_on=date(2026, 1, 19), today=today
    )
    assert (shown.state, shown.stars) == (state, stars)


def test_an_extended_classification_is_shown_while_the_export_is_fresh() -> None:
    shown = stars_shown(
        3, date(2020, 6, 19), extended=True, export_on=date(2026, 1, 19), today=date(2026, 12, 1)
    )
    assert (shown.state, shown.stars) == ("extended", 3)


def test_corsica_and_overseas_have_their_own_departments() -> None:
    codes = ["20000", "20200", "97400", "01000"]
    assert [department_of(code) for code in codes] == ["2A", "2B", "974", "01"]


def test_every_commune_with_a_lodging_has_its_class_of_place(listed) -> None:
    found, _ = listed
    classes = landscapes(found)
    assert classes["73257"] == "ski"  # Les Belleville
    assert classes["75116"] == "paris"
    assert classes["44055"] == "coast_atl"  # La Baule
    assert classes["06029"] == "coast_med"  # Cannes
    assert classes["97415"] == "overseas"
    assert set(classes.values()) == {
        "paris", "idf", "city", "coast_med", "coast_atl", "ski", "mountain", "country", "overseas",
    }  # fmt: skip
