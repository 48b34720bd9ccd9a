"""Nothing of a practice stays in a cache, and who looks at a record is written down."""

import re
import uuid
from collections.abc import Iterator

import asyncpg
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.testing import AsyncTestClient

from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.api.test_health_pages import FHIR, TRAITS, act_for, practice
from tests.people import HTML, read, send
from verticals.health.manifest import vertical

__all__ = ["practice"]


def handlers() -> Iterator[HTTPRouteHandler]:
    for one in vertical.slices:
        yield from one.handlers


def test_every_answer_says_that_it_is_not_kept() -> None:
    for handler in handlers():
        told = {one.name: one.value for one in handler.response_headers or ()}
        assert told.get("cache-control") == "private, no-store", handler.paths


@pytest.mark.parametrize("status", [200, 404])
async def test_pages_and_their_refusals_are_in_no_cache(
    visitor: AsyncTestClient, practice: int, status: int
) -> None:
    nobody = uuid.UUID(int=9)
    paths = (
        ("/cabinet/agenda", "/cabinet/patients", f"/rendez-vous/{practice}", f"{FHIR}/Patient")
        if status == 200
        else (f"/cabinet/patients/{nobody}", "/rendez-vous/999999", f"{FHIR}/Patient/{nobody}")
    )
    for path in paths:
        accept = {"accept": "application/json"} if path.startswith("/api/") else HTML
        answer = await visitor.get(path, headers=accept)
        assert answer.status_code == status, path
        assert answer.headers["cache-control"] == "private, no-store", path


async def test_who_looked_at_a_record_is_written_down(
    visitor: AsyncTestClient, practice: int, sign_in: SignIn, demo_settings: Settings
) -> None:
    home = "/cabinet/patients"
    fields: dict[str, object] = {**TRAITS, "idempotency_key": str(uuid.UUID(int=4))}
    added = await send(visitor, home, fields, shown=home)
    path = added.headers["location"]
    id = path.rpartition("/")[2]
    admin = await asyncpg.connect(demo_settings.database_url)
    try:
        for look in (path, home, f"{FHIR}/Patient/{id}", f"{FHIR}/Patient"):
            await admin.execute("select set_config('app.before', max(id)::text, false)"
                                " from audit_entry")  # fmt: skip
            accept = {"accept": "application/json"} if look.startswith("/api/") else HTML
            assert (await visitor.get(look, headers=accept)).status_code == 200
            rows = await admin.fetch(
                "select actor, subject from audit_entry"
                " where id > current_setting('app.before')::bigint"
                " and action = 'health.patient_read'"
            )
            assert [row["subject"] for row in rows] == [f"patient:{id}"], look
            assert re.fullmatch(r"person:\d+", rows[0]["actor"])
    finally:
        await admin.close()
    await act_for(visitor, practice)
    assert "Lou" in (await read(visitor, path))[1]
