"""The forms of the calendar: each mistake beside its field, and everything typed still there."""

import re

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.settings import Settings
from tests.api.test_plans_pages import HTML, send
from tests.houses import House, find_house

EDIT = {
    "first": "2027-07-03", "last": "2027-07-31", "operation": "percent", "price": "-7,5",
    "offered": "9", "out_of_order": "1", "min_stay": "2", "min_through": "3",
    "max_stay": "14", "max_through": "21", "closed": "0", "closed_to_arrival": "1",
    "closed_to_departure": "0", "weekdays": ["6", "7"],
}  # fmt: skip
COPY = {"copy_first": "2027-07-03", "copy_last": "2027-07-31", "copy_to": "2028-07-01"}
MISTAKES = (
    ("preview", EDIT, "first", "", "Choisissez un jour."),
    ("preview", EDIT, "first", "2026-01-01", None),
    ("preview", EDIT, "last", "2027-07-02", None),
    ("preview", EDIT, "last", "hier", "Choisissez un jour."),
    ("preview", EDIT, "price", "cent", "Écrivez un montant comme 98 ou 98,50."),
    ("preview", EDIT, "offered", "beaucoup", None),
    ("preview", EDIT, "out_of_order", "-1", None),
    ("preview", EDIT, "min_stay", "400", None),
    ("preview", EDIT, "min_through", "deux", None),
    ("preview", EDIT, "max_stay", "1.5", None),
    ("preview", EDIT, "max_through", "99999999999", None),
    ("preview", EDIT, "min_stay", "--5", "Écrivez un nombre entier."),
    ("preview", EDIT, "offered", "-", "Écrivez un nombre entier."),
    ("preview", EDIT, "price", "1e999999", "Écrivez un montant comme 98 ou 98,50."),
    ("preview", EDIT, "price", "sNaN", "Écrivez un montant comme 98 ou 98,50."),
    ("preview", EDIT, "offered", "10", None),
    ("copy", COPY, "copy_first", "", "Choisissez un jour."),
    ("copy", COPY, "copy_last", "2027-07-01", None),
    ("copy", COPY, "copy_to", "demain", "Choisissez un jour."),
    ("copy", COPY, "copy_to", "9999-12-31", None),
    ("copy", COPY, "copy_to", "0001-01-01", "Les jours passés ne peuvent pas être modifiés."),
    ("copy", {**COPY, "copy_last": "0002-01-01"}, "copy_first", "0001-01-01", None),
)
FILES = (
    (b"", None),
    (b"a;b;c\r\n1;2;3\r\n", None),
    (b"row;date;field;value\r\n1:0;2027-07-03;price;cher\r\n", "Ligne 2 du fichier"),
    (b'row;date;field;value\r\n\r\n1:0;2027-07-03;price;"' + b"9" * 140_000, "Ligne 3 du fichier"),
    (b'"row;date;field;value' + b"e" * 140_000, None),
    ("row;date;field;value\r\né".encode("latin-1"), None),
)


def told(text: str, field: str) -> str | None:
    """The words beside a field."""
    beside = re.search(rf'id="error-{field}">([^<]*)<', text)
    return beside.group(1) if beside else None


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def hotelier(visitor: AsyncTestClient, sign_in) -> AsyncTestClient:
    await sign_in("hotelier")
    return visitor


def kept(page: str, name: str, value: str) -> bool:
    """Whether a form still has what was typed: a value, a choice of a list, or a tick."""
    form = rf'<input[^>]* name="{name}"[^>]*>|<select[^>]* name="{name}"[^>]*>.*?</select>'
    field = re.search(form, page, re.S)
    assert field, name
    selected = re.search(r'<option value="([^"]*)"[^>]* selected', field[0])
    typed = selected or re.search(r' value="([^"]*)"', field[0])
    return (
        bool(typed) and typed[1] == value and ("checkbox" not in field[0] or "checked" in field[0])
    )


async def test_a_house_without_rooms_is_led_from_its_calendar_to_where_they_are_made(
    hotelier: AsyncTestClient, house: House, demo_settings: Settings
) -> None:
    connection = await asyncpg.connect(demo_settings.database_url)
    await connection.execute("update room_type set retired = true where property = $1", house.id)
    await connection.close()
    page = (await hotelier.get("/pro/calendar", headers=HTML)).text
    told = re.search(r'Pas encore de chambre.*?<a class="button" href="([^"]*)"', page, re.S)
    assert told
    made = await hotelier.get(told[1], headers=HTML)
    assert made.status_code == 200
    assert "Votre premier type de chambre ou de logement" in made.text


async def test_a_mistake_stands_beside_its_field_and_nothing_typed_is_lost(
    hotelier: AsyncTestClient, house: House
) -> None:
    rows = [f"{house.types['double']}:0", f"{house.types['suite']}:0"]
    for form, good, field, value, words in MISTAKES:
        typed = {**good, field: value}
        sent = {**typed, "rows": rows} if form == "preview" else typed
        answer = await send(hotelier, "/pro/calendar", f"/pro/calendar/{form}", **sent)
        page = answer.text.replace("&#39;", "'")
        assert answer.status_code == 400, (field, value, answer.status_code)
        beside = told(page, field)
        assert beside, (field, value)
        assert words in {None, beside}, (field, value, beside)
        for name, text in typed.items():
            if isinstance(text, str):
                assert kept(page, name, text), (field, value, name)
        if form == "preview":
            assert page.count('name="rows" value="') > 2
            for row in rows:
                assert re.search(rf'name="rows" value="{row}"[^>]* checked', page), (field, row)
            assert len(re.findall(r'name="weekdays" value="[67]" checked', page)) == 2


async def test_a_file_that_cannot_be_read_changes_nothing_and_says_where(
    hotelier: AsyncTestClient,
) -> None:
    page = (await hotelier.get("/pro/calendar", headers=HTML)).text
    token = re.search(r'name="_csrf_token" value="([^"]*)"', page)
    assert token
    for content, words in FILES:
        answer = await hotelier.post(
            "/pro/calendar/file",
            data={"_csrf_token": token[1]},
            files={"file": ("year.csv", content, "text/csv")},
            headers=HTML,
        )
        assert answer.status_code == 400, content
        beside = told(answer.text, "file")
        assert beside, content
        assert (words or beside) in beside, content


async def test_applying_what_changes_nothing_shows_that_nothing_changes(
    hotelier: AsyncTestClient, house: House
) -> None:
    same = {"first": "2027-07-03", "last": "2027-07-31", "min_stay": "0"}
    row = f"{house.types['double']}:0"
    answer = await send(hotelier, "/pro/calendar", "/pro/calendar/preview", **same, rows=[row])
    change = answer.headers["location"]
    answer = await send(hotelier, "/pro/calendar", f"{change}/apply")
    assert (answer.status_code, answer.headers["location"]) == (303, change)
    assert "Rien ne change" in (await hotelier.get(change, headers=HTML)).text
    changes = (await hotelier.get("/pro/calendar/changes", headers=HTML)).text
    assert "Rien n'a encore été modifié" in changes.replace("&#39;", "'")


async def test_a_day_that_no_calendar_has_is_the_nearest_that_it_has(
    hotelier: AsyncTestClient,
) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        for address in (f"/pro/calendar.csv?first={day}", f"/pro/calendar?month={day}"):
            answer = await hotelier.get(address, headers=HTML)
            assert answer.status_code == 200, address


async def test_a_change_of_many_runs_is_shown_whole_a_page_at_a_time(
    hotelier: AsyncTestClient, house: House
) -> None:
    weekends = {"first": "2027-01-01", "last": "2027-12-31", "min_stay": "2", "weekdays": ["5"]}
    rows = [f"{type}:{plan}" for type in house.types.values() for plan in (0, house.plans["saver"])]
    answer = await send(hotelier, "/pro/calendar", "/pro/calendar/preview", **weekends, rows=rows)
    change = answer.headers["location"]
    shown = [(await hotelier.get(f"{change}?part={n}", headers=HTML)).text for n in (1, 2, 3)]
    runs = [re.findall(r'<tr><th scope="row">', page) for page in shown]
    assert [len(found) for found in runs] == [200, 53 * 6 - 200, 53 * 6 - 200], "the last is page 2"
    assert f'rel="next" href="{change}?part=2"' in shown[0]
    assert 'aria-current="page">2 sur 2<' in shown[1]
    assert 'rel="next"' not in shown[1]


async def test_a_run_whose_nights_differ_is_unfolded_night_by_night(
    hotelier: AsyncTestClient, house: House
) -> None:
    up = {"first": "2027-07-01", "last": "2027-07-05", "operation": "add", "price": "10"}
    row = f"{house.types['double']}:0"
    answer = await send(hotelier, "/pro/calendar", "/pro/calendar/preview", **up, rows=[row])
    page = (await hotelier.get(answer.headers["location"], headers=HTML)).text
    text = re.sub(r"<[^>]*>", "", page.replace("\xa0", " ").replace("\u202f", " "))
    for words in (
        "jeu. 1 juil. 2027 : 98,00 € 108,00 €",
        "ven. 2 juil. 2027 au sam. 3 juil. 2027 : 112,70 € 122,70 €",
        "dim. 4 juil. 2027 au lun. 5 juil. 2027 : 98,00 € 108,00 €",
    ):
        assert words in text, words
