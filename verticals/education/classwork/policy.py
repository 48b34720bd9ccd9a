"""What may be posted, handed in and marked: pure."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from hub.core.sentences import say
from verticals.education.classwork.errors import PostInvalid
from verticals.education.classwork.models import (
    ASSIGNMENT,
    RESOURCE,
    MarkForm,
    Marking,
    Post,
    Work,
    Write,
)

TITLE_MOST, BODY_MOST, POINTS_MOST, COMMENT_MOST = 120, 20_000, 100, 2_000
_LINK = re.compile(r"https?://[^\s<>\"]{3,490}")


class Checked(Write, frozen=True, kw_only=True):
    """What was typed, once it is good: the instant and the points of an assignment."""

    due_at: datetime | None = None
    points: int | None = None


def check_post(typed: Write, zone: str, now: datetime) -> Checked:
    """Raises `PostInvalid`, naming the field."""
    title = check_text(typed.title, "title", TITLE_MOST)
    body = check_text(typed.body, "body", BODY_MOST) if typed.body.strip() else ""
    link = typed.link.strip()
    if link and not _LINK.fullmatch(link):
        raise PostInvalid("Write an address that begins with https://.", field="link")
    if typed.kind == RESOURCE:
        if not body and not link:
            raise PostInvalid("Write something, or give an address.", field="body")
        return Checked(kind=RESOURCE, title=title, body=body, link=link)
    if typed.kind != ASSIGNMENT:
        raise PostInvalid("This form is not complete.")
    due, points = _due(typed.due, zone, now), _points(typed.out_of)
    return Checked(kind=ASSIGNMENT, title=title, body=body, link=link, due_at=due, points=points)


def check_correction(post: Post, typed: Write, zone: str, now: datetime) -> Checked:
    """What somebody makes of a post, whose kind stays; an hour that is over may stay, too. Raises
    `PostInvalid`, naming the field."""
    stays = typed.due and post.due_at is not None and typed.due == wall_of(post.due_at, zone)
    told = msgspec.structs.replace(typed, kind=post.kind)
    good = check_post(told, zone, post.posted_at if stays else now)
    return msgspec.structs.replace(good, due_at=post.due_at) if stays else good


def reads_as(post: Post, good: Checked) -> bool:
    """Whether it says this already: a form that was sent twice, or that changes nothing."""
    said = (good.title, good.body, good.link, good.due_at, good.points)
    return said == (post.title, post.body, post.link, post.due_at, post.out_of)


def wall_of(instant: datetime, zone: str) -> str:
    """The same on the clock of the school, as a form has it: `2026-12-04T18:00`."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def check_text(value: str, field: str, most: int) -> str:
    """The text without its margins. Raises `PostInvalid` for none, or too much of it."""
    text = value.replace("\r\n", "\n").strip()
    if not 1 <= len(text) <= most or "\0" in text:
        raise PostInvalid(say("Write 1 to %(most)s letters.", most=most), field=field)
    return text


def check_score(typed: str, out_of: int) -> int:
    """Points in hundredths, 0 <= score <= out_of. Raises `PostInvalid`."""
    try:
        score = Decimal(typed.strip().replace(",", ".")) if len(typed) <= 12 else Decimal(-1)
    except InvalidOperation:
        score = Decimal(-1)
    if not score.is_finite() or not 0 <= score <= out_of or score * 100 != int(score * 100):
        raise PostInvalid(say("Write a mark from 0 to %(most)s.", most=out_of), field="score")
    return int(score * 100)


def check_mark(typed: MarkForm, out_of: int) -> Marking:
    """Raises `PostInvalid`, naming the field."""
    return Marking(
        score=check_score(typed.score, out_of),
        comment=check_text(typed.comment, "comment", COMMENT_MOST) if typed.comment.strip() else "",
        handed_seen=read_instant(typed.handed_at),
        returned_seen=read_instant(typed.returned_at) if typed.returned_at else None,
    )


def is_same(work: Work, mark: Marking) -> bool:
    """Whether a work that was read has this very mark already: a form that was sent twice."""
    said = (work.handed_at, work.score, work.comment)
    return said == (mark.handed_seen, mark.score, mark.comment)


def read_key(typed: str) -> UUID:
    """The key of a form. Raises `PostInvalid`."""
    try:
        return UUID(typed)
    except ValueError:
        raise PostInvalid("This form is not complete.") from None


def read_instant(typed: str) -> datetime:
    """What a form was shown with (ISO 8601). Raises `PostInvalid`."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise PostInvalid("This form is not complete.")
    return found


def _due(typed: str, zone: str, now: datetime) -> datetime:
    """An instant of the school's clock, whose pupils may be overseas."""
    try:
        wall = datetime.fromisoformat(typed)
    except ValueError:
        wall = None
    if wall is None or wall.tzinfo is not None:
        raise PostInvalid("Choose the day and the hour.", field="due")
    due = wall.replace(tzinfo=ZoneInfo(zone))
    if due <= now:
        raise PostInvalid("This hour is over already.", field="due")
    return due


def _points(typed: str) -> int:
    points = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0
    if not 1 <= points <= POINTS_MOST:
        says = say("Mark out of 1 to %(most)s points.", most=POINTS_MOST)
        raise PostInvalid(says, field="out_of")
    return points
