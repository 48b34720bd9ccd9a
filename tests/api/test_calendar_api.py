"""The calendar for programs: a year in one call and one transaction, all or nothing, once."""

from datetime import date, timedelta

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.settings import Settings
from tests.houses import House, find_house, quote

FIRST = date(2027, 1, 1)
PATH = "/api/v1/house/calendar"


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def admin_of_demo(demo_settings: Settings):
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


def year(house: House, cents: int) -> dict[str, object]:
    """A price for every night of every room type, and one plan's rules in each."""
    values: list[dict[str, object]] = []
    for room_type in house.types.values():
        values.append(
            {"room_type": room_type, "field": "price", "first": str(FIRST), "values": [cents] * 365}
        )
        for field, value in (("min_stay", 2), ("closed_to_departure", 1), ("price", cents + 1)):
            values.append(
                {
                    "room_type": room_type,
                    "rate_plan": house.plans["saver"],
                    "field": field,
                    "first": str(FIRST),
                    "values": [value] * 365,
                }
            )
    return {"values": values}


async def push(client: AsyncTestClient, body: object, key: str = "one"):
    return await client.put(PATH, json=body, headers={"idempotency-key": key})


async def test_a_year_is_one_call_one_transaction_and_counts_once(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, admin_of_demo
) -> None:
    await sign_in("hotelier")
    answer = await push(visitor, year(house, 12_345))
    assert answer.status_code == 200, answer.text
    assert answer.json()["cells"] == 3 * 4 * 365
    assert answer.json()["number"] == 1
    again = await push(visitor, year(house, 12_345))
    assert again.json() == answer.json()
    assert again.headers["idempotency-replayed"] == "true"
    # Every row that the push wrote carries the number of one transaction.
    writers = await admin_of_demo.fetch(
        "select xmin::text from rate_month where property = $1 union"
        " select xmin::text from ari_month where room_type = any ($2::int[])"
        " and month >= '2027-01-01' and month < '2028-01-01' and 12345 = any (price_cents) union"
        " select xmin::text from calendar_change where property = $1",
        house.id,
        list(house.types.values()),
    )
    assert len(writers) == 1
    rows = await admin_of_demo.fetchval(
        "select count(*) from rate_month where property = $1", house.id
    )
    assert rows == 3 * 12
    offer = await quote(demo, house.wish(arrival=date(2027, 5, 3)))
    assert offer.breakdown.rooms_gross_cents == 3 * 12_345


async def test_one_wrong_value_changes_nothing_and_names_its_field(
    visitor: AsyncTestClient, sign_in, demo: Database, house: House, admin_of_demo
) -> None:
    await sign_in("hotelier")
    before = await visitor.get(PATH)
    for changed, field in (
        ({"values": [12_000] * 364 + [-1]}, "price"),
        ({"values": [12_000] * 800}, "last"),
        ({"values": []}, "values"),
        ({"first": "2026-11-30"}, "first"),
        ({"room_type": 999_999}, "rows"),
        ({"rate_plan": 999_999}, "rows"),
        ({"field": "offered", "rate_plan": 0, "values": [40_000]}, "offered"),
        ({"field": "offered", "rate_plan": 0, "values": [13]}, "offered"),
        ({"first": "9999-12-31", "values": [12_000] * 2}, "last"),
    ):
        body = year(house, 11_111)
        body["values"][-4] |= changed  # pyright: ignore
        answer = await push(visitor, body, key=f"wrong {changed.keys()} {field}")
        assert answer.status_code == 400, answer.text
        assert answer.json()["field"] == field
    assert (await visitor.get(PATH)).json() == before.json()
    assert await admin_of_demo.fetchval("select count(*) from calendar_change") == 0


async def test_what_was_read_can_be_pushed_back_and_changes_nothing(
    visitor: AsyncTestClient, sign_in, house: House
) -> None:
    await sign_in("hotelier")
    first = date(2027, 1, 1)
    asked = {"first": str(first), "last": str(first + timedelta(days=364))}
    read = (await visitor.get(PATH, params=asked)).json()
    assert {row["room_type"] for row in read["rows"]} == {0, *house.types.values()}
    answer = await push(visitor, {"values": read["values"]})
    assert answer.status_code == 200
    assert answer.json()["cells"] == 0


async def test_the_end_of_all_calendars_is_told(visitor: AsyncTestClient, sign_in) -> None:
    await sign_in("hotelier")
    answer = await visitor.get(PATH, params={"first": "9999-12-31"})
    assert (answer.status_code, answer.json()["field"]) == (400, "first")


def edit(house: House, cents: int, **more: object) -> dict[str, object]:
    return {
        "rows": [{"room_type": house.types["double"]}],
        "first": str(FIRST),
        "last": str(FIRST + timedelta(days=6)),
        "changes": [{"field": "price", "amount": cents}],
        **more,
    }


async def post(client: AsyncTestClient, path: str, body: object, key: str):
    return await client.post(f"{PATH}/{path}", json=body, headers={"idempotency-key": key})


async def prices(client: AsyncTestClient, house: House) -> list[int]:
    """The first week's prices of double rooms."""
    asked = {"first": str(FIRST), "last": str(FIRST + timedelta(days=6))}
    answer = await client.get(PATH, params=asked)
    return next(
        run["values"]
        for run in answer.json()["values"]
        if (run["room_type"], run["rate_plan"], run["field"]) == (house.types["double"], 0, "price")
    )


async def test_a_program_sees_an_edit_before_it_is_made_and_takes_it_back(
    visitor: AsyncTestClient, sign_in, house: House
) -> None:
    await sign_in("hotelier")
    before = await prices(visitor, house)
    seen = await post(visitor, "changes", edit(house, 77_700), "see")
    assert seen.status_code == 201, seen.text
    change = seen.json()
    assert (change["state"], change["cells"]) == ("previewed", 7)
    assert [piece["after"] for piece in change["pieces"]] == [[77_700] * 7]
    assert [piece["before"] for piece in change["pieces"]] == [before]
    assert await prices(visitor, house) == before
    assert (await post(visitor, "changes", edit(house, 77_700), "see")).json() == change

    applied = await post(visitor, f"changes/{change['id']}/application", {}, "apply")
    assert (applied.status_code, applied.json()["state"]) == (200, "applied"), applied.text
    assert await prices(visitor, house) == [77_700] * 7
    kept = (await visitor.get(f"{PATH}/changes/{change['id']}")).json()
    assert (kept["number"], kept["pieces"]) == (applied.json()["number"], change["pieces"])

    one_night = edit(house, 66_600, last=str(FIRST))
    other = (await post(visitor, "changes", one_night, "other")).json()
    await post(visitor, f"changes/{other['id']}/application", {}, "other applied")
    undone = await post(visitor, f"changes/{change['id']}/undo", {}, "undo")
    assert undone.status_code == 200, undone.text
    assert [cell["now"] for cell in undone.json()["kept"]] == [66_600]
    assert await prices(visitor, house) == [66_600, *before[1:]]
    assert (await post(visitor, f"changes/{change['id']}/undo", {}, "undo")).json() == undone.json()
    again = await post(visitor, f"changes/{change['id']}/undo", {}, "twice")
    assert (again.status_code, again.json()["type"]) == (
        409, "urn:usage-hub:problem:change-not-undoable",
    )  # fmt: skip
    listed = (await visitor.get(f"{PATH}/changes")).json()
    assert [line["kind"] for line in listed] == ["undo", "edit", "edit"]
    assert "pieces" not in listed[0]


async def test_what_somebody_changed_meanwhile_is_listed_and_nothing_is_applied(
    visitor: AsyncTestClient, sign_in, house: House
) -> None:
    await sign_in("hotelier")
    seen = (await post(visitor, "changes", edit(house, 77_700), "see")).json()
    run = {"room_type": house.types["double"], "field": "price", "first": str(FIRST)}
    await push(visitor, {"values": [{**run, "values": [50_000]}]})
    before = await prices(visitor, house)
    answer = await post(visitor, f"changes/{seen['id']}/application", {}, "apply")
    assert answer.status_code == 409, answer.text
    assert answer.json()["type"] == "urn:usage-hub:problem:calendar-moved"
    assert [(cell["on"], cell["now"]) for cell in answer.json()["cells"]] == [(str(FIRST), 50_000)]
    assert await prices(visitor, house) == before


async def test_a_season_is_copied_by_a_program_and_keeps_its_weekdays(
    visitor: AsyncTestClient, sign_in, house: House
) -> None:
    await sign_in("hotelier")
    made = (await post(visitor, "changes", edit(house, 77_700), "see")).json()
    await post(visitor, f"changes/{made['id']}/application", {}, "apply")
    season = {
        "rows": [{"room_type": house.types["double"]}],
        "first": str(FIRST),
        "last": str(FIRST + timedelta(days=6)),
        "to_first": "2028-01-01",
    }
    copied = await post(visitor, "copies", season, "copy")
    assert copied.status_code == 201, copied.text
    prices = [piece for piece in copied.json()["pieces"] if piece["field"] == "price"]
    assert [(piece["first"], piece["after"]) for piece in prices] == [("2027-12-31", [77_700] * 7)]


@pytest.mark.parametrize(
    ("path", "changed", "field"),
    [
        ("changes", {"rows": []}, "rows"),
        ("changes", {"changes": []}, "changes"),
        ("changes", {"last": "2026-12-01"}, "last"),
        ("changes", {"weekdays": [8]}, "weekdays"),
        ("changes", {"rows": [{"room_type": 999_999}]}, "rows"),
        ("copies", {"rows": []}, "rows"),
        ("copies", {"to_first": "2020-01-01"}, "first"),
        ("copies", {"rows": [{"room_type": 999_999}]}, "rows"),
    ],
)
async def test_a_preview_of_nonsense_names_its_field(
    visitor: AsyncTestClient, sign_in, house: House, path: str, changed: dict, field: str
) -> None:
    await sign_in("hotelier")
    body = edit(house, 77_700)
    if path == "copies":
        del body["changes"]
        body["to_first"] = "2028-01-01"
    answer = await post(visitor, path, body | changed, "wrong")
    assert (answer.status_code, answer.json().get("field")) == (400, field), answer.text
