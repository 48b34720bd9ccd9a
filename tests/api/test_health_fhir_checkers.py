"""Every reply of FHIR, as it comes over HTTP, before three checkers of R4 that others wrote
(CHECKERS 2)."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from tests.api.conftest import SignIn
from tests.api.test_health_documents import keep
from tests.api.test_health_pages import FHIR, act_for, book, open_practice, practice, times
from tests.fhir_checkers import find_faults
from tests.people import sign_up
from tests.practices import prove_hosting
from verticals.health import example
from verticals.health.fhir.reading import PARAMETERS

__all__ = ["practice"]

JSON = {"accept": "application/fhir+json"}


async def test_every_reply_passes_the_three_checkers(
    visitor: AsyncTestClient, sign_in: SignIn, demo: Database, tmp_path: Path
) -> None:
    await prove_hosting(demo)
    await sign_in("exploitant")
    practice = await open_practice(visitor)
    async with demo.transaction(practice) as tx:
        await example.fill(tx)
    found = (await visitor.get(f"{FHIR}/Practitioner", headers=JSON)).json()
    physician = found["entry"][0]["resource"]["id"]
    await sign_up(visitor, "Lou Martin")
    await book(visitor, (await times(visitor, practice))[0])
    assert await keep(visitor, practice, physician) == 303
    replies = {"own": (await visitor.get(f"/rendez-vous/{practice}/miens/fhir")).json()}
    replies["refused-403"] = (await visitor.get(f"{FHIR}/Slot", headers=JSON)).json()
    await sign_in("exploitant")
    await act_for(visitor, practice)
    replies["metadata"] = (await visitor.get(f"{FHIR}/metadata", headers=JSON)).json()
    for type in PARAMETERS:
        bundle = (await visitor.get(f"{FHIR}/{type}?_count=100", headers=JSON)).json()
        assert bundle.get("entry"), type
        replies[f"{type}-search"] = bundle
        for number, entry in enumerate(bundle["entry"]):
            path = f"{FHIR}/{type}/{entry['resource']['id']}"
            replies[f"{type}-{number}"] = (await visitor.get(path, headers=JSON)).json()
        if type == "DocumentReference":
            binary = f"{FHIR}/Binary/{bundle['entry'][0]['resource']['id']}"
            replies["binary"] = (await visitor.get(binary, headers=JSON)).json()
    for name, path in {
        "paged": "Slot?_count=1", "empty": "Slot?_id=none", "refused-400": "Slot?color=blue",
        "refused-404": f"Patient/{uuid.UUID(int=1)}", "refused-406": "Slot?_format=xml",
    }.items():  # fmt: skip
        replies[name] = (await visitor.get(f"{FHIR}/{path}", headers=JSON)).json()
    visitor.cookies.clear()
    replies["refused-401"] = (await visitor.get(f"{FHIR}/Slot", headers=JSON)).json()
    assert any("identifier" in reply for name, reply in replies.items() if "Patient-" in name)
    assert find_faults(replies, tmp_path) == []


WRONG: dict[str, dict[str, Any]] = {
    "status": {"status": "maybe"},
    "id": {"id": "no id!"},
    "start": {"start": "2026-12-04T09:00:00"},
    "schedule": {"schedule": {"reference": "Patient/1"}},
    "unknown": {"colour": "blue"},
    "empty": {"comment": ""},
}


@pytest.mark.parametrize("fault", WRONG)
async def test_the_checkers_see_a_fault(
    visitor: AsyncTestClient, practice: int, clock: DrivenClock, tmp_path: Path, fault: str
) -> None:
    bundle = (await visitor.get(f"{FHIR}/Slot?_count=1", headers=JSON)).json()
    right = bundle["entry"][0]["resource"]
    assert find_faults({"wrong": {**right, **WRONG[fault]}}, tmp_path) != []
