"""What each person of a space is told by letter: nothing, once a day, or each time; once."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.core.tokens import sign_reference
from hub.core.vertical import Nothing
from hub.digests import policy, store, tasks
from hub.digests.actions import FIRST
from hub.digests.letters import NOTICE
from hub.digests.models import Choice, DigestDue, News, Told
from tests.api.conftest import SignIn
from tests.exits import ask_database
from tests.people import read, send
from tests.spaces import be, email_of, invite, key, open_space, people, status_of, write

ADA, LOU, ZOE = "Ada Roux", "Lou Martin", "Zoe Petit"
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def news(number: int, author: int, minutes: int) -> News:
    return News(
        id=UUID(int=number),
        thread=UUID(int=number),
        author=author,
        name="Ada",
        title="Vélos",
        answer=False,
        body="Bonjour.",
        shown_at=NOW + timedelta(minutes=minutes),
    )


def test_nobody_is_told_of_their_own_or_of_what_they_were_told() -> None:
    reader = Told(
        id=UUID(int=9),
        person=7,
        email="x@example.fr",
        language="fr",
        moderates=False,
        since=NOW,
    )
    found = policy.news_of(reader, [news(1, 8, 1), news(2, 7, 1), news(3, 8, 0)])
    assert [one.id for one in found] == [UUID(int=1)]


@pytest.mark.parametrize(
    ("hour", "goes"), [(4, False), (5, False), (6, True), (20, True), (22, True), (23, False)]
)
def test_a_digest_never_comes_at_night(hour: int, goes: bool) -> None:
    at = datetime(2026, 12, 1, hour, 30, tzinfo=UTC)  # Paris is an hour ahead in winter
    assert policy.is_morning(at) is goes


def test_a_beginning_is_one_line_of_so_many_letters() -> None:
    assert policy.excerpt("Un\n\n mot.") == "Un mot."
    long = policy.excerpt("mot " * 200)
    assert len(long) <= policy.EXCERPT
    assert long.endswith("…")


@pytest.fixture
async def space(visitor: AsyncTestClient, sign_in: SignIn) -> str:
    """A space of Ada, who writes, Lou and Zoé."""
    await people(visitor, ADA, LOU, ZOE)
    await sign_in("region")
    opened = await open_space(visitor)
    for name in (ADA, LOU, ZOE):
        await invite(visitor, opened, name)
    return opened


async def choose(visitor: AsyncTestClient, space: str, name: str, choice: str) -> None:
    await be(visitor, name)
    page = f"{space}/notices"
    assert (await send(visitor, page, {"choice": choice}, shown=page)).status_code == 303


async def told(settings: Settings, name: str) -> list[str]:
    """The letters about news that somebody was written."""
    found = await ask_database(
        settings,
        "select array_agg(body_text order by created_at) from mail"
        " where recipient = $1 and subject like '%nouveau%'",
        email_of(name),
    )
    return list(found) if isinstance(found, list) else []


async def tell(demo: Database, settings: Settings, space: str, choice: Choice) -> None:
    """What the worker does, twice: a task may come again."""
    tenant, id = space.split("/")[2:]
    upto = demo.clock.now() - policy.SETTLED
    due = msgspec.convert({"space": id, "choice": choice, "upto": upto}, DigestDue)
    for _ in range(2):
        await tasks.tell_later.run(demo, int(tenant), due)


async def test_each_is_told_as_they_chose_and_once(
    visitor: AsyncTestClient,
    space: str,
    demo: Database,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    await choose(visitor, space, LOU, "each")
    await choose(visitor, space, ZOE, "none")
    clock.forward(timedelta(minutes=1))
    await be(visitor, ADA)
    await write(visitor, space, "Vélos", "Qui en prête ?")
    clock.forward(timedelta(minutes=1))
    await tell(demo, demo_settings, space, Choice.EACH)
    await tell(demo, demo_settings, space, Choice.DIGEST)
    [letter] = await told(demo_settings, LOU)
    assert "Vélos" in letter
    assert "Ada Roux : Qui en prête ?" in letter
    assert f"{space}/posts/" in letter
    assert await told(demo_settings, ZOE) == []
    assert await told(demo_settings, ADA) == []  # her own
    clock.forward(timedelta(hours=21))
    await tell(demo, demo_settings, space, Choice.DIGEST)
    owner = await ask_database(
        demo_settings, "select count(*) from mail where subject like '%nouveau%'"
    )
    assert owner == 2  # Lou, and the region's owner who did not choose
    clock.forward(timedelta(hours=21))
    await tell(demo, demo_settings, space, Choice.DIGEST)
    await tell(demo, demo_settings, space, Choice.EACH)
    again = await ask_database(
        demo_settings, "select count(*) from mail where subject like '%nouveau%'"
    )
    assert again == 2


async def test_the_clock_finds_the_spaces_with_something_new(
    visitor: AsyncTestClient, space: str, demo: Database, clock: DrivenClock
) -> None:
    await be(visitor, ADA)
    await write(visitor, space, "Vélos")
    clock.forward(timedelta(minutes=1))
    async with demo.transaction() as tx:
        found = await store.list_with_news(tx, clock.now() - policy.LOOKED_BACK, FIRST, 10)
    assert [str(one.tenant) for one in found] == [space.split("/")[2]]
    await tasks.announce_later.run(demo, None, Nothing())


async def test_a_letter_has_a_link_by_which_one_receives_fewer_without_signing_in(
    visitor: AsyncTestClient,
    space: str,
    demo: Database,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    await choose(visitor, space, LOU, "each")
    clock.forward(timedelta(minutes=1))
    await be(visitor, ADA)
    await write(visitor, space, "Vélos")
    clock.forward(timedelta(minutes=1))
    await tell(demo, demo_settings, space, Choice.EACH)
    [letter] = await told(demo_settings, LOU)
    assert re.search(r"http://\S+/notices/[\w-]{43}\n", letter), letter
    notice = await ask_database(
        demo_settings,
        "select n.id from space_notice n join person p on p.id = n.person where p.email = $1",
        email_of(LOU),
    )
    assert isinstance(notice, UUID)
    # The letter is signed by the settings of the worker's process: here by those of the site.
    secret, tenant = visitor.app.state.settings.secret_key, int(space.split("/")[2])
    link = f"/notices/{sign_reference(secret, NOTICE, tenant, notice)}"
    visitor.cookies.clear()
    status, text = await read(visitor, link)
    assert (status, 'value="each" checked' in text) == (200, True)
    bad = await send(visitor, link, {"choice": "jamais"}, shown=link)
    assert bad.status_code == 400
    assert (await send(visitor, link, {"choice": "none"}, shown=link)).status_code == 303
    assert await status_of(visitor, link[:-1] + ("A" if link[-1] != "A" else "B")) == 404
    await be(visitor, LOU)
    _, text = await read(visitor, f"{space}/notices")
    assert 'value="none" checked' in text
    assert (await send(visitor, f"{space}/leave", {}, shown=space)).status_code == 303
    visitor.cookies.clear()
    assert await status_of(visitor, link) == 404


async def test_a_moderator_is_told_what_waits_and_a_member_is_not(
    visitor: AsyncTestClient,
    space: str,
    demo: Database,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    await be(visitor, ADA)
    post = await write(visitor, space, "Ma voisine")
    clock.forward(timedelta(minutes=1))
    await tell(demo, demo_settings, space, Choice.DIGEST)
    clock.forward(timedelta(days=4))
    await be(visitor, LOU)
    fields = {"ground": "personal", "words": "Il donne l'adresse de ma voisine."}
    report = f"{post}/report"
    assert (await send(visitor, report, fields, shown=report)).status_code == 303
    clock.forward(timedelta(minutes=1))
    async with demo.transaction() as tx:
        found = await store.list_with_news(tx, clock.now() - policy.LOOKED_BACK, FIRST, 10)
    assert len(found) == 1
    await tell(demo, demo_settings, space, Choice.DIGEST)
    asked = "select array_agg(body_text) from mail where subject like '%attendent un modérateur'"
    letters = await ask_database(demo_settings, asked)
    assert isinstance(letters, list)
    [letter] = letters  # to the region's owner, who moderates
    assert "1 message attend un modérateur :" in letter
    assert f"{space}/desk" in letter


async def test_a_moderator_who_is_told_each_time_is_told_what_waits_once_a_day(
    visitor: AsyncTestClient,
    sign_in: SignIn,
    demo: Database,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    await people(visitor, ADA, LOU, ZOE)
    await sign_in("region")
    space = await open_space(visitor, moderation="before")
    for name, role in ((ADA, "member"), (LOU, "moderator"), (ZOE, "member")):
        await invite(visitor, space, name, role)
    for name in (LOU, ZOE):
        await choose(visitor, space, name, "each")
    await be(visitor, ADA)
    await write(visitor, space, "Vélos")
    clock.forward(timedelta(hours=21))
    await tell(demo, demo_settings, space, Choice.DIGEST)
    asked = "select count(*) from mail where recipient = $1 and subject like '%attendent%'"
    for name, letters in ((LOU, 1), (ZOE, 0), (ADA, 0)):
        assert await ask_database(demo_settings, asked, email_of(name)) == letters, name


async def test_an_answer_is_told_without_the_subject_of_a_message_that_is_gone(
    visitor: AsyncTestClient,
    space: str,
    sign_in: SignIn,
    demo: Database,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    await choose(visitor, space, LOU, "each")
    clock.forward(timedelta(minutes=1))
    await be(visitor, ADA)
    post = await write(visitor, space, "Madame Bru est malade")
    await be(visitor, ZOE)
    fields = {"idempotency_key": key(), "body": "Laissez-la tranquille."}
    assert (await send(visitor, post, fields, shown=post)).status_code == 303
    fields = {"ground": "personal", "words": "C'est sa vie privée."}
    assert (
        await send(visitor, f"{post}/report", fields, shown=f"{post}/report")
    ).status_code == 303
    await sign_in("region")
    desk = f"{space}/desk"
    fields = {"verdict": "remove", **fields}
    id = post.rpartition("/")[2]
    assert (await send(visitor, f"{desk}/{id}", fields, shown=desk)).status_code == 303
    clock.forward(timedelta(minutes=1))
    await tell(demo, demo_settings, space, Choice.EACH)
    [letter] = await told(demo_settings, LOU)
    assert ("Laissez-la tranquille." in letter, "Madame Bru" in letter) == (True, False)
