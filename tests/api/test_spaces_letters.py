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
from hub.digests.models import Choice, DigestDue
from hub.spaces import PostShown
from tests.api.conftest import SignIn
from tests.exits import ask_database
from tests.people import read, send
from tests.spaces import be, email_of, invite, key, open_space, people, status_of, work, write

ADA, LOU, ZOE = "Ada Roux", "Lou Martin", "Zoe Petit"
TOMORROW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "zone", "goes"),
    [
        (4, "Europe/Paris", False),
        (5, "Europe/Paris", False),
        (6, "Europe/Paris", True),
        (19, "Europe/Paris", True),
        (20, "Europe/Paris", False),
        (22, "Europe/Paris", False),
        (23, "Europe/Paris", False),
        (6, "America/Martinique", False),
        (11, "America/Martinique", True),
        (23, "America/Martinique", True),
        (3, "Indian/Reunion", True),
        (17, "Indian/Reunion", False),
    ],
)
def test_a_digest_never_comes_at_night(hour: int, zone: str, goes: bool) -> None:
    at = datetime(2026, 12, 1, hour, 30, tzinfo=UTC)  # Paris is an hour ahead in winter
    assert policy.is_day(at, zone) is goes


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
    clock.set(TOMORROW)
    await tell(demo, demo_settings, space, Choice.DIGEST)
    owner = await ask_database(
        demo_settings, "select count(*) from mail where subject like '%nouveau%'"
    )
    assert owner == 2  # Lou, and the region's owner who did not choose
    clock.forward(timedelta(hours=24))
    await tell(demo, demo_settings, space, Choice.DIGEST)
    await tell(demo, demo_settings, space, Choice.EACH)
    again = await ask_database(
        demo_settings, "select count(*) from mail where subject like '%nouveau%'"
    )
    assert again == 2


async def test_the_clock_finds_the_spaces_with_something_new(
    visitor: AsyncTestClient,
    space: str,
    demo: Database,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    clock.forward(timedelta(minutes=1))
    await be(visitor, ADA)
    await write(visitor, space, "Vélos")
    clock.forward(timedelta(minutes=1))
    async with demo.transaction() as tx:
        found = await store.list_with_news(tx, clock.now() - policy.LOOKED_BACK, FIRST, 10)
    assert [str(one.tenant) for one in found] == [space.split("/")[2]]
    await tasks.announce_later.run(demo, None, Nothing())
    clock.set(TOMORROW)
    [due] = await work(demo, demo_settings, tasks.tell_later)
    assert isinstance(due, DigestDue)
    assert (str(due.space), due.choice) == (space.split("/")[3], Choice.DIGEST)
    assert await told(demo_settings, LOU) == []  # she came in less than a day before what is told
    await tasks.announce_later.run(demo, None, Nothing())
    await work(demo, demo_settings, tasks.tell_later)
    [letter] = await told(demo_settings, LOU)
    assert "Vélos" in letter


async def test_who_is_told_each_time_is_told_soon_after_it_is_written(
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
    [shown] = await work(demo, demo_settings, tasks.announce_each_later)
    assert isinstance(shown, PostShown)
    waits = await ask_database(
        demo_settings,
        "select max(vt) - clock_timestamp() from pgmq.q_celery"
        " where message::jsonb #>> '{headers,task}' = 'digests.tell'",
    )
    assert isinstance(waits, timedelta)
    assert policy.SETTLED < waits <= 2 * policy.SETTLED
    clock.forward(2 * policy.SETTLED)
    [due] = await work(demo, demo_settings, tasks.tell_later)
    assert isinstance(due, DigestDue)
    assert due.choice is Choice.EACH
    [letter] = await told(demo_settings, LOU)
    assert "Vélos" in letter
    assert await told(demo_settings, ZOE) == []


async def fill(settings: Settings, space: str, name: str, minute: int, many: int) -> None:
    """So many messages of somebody, shown from a minute of the next morning on."""
    tenant, id = space.split("/")[2:]
    await ask_database(
        settings,
        "insert into space_post (tenant, id, space, author, attached, title, body, state,"
        " posted_at, shown_at)"
        " select $1, gen_random_uuid(), $2, p.id, 'nothing', 'Nouvelle ' || n, 'x', 'shown', at, at"
        "   from person p, generate_series(1, $5) n,"
        "        lateral (select $6::timestamptz + make_interval(mins => $4, secs => n) as at) t"
        "  where p.email = $3",
        int(tenant),
        UUID(id),
        email_of(name),
        minute,
        many,
        TOMORROW,
    )


async def test_a_letter_counts_everything_that_is_new_to_its_reader(
    visitor: AsyncTestClient,
    space: str,
    demo: Database,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    await fill(demo_settings, space, ADA, 1, 22)
    await fill(demo_settings, space, ZOE, 2, 21)
    clock.set(TOMORROW + timedelta(minutes=10))
    await tell(demo, demo_settings, space, Choice.DIGEST)
    for name, new, others in ((LOU, 43, 23), (ZOE, 22, 2), (ADA, 21, 1)):
        [letter] = await told(demo_settings, name)
        assert letter.count("Nouvelle ") == policy.LISTED, name
        assert f"et {others} autre" in letter, name
        said = await ask_database(
            demo_settings,
            "select array_agg(subject) from mail where recipient = $1 and subject like '%nouveau%'",
            email_of(name),
        )
        assert said == [f"Hébergeurs de la Lozère : {new} nouveaux messages"], name


async def test_a_digest_that_comes_late_waits_for_the_morning_of_its_organisation(
    visitor: AsyncTestClient,
    space: str,
    demo: Database,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    await fill(demo_settings, space, ADA, 1, 1)
    place = "update organisation set territory_kind = 'region', territory_code = $2 where id = $1"
    tenant = int(space.split("/")[2])
    for code, hour, letters in (("84", 22, 0), ("02", 30, 0), ("02", 36, 1)):
        await ask_database(demo_settings, place, tenant, code)
        clock.set(TOMORROW.replace(hour=0) + timedelta(hours=hour))
        await tell(demo, demo_settings, space, Choice.DIGEST)
        assert len(await told(demo_settings, LOU)) == letters, hour


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
    clock.set(TOMORROW)
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
