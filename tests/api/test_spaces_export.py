"""A space as one file: everything in it, to who answers for its organisation only."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.api.test_spaces_documents import PDF, add
from tests.api.test_spaces_events import SAID as EVENT
from tests.api.test_spaces_polls import ask, vote
from tests.exits import ask_database
from tests.people import send
from tests.spaces import be, email_of, invite, key, open_space, people, write

ADA, LOU = "Ada Roux", "Lou Martin"


@pytest.fixture
async def space(visitor: AsyncTestClient, sign_in: SignIn, demo_settings: Settings) -> str:
    """A space with one of each."""
    await people(visitor, ADA, LOU)
    await sign_in("region")
    opened = await open_space(visitor)
    for name, role in ((ADA, "member"), (LOU, "moderator")):
        await invite(visitor, opened, name, role)
    await be(visitor, ADA)
    await write(visitor, opened, "Vélos", "Qui en prête ?")
    await add(visitor, opened, "été.pdf", PDF)
    fields = {"idempotency_key": key(), **EVENT}
    events = f"{opened}/events"
    assert (await send(visitor, events, fields, shown=events)).status_code == 303
    poll = await ask(visitor, opened, demo_settings, secret="1")
    assert await vote(visitor, poll, "0") == 303
    return opened


def lines(archive: zipfile.ZipFile, table: str) -> list[dict]:
    return [json.loads(line) for line in archive.read(f"{table}.jsonl").decode().splitlines()]


async def take(visitor: AsyncTestClient, space: str) -> zipfile.ZipFile:
    answer = await send(visitor, f"{space}/export", {}, shown=f"{space}/settings")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


async def test_a_space_leaves_with_everything_that_is_in_it(
    visitor: AsyncTestClient,
    space: str,
    sign_in: SignIn,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    await sign_in("region")
    archive = await take(visitor, space)
    assert json.loads(archive.read("space.json"))["name"] == "Hébergeurs de la Lozère"
    assert "posts.jsonl" in archive.read("README.txt").decode()
    members = {one["email"]: one["role"] for one in lines(archive, "members")}
    assert (members[email_of(ADA)], members[email_of(LOU)]) == ("member", "moderator")
    assert {one["attached"] for one in lines(archive, "posts")} == {
        "nothing",
        "document",
        "event",
        "poll",
    }
    [event] = lines(archive, "events")
    assert event["place"] == EVENT["place"]
    [document] = [name for name in archive.namelist() if name.startswith("documents/")]
    assert document.endswith("-été.pdf")
    assert archive.read(document) == PDF
    [poll] = lines(archive, "polls")
    assert (poll["votes"], poll["voters"]) == (None, None)  # the vote is open still
    clock.set(datetime(2026, 12, 8, 17, 0, tzinfo=UTC))
    await sign_in("region")
    [poll] = lines(await take(visitor, space), "polls")
    assert (poll["votes"], poll["voters"]) == ([{"choice": 0, "votes": 1}], None)
    noted = "select count(*) from audit_entry where action = 'space.exported'"
    assert await ask_database(demo_settings, noted) == 2


async def test_a_space_is_packed_once_at_a_time(
    visitor: AsyncTestClient,
    space: str,
    sign_in: SignIn,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    await sign_in("region")
    held = "select export_until from community_space"
    await take(visitor, space)
    assert await ask_database(demo_settings, held) is None
    under_way = "update community_space set export_until = $1"
    await ask_database(demo_settings, under_way, clock.now() + timedelta(minutes=1))
    answer = await send(visitor, f"{space}/export", {}, shown=f"{space}/settings")
    assert (answer.status_code, "en train d'être emballé" in answer.text.replace("&#39;", "'")) == (
        429,
        True,
    )
    clock.forward(timedelta(minutes=1))
    await take(visitor, space)
    assert await ask_database(demo_settings, held) is None


async def test_nobody_else_takes_a_space_along(visitor: AsyncTestClient, space: str) -> None:
    for name in (ADA, LOU):  # a member, a moderator
        await be(visitor, name)
        answer = await send(visitor, f"{space}/export", {}, shown=space)
        assert answer.status_code == 403, name
