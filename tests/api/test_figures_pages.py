"""The page of a house's figures, and its file."""

import csv
import re
from datetime import timedelta
from io import StringIO

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.settings import Settings
from tests.conftest import NOW
from tests.houses import book, find_house
from tourism.demand.actions import telling

HTML = {"accept": "text/html", "accept-language": "fr"}
PAGE = "/pro/figures"
AREAS = "/pro/demand"
SEARCHED = (NOW - timedelta(days=32)).date()
FEBRUARY = {"period": "month", "month": "2027-02"}


@pytest.fixture
async def hotelier(visitor: AsyncTestClient, sign_in) -> AsyncTestClient:
    await sign_in("hotelier")
    return visitor


async def read(visitor: AsyncTestClient, path: str = PAGE, **params: str) -> tuple[int, str]:
    answer = await visitor.get(path, params=params, headers=HTML)
    return answer.status_code, re.sub(r"[\xa0\u202f]", " ", answer.text)


async def test_the_page_shows_what_was_sold_with_drawings_tables_and_definitions(
    hotelier: AsyncTestClient, demo: Database
) -> None:
    await book(demo, (await find_house(demo)).wish())
    status, text = await read(hotelier, **FEBRUARY)
    assert status == 200
    assert 'aria-current="page">Chiffres' in text
    assert "0,38 %" in text  # 2 of 19 rooms in 28 nights
    assert text.count("<rect") == 28 + 6  # the nights, and the spans of lead time
    assert "<polyline" in text
    assert "jamais la moyenne des jours" in text
    assert "style=" not in text


@pytest.mark.parametrize("period", ["month", "last_30", "next_90", "year"])
async def test_every_period_has_its_page(hotelier: AsyncTestClient, period: str) -> None:
    status, text = await read(hotelier, period=period)
    assert status == 200
    assert f'value="{period}" selected' in text


async def test_a_period_without_sales_is_told_kindly(hotelier: AsyncTestClient) -> None:
    status, text = await read(hotelier, period="year", year="2030")
    assert status == 200
    assert "Rien n'est vendu sur cette période" in text.replace("&#39;", "'")
    assert "<rect" not in text


async def test_a_wrong_period_is_told_beside_its_field_and_kept(hotelier: AsyncTestClient) -> None:
    status, text = await read(hotelier, period="year", year="l'an 2000", month="2027-03")
    assert status == 400
    assert 'id="error-year"' in text
    assert 'aria-describedby="error-year"' in text
    assert 'value="l&#39;an 2000"' in text
    assert 'value="2027-03"' in text


async def test_the_file_has_the_same_nights(hotelier: AsyncTestClient, demo: Database) -> None:
    await book(demo, (await find_house(demo)).wish())
    answer = await hotelier.get("/pro/figures.csv", params=FEBRUARY, headers=HTML)
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + 28
    assert {len(row) for row in rows} == {10}
    assert rows[27][:4] == ["2027-02-27", "19", "1", "5,26"]
    assert rows[1][5] == ""  # nothing sold, no mean price


@pytest.mark.parametrize("path", [PAGE, "/pro/figures.csv"])
async def test_only_a_house_sees_them(visitor: AsyncTestClient, sign_in, path: str) -> None:
    assert (await visitor.get(path)).status_code == 401
    await sign_in("federation")
    assert (await visitor.get(path)).status_code == 403


@pytest.mark.parametrize("kind", ["region", "federation", "exploitant"])
async def test_a_territory_sees_its_lost_demand_and_never_a_small_number(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings, kind: str
) -> None:
    root = await asyncpg.connect(demo_settings.database_url)
    houses = await root.fetch(
        "select id, tenant from property where department_code = '48' order by id limit 4"
    )
    for outcome, searches in (("found", 40), ("lost", 20), ("min_stay", 20), ("closed", 9)):
        for house in houses:
            await root.execute(
                "insert into lost_search (tenant, property, searched_on, outcome, nights, needed,"
                " month, searches) values ($1, $2, $3, $4, 2, 3, '2027-02-01', $5)",
                house["tenant"], house["id"], SEARCHED, outcome,
                searches if house["id"] != houses[0]["id"] else 1,
            )  # fmt: skip
    await root.execute("delete from lost_search where outcome = 'closed' and searches > 1")
    await root.close()
    await sign_in(kind)
    assert "Aucun mois n'a encore été compté" in (await read(visitor, AREAS))[1].replace(
        "&#39;", "'"
    )
    await telling.tell_months(demo)
    month = f"{SEARCHED:%Y-%m}"
    status, text = await read(visitor, AREAS, level="department", month=month)
    assert status == 200
    row = re.search(r'<th scope="row">Lozère</th>.*?</tr>', text, re.DOTALL)
    assert row is not None
    assert re.findall(r'class="amount">([^<]*)<', row[0]) == ["121", "61", "33,52 %"]
    assert "demandent plus de nuits (plus de la moitié)" in row[0]
    assert "fermés" not in row[0]  # 1 search of 1 house
    assert "en fait plus de 85 %, ou" in text
    for odd in ("0030999999999", "٢٠٢٧-٠١", "2027-13", "", "9" * 5_000):
        status, text = await read(visitor, AREAS, level="department", month=odd)
        assert (status, "Lozère" in text) == (200, True), odd


async def test_a_secret_number_of_a_territory_is_said_to_be_secret_and_why(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings
) -> None:
    root = await asyncpg.connect(demo_settings.database_url)
    houses = await root.fetch(
        "select id, tenant from property where department_code = '48' order by id limit 3"
    )
    for outcome, many in (("found", (86, 7, 7)), ("lost", (20, 20, 20))):
        for house, searches in zip(houses, many, strict=True):
            await root.execute(
                "insert into lost_search (tenant, property, searched_on, outcome, nights, needed,"
                " month, searches) values ($1, $2, $3, $4, 2, 3, '2027-02-01', $5)",
                house["tenant"], house["id"], SEARCHED, outcome, searches,
            )  # fmt: skip
    await root.close()
    await telling.tell_months(demo)
    await sign_in("region")
    _, text = await read(visitor, AREAS, level="region")
    row = re.search(r'<th scope="row">Occitanie</th>.*?</tr>', text, re.DOTALL)
    assert row is not None
    cells = re.findall(r'class="amount">(.*?)</td>', row[0])
    assert cells == ['<a href="#secrecy">secret</a>', "60", "–"]
    assert 'id="secrecy"' in text


async def test_a_house_does_not_see_the_territory(hotelier: AsyncTestClient) -> None:
    assert (await read(hotelier, "/pro/demand"))[0] == 403
