"""What may be written in a space, who decides what, and until when it may be contested: pure."""

import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

import msgspec

from hub.core.sentences import say
from hub.spaces.errors import (
    DecisionOver,
    PostInvalid,
    SpaceClosed,
    SpaceInvalid,
    SpaceNotYours,
)
from hub.spaces.models import (
    Admits,
    Attached,
    Decide,
    Decision,
    Ground,
    Moderation,
    Post,
    Report,
    Role,
    Seat,
    Settings,
    State,
    Write,
)

NAME_MOST, ABOUT_MOST, RULES_MOST = 120, 1_000, 8_000
TITLE_MOST, BODY_MOST, WORDS_LEAST, WORDS_MOST = 160, 8_000, 10, 2_000
POSTS_AN_HOUR, HOUR = 30, timedelta(hours=1)
DECIDERS = frozenset({"owner", "manager"})  # of an organisation
# Regulation 2022/2065, art. 20: at least six months.
CONTESTED_WITHIN = timedelta(days=183)
KEPT_FOR = timedelta(days=366)
_LAID_OUT, _JOINERS = frozenset("\n\t"), frozenset("\u200c\u200d")
VERDICTS = frozenset({"show", "keep", "remove"})
TAKEN_OFF = frozenset({State.REFUSED, State.REMOVED})  # by a decision that may be contested
E = TypeVar("E", bound=StrEnum)


def check_settings(typed: Settings) -> Settings:
    """The settings without their margins. Raises `SpaceInvalid`, naming the field."""
    name = clean(typed.name)
    if not 1 <= len(name) <= NAME_MOST or "\n" in name:
        says = say("Give it a name, in %(most)s letters.", most=NAME_MOST)
        raise SpaceInvalid(says, field="name")
    about, rules = clean(typed.about), clean(typed.rules)
    for field, text, most in (("about", about, ABOUT_MOST), ("rules", rules, RULES_MOST)):
        if len(text) > most:
            raise SpaceInvalid(say("Write at most %(most)s letters.", most=most), field=field)
    moderation = _one_of(Moderation, typed.moderation, "moderation")
    admits = _one_of(Admits, typed.admits, "admits")
    return Settings(name=name, about=about, rules=rules, moderation=moderation, admits=admits)


def _one_of(kind: type[E], value: str, field: str) -> E:
    try:
        return kind(value)
    except ValueError:
        raise SpaceInvalid("Choose one of the answers.", field=field) from None


def read_role(value: str) -> Role:
    """Raises `SpaceInvalid`."""
    return _one_of(Role, value, "role")


def clean(text: str) -> str:
    """Without margins, with plain ends of lines and nothing that no keyboard writes."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(one for one in plain if one in _LAID_OUT or _is_written(one)).strip()


def _is_written(sign: str) -> bool:
    category = unicodedata.category(sign)
    # What joins letters and emoji is written; what turns the direction of a line hides words.
    return category not in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} and (
        category != "Cf" or sign in _JOINERS
    )


def check_post(typed: Write) -> Write:
    """A post that may be sent. Raises `PostInvalid`, naming the field."""
    title = " ".join(clean(typed.title).split())
    if typed.answers is None and not 1 <= len(title) <= TITLE_MOST:
        says = say("Say in a line what it is about, in %(most)s letters.", most=TITLE_MOST)
        raise PostInvalid(says, field="title")
    body = clean(typed.body)
    if not body:
        raise PostInvalid("Write your message.", field="body")
    if len(body) > BODY_MOST:
        raise PostInvalid(say("Write at most %(most)s letters.", most=BODY_MOST), field="body")
    return Write(title="" if typed.answers else title, body=body, answers=typed.answers)


def check_key(typed: str) -> UUID:
    """The key of a form. Raises `PostInvalid`."""
    try:
        return UUID(typed)
    except ValueError:
        raise PostInvalid("This form is not complete.") from None


def check_writes(seat: Seat) -> None:
    """Raises `SpaceClosed`, `SpaceNotYours`."""
    if seat.space.closed_at is not None:
        raise SpaceClosed()
    if seat.role is None:
        raise SpaceNotYours("Enter the space first.")


def check_moderates(seat: Seat) -> None:
    """Raises `SpaceNotYours`."""
    if not seat.moderates:
        raise SpaceNotYours("Its moderators decide.")


def first_state(seat: Seat) -> State:
    """How a post begins, and begins again when its author writes it otherwise."""
    if seat.space.moderation is Moderation.BEFORE and not seat.moderates:
        return State.WAITING
    return State.SHOWN


def may_see(seat: Seat, post: Post) -> bool:
    """Everybody sees what is shown; its author and the moderators see the rest, too."""
    if post.state is State.SHOWN:
        return True
    mine = post.author == seat.person
    return post.state is not State.TAKEN_BACK and (mine or seat.moderates)


def veil(seat: Seat, post: Post) -> Post:
    """A post as somebody sees it: of one that they may not see only that it was there, as answers
    to it stay."""
    if may_see(seat, post):
        return post
    gone = {"author": None, "name": None, "title": "", "body": "", "edited_at": None}
    return msgspec.structs.replace(post, attached=Attached.NOTHING, **gone)


def check_words(text: str, field: str) -> str:
    """A sentence that somebody else reads. Raises `PostInvalid`."""
    said = clean(text)
    if not WORDS_LEAST <= len(said) <= WORDS_MOST:
        says = say(
            "Say it in a sentence, of %(least)s to %(most)s letters.",
            least=WORDS_LEAST,
            most=WORDS_MOST,
        )
        raise PostInvalid(says, field=field)
    return said


def check_ground(value: str) -> Ground:
    """Raises `PostInvalid`."""
    try:
        return Ground(value)
    except ValueError:
        raise PostInvalid("Choose a reason.", field="ground") from None


def check_report(typed: Report) -> tuple[Ground, str]:
    """A notice has its ground and its words (regulation 2022/2065, art. 16). Raises
    `PostInvalid`."""
    return check_ground(typed.ground), check_words(typed.words, "words")


def check_decision(seat: Seat, post: Post, typed: Decide) -> tuple[Ground | None, str]:
    """Who refuses or removes says why, in words that the author reads (art. 17); nobody decides
    about their own. Raises `PostInvalid`, `SpaceNotYours`, `DecisionOver`."""
    check_moderates(seat)
    if typed.verdict not in VERDICTS:
        raise PostInvalid("Choose what becomes of it.", field="verdict")
    wanted = State.WAITING if typed.verdict == "show" else State.SHOWN
    if post.state is not wanted and (typed.verdict, post.state) != ("remove", State.WAITING):
        raise DecisionOver("Look at the list again.")
    if post.author == seat.person:
        raise SpaceNotYours("Somebody else decides about what you wrote.")
    if typed.verdict != "remove":
        return None, clean(typed.words)[:WORDS_MOST]
    return check_ground(typed.ground), check_words(typed.words, "words")


def check_appeal(decision: Decision, post: Post, person: int, now: datetime) -> None:
    """The author contests once, within six months. Raises `SpaceNotYours`, `DecisionOver`."""
    if post.author != person:
        raise SpaceNotYours("Its author may contest it.")
    here = post.state in TAKEN_OFF and post.body != ""
    if not here or decision.appeal is not None or not is_contestable(decision, now):
        raise DecisionOver("It can no longer be contested here.")


def is_contestable(decision: Decision, now: datetime) -> bool:
    """Whether the author may still contest it."""
    removing = decision.ground is not None and decision.appeal is None
    return removing and now < decision.decided_at + CONTESTED_WITHIN


def check_answers(seat: Seat, decision: Decision, post: Post, actor: str, others: int) -> None:
    """Another moderator than who decided answers a complaint; the same one where there is no other,
    and never its author. Raises `SpaceNotYours`, `DecisionOver`."""
    check_moderates(seat)
    if decision.appeal is None or decision.outcome is not None:
        raise DecisionOver("Look at the list again.")
    if post.author == seat.person:
        raise SpaceNotYours("Somebody else decides about what you wrote.")
    if decision.decided_by == actor and others > 0:
        raise SpaceNotYours("Another moderator than who decided answers a complaint.")
