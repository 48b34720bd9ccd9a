"""Everything of an organisation, by one button and by the API; and nobody else's."""

import hashlib
import io
import zipfile
from uuid import UUID, uuid4

from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.core.settings import Settings
from tests.exits import ask_database
from tests.exporting import perform_exports
from tests.people import HTML, read, send, text_of

PAGE, API = "/pro/export", "/api/v1/organisation/exports"
UNKNOWN = UUID(int=7)
ACTS = "select array_agg(action order by id) from audit_entry where action like 'export.%'"


def key() -> dict[str, str]:
    return {"idempotency-key": str(uuid4())}


async def test_one_button_then_how_far_it_is_then_the_archive(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings
) -> None:
    await sign_in("federation")
    status, text = await read(visitor, PAGE)
    assert status == 200
    assert "Aucun export pour l'instant." in text
    assert f'href="{PAGE}"' in text, "in the menu"
    asked = await send(visitor, PAGE, {}, shown=PAGE)
    assert (asked.status_code, asked.headers["location"]) == (303, PAGE)
    assert (await send(visitor, PAGE, {}, shown=PAGE)).status_code == 303, "the same one"
    _, text = await read(visitor, PAGE)
    assert "Un export se prépare." in text
    assert "data-reload-after" in text
    assert (await perform_exports(demo, demo_settings))["made"] == 1
    _, text = await read(visitor, PAGE)
    assert "data-reload-after" not in text
    id = await ask_database(demo_settings, "select id from organisation_export")
    link = f"{PAGE}/{id}/archive"
    assert f'href="{link}"' in text
    archive = await visitor.get(link)
    assert archive.status_code == 200
    assert archive.headers["content-disposition"].startswith('attachment; filename="export-')
    assert archive.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(archive.content)) as file:
        names = set(file.namelist())
    wanted = {"manifest.json", "SHA256SUMS", "acts.jsonl", "schemas/tables/membership.schema.json"}
    assert wanted <= names
    _, text = await read(visitor, PAGE)
    assert "Pris le" in text
    assert "acts.jsonl" in text
    refused = await send(visitor, PAGE, {}, shown=PAGE)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 3_600
    assert "Tout a été préparé il y a moins d'un jour" in text_of(refused)
    assert f'href="{link}"' in refused.text
    assert await ask_database(demo_settings, ACTS) == [
        "export.asked",
        "export.made",
        "export.fetched",
    ]


async def test_the_same_by_the_api_once_for_each_key_and_in_parts(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings
) -> None:
    await sign_in("office")
    same = key()
    first = await visitor.post(API, headers=same)
    again = await visitor.post(API, headers=same)
    assert first.status_code == again.status_code == 202
    assert first.json() == again.json()
    assert (await visitor.post(API)).status_code == 400
    id = first.json()["id"]
    assert (await visitor.post(API, headers=key())).json()["id"] == id, "the one under way"
    assert (await visitor.get(f"{API}/{id}")).json()["state"] == "waiting"
    assert (await visitor.get(f"{API}/{id}/archive")).status_code == 409
    await perform_exports(demo, demo_settings)
    [ready] = (await visitor.get(API)).json()
    assert ready["state"] == "ready"
    assert ready == (await visitor.get(f"{API}/{id}")).json()
    whole = await visitor.get(f"{API}/{id}/archive")
    assert len(whole.content) == ready["bytes"]
    assert hashlib.sha256(whole.content).hexdigest() == ready["sha256"]
    assert whole.headers["accept-ranges"] == "bytes"
    part = await visitor.get(f"{API}/{id}/archive", headers={"range": "bytes=0-99"})
    assert (part.status_code, part.content) == (206, whole.content[:100])
    on = {"range": "bytes=100-", "if-range": whole.headers["etag"]}
    rest = await visitor.get(f"{API}/{id}/archive", headers=on)
    assert part.content + rest.content == whole.content
    far = await visitor.get(f"{API}/{id}/archive", headers={"range": "bytes=999999999999-"})
    assert far.status_code == 416
    refused = await visitor.post(API, headers=key())
    assert refused.status_code == 429
    assert refused.json()["type"].endswith("export-once-a-day")
    kept = await visitor.post(API, headers=same)
    assert (kept.status_code, kept.json()) == (202, first.json())
    assert (await visitor.get(f"{API}/{UNKNOWN}")).status_code == 404


async def test_nobody_else_fetches_it(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings
) -> None:
    await sign_in("region")
    id = (await visitor.post(API, headers=key())).json()["id"]
    await perform_exports(demo, demo_settings)
    paths = (f"{API}/{id}", f"{API}/{id}/archive", f"{PAGE}/{id}/archive")
    for who in ("federation", "office", "hotelier"):
        await sign_in(who)
        for path in paths:
            assert (await visitor.get(path)).status_code == 404, (who, path)
    await sign_in("exploitant")
    for path in (API, PAGE, *paths):
        assert (await visitor.get(path)).status_code == 403, path
    await ask_database(
        demo_settings,
        "update membership set role = 'member' from person p"
        " where p.id = membership.person and p.email = 'region@demo.example'",
    )
    await sign_in("region")
    for path in (API, PAGE, *paths):
        assert (await visitor.get(path, headers=HTML)).status_code == 403, path
    assert (await visitor.post(API, headers=key())).status_code == 403
    visitor.cookies.clear()
    for path in (API, *paths[:2]):
        assert (await visitor.get(path)).status_code == 401, path


async def test_a_house_may_too(
    visitor: AsyncTestClient, sign_in, demo: Database, demo_settings: Settings
) -> None:
    await sign_in("hotelier")
    id = (await visitor.post(API, headers=key())).json()["id"]
    assert (await perform_exports(demo, demo_settings))["made"] == 1
    archive = await visitor.get(f"{API}/{id}/archive")
    assert zipfile.ZipFile(io.BytesIO(archive.content)).testzip() is None


async def test_who_runs_the_hub_exports_by_the_command_only(
    visitor: AsyncTestClient, sign_in
) -> None:
    """Behind its wall stand letters with links that open accounts."""
    await sign_in("exploitant")
    assert (await visitor.post(API, headers=key())).status_code == 403
    assert (await visitor.get(PAGE, headers=HTML)).status_code == 403
