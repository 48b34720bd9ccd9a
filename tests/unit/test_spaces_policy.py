"""Who sees, decides and contests what in a space, in tables."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from hub.core.errors import HubError
from hub.spaces import policy
from hub.spaces.errors import DecisionOver, PostInvalid, SpaceInvalid, SpaceNotYours
from hub.spaces.models import (
    Admits,
    Attached,
    Decide,
    Decision,
    Ground,
    Kind,
    Moderation,
    Post,
    Role,
    Seat,
    Settings,
    Space,
    State,
    Write,
)

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
WHY = "Il donne une adresse privée."
SPACE = Space(
    tenant=1,
    id=UUID(int=1),
    organisation="Région",
    name="Hébergeurs",
    about="",
    rules="",
    moderation=Moderation.AFTER,
    admits=Admits.INVITED,
    revision=1,
    opened_at=NOW,
    closed_at=None,
)
ME = Seat(space=SPACE, person=7, role=Role.MEMBER, governs=False, may_enter=False)
MODERATOR = msgspec.structs.replace(ME, role=Role.MODERATOR)
OWNER = msgspec.structs.replace(ME, role=None, governs=True)
POST = Post(
    id=UUID(int=2),
    answers=None,
    author=8,
    name="Zoé",
    attached=Attached.NOTHING,
    title="Bonjour",
    body="Tout va bien ?",
    state=State.SHOWN,
    revision=1,
    posted_at=NOW,
    edited_at=None,
    replies=0,
)
MINE = msgspec.structs.replace(POST, author=7)
DECISION = Decision(
    id=UUID(int=3),
    post=POST.id,
    kind=Kind.REMOVED,
    ground=Ground.PERSONAL,
    words=WHY,
    reported=True,
    decided_by="person:7",
    decided_at=NOW,
    appeal=None,
    appealed_at=None,
    outcome=None,
    answer=None,
    answered_by=None,
    answered_at=None,
)
CONTESTED = msgspec.structs.replace(DECISION, appeal="Ce n'est pas juste.", appealed_at=NOW)


def post_in(state: State, *, mine: bool = False) -> Post:
    return msgspec.structs.replace(MINE if mine else POST, state=state)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(
    ("seat", "mine", "seen"),
    [
        (ME, False, {State.SHOWN}),
        (ME, True, {State.SHOWN, State.WAITING, State.REFUSED, State.REMOVED}),
        (MODERATOR, False, {State.SHOWN, State.WAITING, State.REFUSED, State.REMOVED}),
        (OWNER, False, {State.SHOWN, State.WAITING, State.REFUSED, State.REMOVED}),
    ],
)
def test_what_is_not_shown_is_seen_by_its_author_and_the_moderators(
    seat: Seat, mine: bool, seen: set[State], state: State
) -> None:
    assert policy.may_see(seat, post_in(state, mine=mine)) is (state in seen)


def test_where_messages_are_looked_at_first_only_those_of_moderators_are_shown_at_once() -> None:
    before = msgspec.structs.replace(SPACE, moderation=Moderation.BEFORE)
    for seat, state in ((ME, State.WAITING), (MODERATOR, State.SHOWN)):
        there = msgspec.structs.replace(seat, space=before)
        assert policy.first_state(there) is state
        assert policy.first_state(seat) is State.SHOWN


@pytest.mark.parametrize(
    ("seat", "post", "typed", "refusal"),
    [
        (MODERATOR, POST, Decide(verdict="remove", ground="insult", words=WHY), None),
        (OWNER, post_in(State.WAITING), Decide(verdict="remove", ground="rules", words=WHY), None),
        (MODERATOR, post_in(State.WAITING), Decide(verdict="show"), None),
        (OWNER, POST, Decide(verdict="keep"), None),
        (ME, POST, Decide(verdict="keep"), SpaceNotYours),
        (MODERATOR, MINE, Decide(verdict="keep"), SpaceNotYours),
        (MODERATOR, POST, Decide(verdict="burn"), PostInvalid),
        (MODERATOR, POST, Decide(verdict="remove", ground="", words=WHY), PostInvalid),
        (MODERATOR, POST, Decide(verdict="remove", ground="rules", words="Non."), PostInvalid),
        (MODERATOR, POST, Decide(verdict="show"), DecisionOver),
        (MODERATOR, post_in(State.WAITING), Decide(verdict="keep"), DecisionOver),
        (MODERATOR, post_in(State.REMOVED), Decide(verdict="keep"), DecisionOver),
        (MODERATOR, post_in(State.TAKEN_BACK), Decide(verdict="show"), DecisionOver),
    ],
)  # fmt: skip
def test_a_removal_has_its_reasons_and_nobody_decides_about_their_own(
    seat: Seat, post: Post, typed: Decide, refusal: type[HubError] | None
) -> None:
    if refusal is None:
        policy.check_decision(seat, post, typed)
        return
    with pytest.raises(refusal):
        policy.check_decision(seat, post, typed)


@pytest.mark.parametrize(
    ("decision", "state", "person", "days", "refusal"),
    [
        (DECISION, State.REMOVED, 8, 182, None),
        (DECISION, State.REFUSED, 8, 1, None),
        (DECISION, State.SHOWN, 8, 1, DecisionOver),
        (DECISION, State.TAKEN_BACK, 8, 1, DecisionOver),
        (DECISION, State.REMOVED, 8, 183, DecisionOver),
        (DECISION, State.REMOVED, 7, 1, SpaceNotYours),
        (CONTESTED, State.REMOVED, 8, 1, DecisionOver),
        (msgspec.structs.replace(DECISION, kind=Kind.KEPT, ground=None), State.REMOVED, 8, 1,
         DecisionOver),
    ],
)  # fmt: skip
def test_its_author_contests_once_and_for_six_months(
    decision: Decision, state: State, person: int, days: int, refusal: type[HubError] | None
) -> None:
    now = NOW + timedelta(days=days)
    if refusal is None:
        policy.check_appeal(decision, post_in(state), person, now)
        return
    with pytest.raises(refusal):
        policy.check_appeal(decision, post_in(state), person, now)


def test_of_what_somebody_may_not_see_they_see_that_it_was_there() -> None:
    for seat, state, words in (
        (ME, State.SHOWN, True),
        (ME, State.REMOVED, False),
        (ME, State.WAITING, False),
        (MODERATOR, State.REMOVED, True),
        (MODERATOR, State.TAKEN_BACK, False),
    ):
        found = policy.veil(seat, post_in(state))
        assert (found.id, found.state) == (POST.id, state)
        said = (found.title, found.body, found.author, found.name)
        assert said == ((POST.title, POST.body, 8, "Zoé") if words else ("", "", None, None))


@pytest.mark.parametrize(
    ("seat", "decision", "post", "actor", "others", "refusal"),
    [
        (MODERATOR, CONTESTED, POST, "person:9", 1, None),
        (MODERATOR, CONTESTED, POST, "person:7", 0, None),
        (MODERATOR, CONTESTED, POST, "person:7", 1, SpaceNotYours),
        (MODERATOR, CONTESTED, MINE, "person:9", 1, SpaceNotYours),
        (ME, CONTESTED, POST, "person:9", 1, SpaceNotYours),
        (MODERATOR, DECISION, POST, "person:9", 1, DecisionOver),
    ],
)
def test_another_moderator_answers_where_there_is_one(
    seat: Seat, decision: Decision, post: Post, actor: str, others: int, refusal: type[HubError]
) -> None:
    if refusal is None:
        policy.check_answers(seat, decision, post, actor, others)
        return
    with pytest.raises(refusal):
        policy.check_answers(seat, decision, post, actor, others)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (Write(title="", body="x"), "title"),
        (Write(title="x" * 161, body="x"), "title"),
        (Write(title="x", body=" \n\x00 "), "body"),
        (Write(title="x", body="x" * 8_001), "body"),
    ],
)
def test_a_message_says_what_is_missing(typed: Write, field: str) -> None:
    with pytest.raises(PostInvalid) as caught:
        policy.check_post(typed)
    assert caught.value.extra["field"] == field


def test_a_message_is_kept_without_margins_and_an_answer_without_a_title() -> None:
    said = policy.check_post(Write(title=" Bon \n jour ", body="\r\nOui\x07\r\nnon\n"))
    assert (said.title, said.body) == ("Bon jour", "Oui\nnon")
    assert policy.check_post(Write(title="x", body="Oui", answers=POST.id)).title == ""
    family, turned = "\U0001f469\u200d\U0001f467", "a\u202eb"
    assert policy.clean(family) == family
    assert policy.clean(turned) == "ab"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (Settings(name=" "), "name"),
        (Settings(name="x" * 121), "name"),
        (Settings(name="x", about="x" * 1_001), "about"),
        (Settings(name="x", rules="x" * 8_001), "rules"),
        (Settings(name="x", moderation="never"), "moderation"),
        (Settings(name="x", admits="all"), "admits"),
    ],
)
def test_settings_say_what_is_wrong(typed: Settings, field: str) -> None:
    with pytest.raises(SpaceInvalid) as caught:
        policy.check_settings(typed)
    assert caught.value.extra["field"] == field
