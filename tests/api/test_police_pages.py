"""The pages of police sheets: forms that keep what was typed, and no door for a copy of a card."""

import re
from uuid import UUID

import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.settings import Settings
from tests.houses import ARRIVAL, House, book, find_house
from tourism.police.manifest import slice as police
from tourism.police.pages import refuse_uploads

HTML = {"accept": "text/html", "accept-language": "fr"}
UNKNOWN = UUID("6f1f4f5e-7c1d-4c1c-9d53-0a5f0c3c8d11")
PAGE = "/pro/police"
TODAY = "2026-12-01"
COMPLETE = {
    "last_name": "Keller",
    "first_names": "Anna",
    "born_on": "1980-05-31",
    "birth_place": "Bern",
    "nationality": "CH",
    "address": "1 Musterweg, 3000 Bern",
    "arrival": TODAY,
    "departure": "2026-12-04",
    "signed_name": "Anna Keller",
}


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def hotelier(visitor: AsyncTestClient, sign_in) -> AsyncTestClient:
    await sign_in("hotelier")
    return visitor


async def read(visitor: AsyncTestClient, path: str, **params: str) -> tuple[int, str]:
    answer = await visitor.get(path, params=params, headers=HTML)
    return answer.status_code, answer.text.replace("&#39;", "'")


async def token(visitor: AsyncTestClient) -> str:
    shown = await visitor.get(PAGE, headers=HTML)
    found = re.search(r'name="_csrf_token" value="([^"]*)"', shown.text)
    assert found
    return found.group(1)


async def send(visitor: AsyncTestClient, path: str, **fields: str):
    data = {"_csrf_token": await token(visitor), **fields}
    return await visitor.post(path, data=data, headers=HTML)


async def prepare(visitor: AsyncTestClient, **fields: str) -> str:
    answer = await send(visitor, f"{PAGE}/sheets", **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_from_the_arrival_to_the_signed_sheet_and_its_successor(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    _, day = await read(hotelier, PAGE, day=str(ARRIVAL))
    assert booked.reference in day
    assert 'aria-current="page">Fiches de police' in day
    sheet = await prepare(hotelier, booking=str(booked.id))
    _, draft = await read(hotelier, sheet)
    assert 'value="Martin"' in draft
    assert 'value="2027-02-27"' in draft
    signed = await send(hotelier, sheet, **COMPLETE, act="sign")
    assert (signed.status_code, signed.headers["location"]) == (303, sheet)
    _, text = await read(hotelier, sheet)
    assert "Anna Keller" in text
    assert "conforme à ce qui a été signé" in text
    assert 'name="last_name"' not in text
    replaced = await send(hotelier, f"{sheet}/replace")
    _, new = await read(hotelier, replaced.headers["location"])
    assert sheet.rpartition("/")[2] in new
    refused = await send(hotelier, sheet, **COMPLETE, act="sign")
    assert refused.status_code == 409


async def test_a_sheet_of_a_later_arrival_is_not_signed_yet_and_keeps_what_was_typed(
    hotelier: AsyncTestClient,
) -> None:
    sheet = await prepare(hotelier)
    typed = {**COMPLETE, "arrival": "2026-12-03"}
    for act in ("sign", "refuse"):
        answer = await send(hotelier, sheet, **typed, act=act)
        assert answer.status_code == 400
        assert 'id="error-arrival"' in answer.text
        assert 'value="2026-12-03"' in answer.text
    assert (await send(hotelier, sheet, **typed, act="save")).status_code == 303


async def test_what_is_missing_stands_beside_its_field_and_nothing_typed_is_lost(
    hotelier: AsyncTestClient,
) -> None:
    sheet = await prepare(hotelier)
    typed = {**COMPLETE, "birth_place": "", "born_on": "31/05/1980x", "child_1_last_name": "Mia"}
    answer = await send(hotelier, sheet, **typed, act="sign")
    assert answer.status_code == 400
    assert 'aria-describedby="error-born_on"' in answer.text
    answer = await send(hotelier, sheet, **{**typed, "born_on": "1980-05-31"}, act="sign")
    assert answer.status_code == 400
    for field in ("birth_place", "child_0_born_on", "child_0_nationality"):
        assert f'id="error-{field}"' in answer.text
    for kept in ('value="Keller"', 'value="CH" selected', 'value="Anna Keller"', 'value="Mia"'):
        assert kept in answer.text


async def test_a_french_guest_is_told_that_there_is_no_sheet(hotelier: AsyncTestClient) -> None:
    sheet = await prepare(hotelier)
    answer = await send(hotelier, sheet, **{**COMPLETE, "nationality": "FR"}, act="save")
    assert answer.status_code == 400
    assert 'id="error-nationality"' in answer.text
    assert (await send(hotelier, f"{sheet}/discard")).status_code == 303
    assert (await read(hotelier, sheet))[0] == 404


async def test_a_draft_may_be_incomplete_and_a_refusal_says_what_the_house_may_do(
    hotelier: AsyncTestClient,
) -> None:
    sheet = await prepare(hotelier)
    few = {"last_name": "Keller", "arrival": TODAY, "departure": "2026-12-04"}
    assert (await send(hotelier, sheet, **few, act="save")).status_code == 303
    assert (await send(hotelier, sheet, **few, act="refuse")).status_code == 303
    _, text = await read(hotelier, sheet)
    assert "la maison peut lui refuser l'accès" in text


async def test_sheets_are_printed_one_by_one_and_by_day(hotelier: AsyncTestClient) -> None:
    for _ in range(2):
        sheet = await prepare(hotelier)
        await send(hotelier, sheet, **COMPLETE, act="sign")
    _, one = await read(hotelier, f"{sheet}/print")
    _, day = await read(hotelier, f"{PAGE}/print", day=TODAY)
    assert (one.count("31/05/1980"), day.count("31/05/1980")) == (1, 2)
    assert "Suisse" in one
    _, nothing = await read(hotelier, f"{PAGE}/print", day="2027-04-01")
    assert "Aucune fiche à imprimer" in nothing


async def test_handing_over_asks_for_a_reason_and_is_written_to_the_trail(
    hotelier: AsyncTestClient,
) -> None:
    sheet = await prepare(hotelier)
    await send(hotelier, sheet, **COMPLETE, act="sign")
    days = {"first": TODAY, "last": TODAY}
    refused = await send(hotelier, f"{PAGE}/export", **days, reason="")
    assert refused.status_code == 400
    assert 'id="error-reason"' in refused.text
    assert f'value="{TODAY}"' in refused.text
    assert "31/05/1980" not in refused.text
    handed = await send(hotelier, f"{PAGE}/export", **days, reason="Réquisition de la brigade")
    assert handed.status_code == 200
    assert "31/05/1980" in handed.text
    trail = (await hotelier.get("/api/v1/audit-entries")).json()
    exports = [one for one in trail if one["action"] == "police.export"]
    assert [(one["reason"], one["detail"]["sheets"]) for one in exports] == [
        ("Réquisition de la brigade", 1)
    ]


async def test_no_form_here_takes_a_file(
    hotelier: AsyncTestClient, demo_settings: Settings
) -> None:
    sheet = await prepare(hotelier)
    csrf = await token(hotelier)
    picture = {"identity_card": ("card.png", b"\x89PNG\r\n", "image/png")}
    for path in (sheet, f"{PAGE}/sheets", f"{PAGE}/export", f"{sheet}/replace"):
        answer = await hotelier.post(
            path, data={"_csrf_token": csrf, **COMPLETE}, files=picture, headers=HTML
        )
        assert answer.status_code == 415, path
    _, text = await read(hotelier, sheet)
    assert "Keller" not in text
    assert 'type="file"' not in text
    assert "multipart" not in text


async def test_a_field_that_is_not_of_the_sheet_is_not_kept(hotelier: AsyncTestClient) -> None:
    sheet = await prepare(hotelier)
    await send(hotelier, sheet, **COMPLETE, passport_number="X0000001", act="sign")
    _, text = await read(hotelier, sheet)
    assert "Anna Keller" in text
    assert "X0000001" not in text


def test_every_form_of_the_slice_refuses_uploads() -> None:
    forms = [one for one in police.handlers if "POST" in one.http_methods]
    assert len(forms) >= 5
    for form in forms:
        assert refuse_uploads in (form.guards or ()), form


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/print"])
async def test_only_a_house_sees_its_sheets(visitor: AsyncTestClient, sign_in, path: str) -> None:
    assert (await visitor.get(path)).status_code == 401
    for who in ("federation", "office", "region", "exploitant"):
        await sign_in(who)
        assert (await visitor.get(path)).status_code == 403


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        (f"{PAGE}/sheets/{UNKNOWN}", COMPLETE, 404),
        (f"{PAGE}/sheets/{UNKNOWN}/replace", {}, 404),
        (f"{PAGE}/sheets", {"booking": "x"}, 404),
        (f"{PAGE}/sheets", {"booking": str(UNKNOWN)}, 404),
        (f"{PAGE}/export", {"first": "x", "last": ""}, 400),
    ],
)
async def test_what_does_not_exist_is_said_so(
    hotelier: AsyncTestClient, path: str, fields: dict[str, str], status: int
) -> None:
    assert (await send(hotelier, path, **fields)).status_code == status


async def test_a_day_that_cannot_be_is_refused(hotelier: AsyncTestClient) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert (await read(hotelier, PAGE, day=day))[0] == 400
