"""Questions of a space: one person, one vote, until an hour that was said; secret or open."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.errors import HubError
from hub.core.settings import Settings
from hub.polls import actions, policy
from hub.polls.errors import PollClosed, PollInvalid, VoteNotYours
from hub.polls.models import Ask, Count, Kind, Poll, Voter
from tests.api.conftest import SignIn
from tests.exits import ask_database
from tests.forms import Form, Mistake, check_mistakes
from tests.people import read, send
from tests.spaces import be, invite, key, open_space, people, status_of

ADA, LOU, ZOE = "Ada Roux", "Lou Martin", "Zoe Petit"
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CLOSES = "2026-12-08T18:00"
SAID = {"title": "Un four commun", "body": "On l'achète ?", "kind": "proposal", "closes": CLOSES}
QUESTION = Form(
    key="polls/polls.html {}/polls",
    typed={**SAID, "kind": "poll", "choices": "Lundi\nMardi"},
    mistakes=(
        Mistake("title", "", "Dites en une ligne de quoi il s'agit, en 160 lettres."),
        Mistake("body", "", "Écrivez votre message."),
        Mistake("kind", "tirage", "Choisissez une des réponses."),
        Mistake("choices", "Lundi\nLundi", "Écrivez de 2 à 10 réponses, une par ligne."),
        Mistake("choices", "x" * 201 + "\ny", "Une réponse a au plus 200 lettres."),
        Mistake(
            "kind",
            "proposal",
            "Une proposition a ses propres réponses : videz ceci, ou choisissez plus haut que l'on"
            " répond par une de celles-ci.",
            beside="choices",
        ),
        Mistake("closes", "", "Choisissez une heure, d'ici une heure à six mois."),
        Mistake("closes", "2026-12-01T10:30", "Choisissez une heure, d'ici une heure à six mois."),
    ),
    never={"secret": "a tick is neither right nor wrong"},
)
POLL = Poll(
    post=UUID(int=1),
    author=7,
    title="Un four",
    body="On l'achète ?",
    kind=Kind.PROPOSAL,
    choices=policy.PROPOSAL,
    secret=True,
    closes_at=NOW + timedelta(days=1),
    posted_at=NOW,
    voted=0,
)


@pytest.mark.parametrize(
    ("typed", "since", "at", "refusal"),
    [
        ("0", NOW, NOW, None),
        ("2", NOW - timedelta(days=1), NOW + timedelta(hours=23), None),
        ("0", NOW, NOW + timedelta(days=1), PollClosed),  # at the hour it is over
        ("0", None, NOW, VoteNotYours),
        ("0", NOW + timedelta(seconds=1), NOW + timedelta(hours=1), VoteNotYours),
        ("3", NOW, NOW, PollInvalid),
        ("-1", NOW, NOW, PollInvalid),
        ("", NOW, NOW, PollInvalid),
        ("٣", NOW, NOW, PollInvalid),
    ],
)
def test_who_was_there_votes_until_the_hour(
    typed: str, since: datetime | None, at: datetime, refusal: type[HubError] | None
) -> None:
    if refusal is None:
        assert policy.check_vote(POLL, typed, since, at) == int(typed)
        return
    with pytest.raises(refusal):
        policy.check_vote(POLL, typed, since, at)


@pytest.mark.parametrize(
    ("votes", "adopted"),
    [
        ((2, 1, 9), True),
        ((1, 1, 0), False),
        ((0, 0, 3), False),
        ((0, 0, 0), False),
    ],
)
def test_a_proposal_is_adopted_when_more_say_yes_than_no(
    votes: tuple[int, ...], adopted: bool
) -> None:
    counts = [Count(choice=place, votes=n) for place, n in enumerate(votes) if n]
    found = policy.count(POLL, counts, [], 9)
    assert (found.adopted, found.votes) == (adopted, sum(votes))
    assert [line.votes for line in found.lines] == list(votes)
    assert sum(line.percent for line in found.lines) <= 100


def test_an_open_vote_names_who_chose_what() -> None:
    poll = msgspec.structs.replace(POLL, kind=Kind.POLL, choices=("Lundi", "Mardi"), secret=False)
    counts, voters = [Count(choice=1, votes=2)], [Voter(name="Ada", choice=1)]
    found = policy.count(poll, counts, voters, 9)
    assert found.adopted is None
    assert [(one.words, one.percent, one.names) for one in found.lines] == [
        ("Lundi", 0, ()),
        ("Mardi", 100, ("Ada",)),
    ]


def test_an_open_vote_says_how_many_it_does_not_name() -> None:
    poll = msgspec.structs.replace(POLL, secret=False)
    counts = [Count(choice=0, votes=5), Count(choice=1, votes=1)]
    voters = [Voter(name=name, choice=place) for name, place in (("A", 0), ("B", 1), ("C", 0))]
    found = policy.count(poll, counts, voters, 3)
    assert [(one.names, one.others) for one in found.lines] == [
        (("A", "C"), 3),
        (("B",), 0),
        ((), 0),
    ]
    assert all(one.others == 0 for one in policy.count(poll, counts, voters, 4).lines)


def test_answers_are_lines_each_once() -> None:
    typed = Ask(kind="poll", choices=" Lundi \n\nMar\u202edi\nLundi", closes=CLOSES, secret=False)
    assert policy.check_ask(typed, "Europe/Paris", NOW).choices == ("Lundi", "Mardi")


@pytest.fixture
async def space(visitor: AsyncTestClient, sign_in: SignIn) -> str:
    await people(visitor, ADA, LOU, ZOE)
    await sign_in("region")
    opened = await open_space(visitor)
    for name in (ADA, LOU):
        await invite(visitor, opened, name)
    await be(visitor, ADA)
    return opened


async def ask(visitor: AsyncTestClient, space: str, settings: Settings, **fields: str) -> str:
    """Ask something, twice by the same form; its page."""
    polls = f"{space}/polls"
    said = {"idempotency_key": key(), **SAID, **fields}
    for _ in range(2):
        assert (await send(visitor, polls, said, shown=polls)).status_code == 303
    found = await ask_database(settings, "select array_agg(post::text) from space_poll")
    assert isinstance(found, list)
    assert len(found) == 1
    return f"{polls}/{found[0]}"


async def vote(visitor: AsyncTestClient, poll: str, choice: str) -> int:
    return (await send(visitor, poll, {"choice": choice}, shown=poll)).status_code


async def test_a_secret_vote_is_cast_once_and_nobody_knows_by_whom(
    visitor: AsyncTestClient, space: str, clock: DrivenClock, demo_settings: Settings
) -> None:
    poll = await ask(visitor, space, demo_settings, secret="1")
    assert await vote(visitor, poll, "7") == 400
    assert await vote(visitor, poll, "0") == 303
    for choice in ("0", "1"):  # sent twice, and otherwise: the first one counts
        sent = await send(visitor, poll, {"choice": choice}, shown=f"{space}/polls")
        assert sent.status_code == 303
    _, text = await read(visitor, poll)
    assert "Un vote secret ne peut pas être changé." in text
    await be(visitor, LOU)
    assert await vote(visitor, poll, "0") == 303
    _, text = await read(visitor, poll)
    assert "Vous avez voté." in text
    assert "Résultat</h2>" not in text
    counts = "select array_agg((choice, votes)::text) from space_tally"
    assert await ask_database(demo_settings, counts) == ["(0,2)"]
    kept = await ask_database(demo_settings, "select array_agg(choice) from space_voter")
    assert kept == [None, None]
    with pytest.raises(asyncpg.PostgresError):
        await ask_database(demo_settings, "update space_voter set choice = 0 returning 1")
    clock.set(datetime(2026, 12, 8, 17, 0, tzinfo=UTC))
    await be(visitor, LOU)
    _, text = await read(visitor, poll)
    assert "La proposition est adoptée." in text
    assert LOU not in text
    assert await vote(visitor, poll, "0") == 409


async def test_an_open_vote_may_be_changed_until_it_closes_and_is_named_then(
    visitor: AsyncTestClient,
    space: str,
    clock: DrivenClock,
    demo_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    poll = await ask(visitor, space, demo_settings, kind="poll", choices="Lundi\nMardi")
    await vote(visitor, poll, "1")
    await be(visitor, LOU)
    for choice in ("0", "1", "1"):
        assert await vote(visitor, poll, choice) == 303
    counts = "select array_agg(votes order by choice) from space_tally"
    assert await ask_database(demo_settings, counts) == [0, 2]
    _, text = await read(visitor, poll)
    assert "2 voix" in text
    clock.set(datetime(2026, 12, 8, 17, 0, tzinfo=UTC))
    await be(visitor, ADA)
    _, text = await read(visitor, poll)
    assert LOU in text
    assert ("adoptée" in text, "et 1 autre" in text) == (False, False)
    monkeypatch.setattr(actions, "NAMED", 1)
    _, text = await read(visitor, poll)
    assert "et 1 autre" in text


async def test_who_comes_in_later_does_not_vote_and_others_do_not_see_it(
    visitor: AsyncTestClient,
    space: str,
    clock: DrivenClock,
    demo_settings: Settings,
    sign_in: SignIn,
) -> None:
    poll = await ask(visitor, space, demo_settings)
    await be(visitor, ZOE)
    assert await status_of(visitor, poll) == 404
    clock.forward(timedelta(minutes=1))
    await sign_in("region")
    await invite(visitor, space, ZOE)
    await be(visitor, ZOE)
    _, text = await read(visitor, poll)
    assert "quand la question a été posée" in text
    assert (await send(visitor, poll, {"choice": "0"}, shown="/spaces")).status_code == 403


async def test_a_question_that_a_moderator_looks_at_first_is_voted_on_as_long_as_it_was_asked_to_be(
    visitor: AsyncTestClient, sign_in: SignIn, clock: DrivenClock, demo_settings: Settings
) -> None:
    await people(visitor, ADA)
    await sign_in("region")
    space = await open_space(visitor, moderation="before")
    await invite(visitor, space, ADA)
    await be(visitor, ADA)
    _, text = await read(visitor, f"{space}/polls")
    assert "on vote aussi longtemps" in text
    asked_at = clock.now()
    poll = await ask(visitor, space, demo_settings)
    clock.set(datetime(2026, 12, 9, 9, 0, tzinfo=UTC))  # after the hour that was said
    shown_at = clock.now()
    await sign_in("region")
    desk = f"{space}/desk"
    verdict = f"{desk}/{poll.rpartition('/')[2]}"
    assert (await send(visitor, verdict, {"verdict": "show"}, shown=desk)).status_code == 303
    await be(visitor, ADA)
    _, text = await read(visitor, poll)
    assert ("Ouvert" in text, "adoptée" in text) == (True, False)
    assert await vote(visitor, poll, "0") == 303
    closes = datetime(2026, 12, 8, 17, 0, tzinfo=UTC) + (shown_at - asked_at)
    assert await ask_database(demo_settings, "select closes_at from space_poll") == closes


async def test_a_question_stays_as_it_was_asked_and_goes_with_its_message(
    visitor: AsyncTestClient, space: str, demo_settings: Settings
) -> None:
    poll = await ask(visitor, space, demo_settings)
    edit = f"{space}/posts/{poll.rpartition('/')[2]}/edit"
    fields = {"revision": "1", "title": "Deux fours", "body": "On en achète deux ?"}
    assert (await send(visitor, edit, fields, shown=edit)).status_code == 409
    await vote(visitor, poll, "0")
    back = edit.replace("/edit", "/take-back")
    assert (await send(visitor, back, {}, shown=edit)).status_code == 303
    assert await status_of(visitor, poll) == 404
    left = "select (select count(*) from space_poll) + (select count(*) from space_voter)"
    assert await ask_database(demo_settings, left) == 0


async def test_each_mistake_stands_beside_its_field(visitor: AsyncTestClient, space: str) -> None:
    await check_mistakes(visitor, QUESTION, f"{space}/polls", f"{space}/polls")
