"""What may be asked, who votes, and what a vote gave: pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.core.sentences import say
from hub.polls.errors import PollClosed, PollInvalid, VoteNotYours
from hub.polls.models import Ask, Asked, Count, Kind, Line, Poll, Result, Voter
from hub.spaces.policy import clean

CHOICES_LEAST, CHOICES_MOST, CHOICE_MOST = 2, 10, 200
PROPOSAL = ("yes", "no", "abstain")
AHEAD, SOONEST = timedelta(days=183), timedelta(hours=1)


def check_ask(typed: Ask, zone: str, now: datetime) -> Asked:
    """A question that may be asked. Raises `PollInvalid`, naming the field."""
    if typed.kind not in {kind.value for kind in Kind}:
        raise PollInvalid("Choose one of the answers.", field="kind")
    kind = Kind(typed.kind)
    if kind is Kind.PROPOSAL and clean(typed.choices):
        raise PollInvalid(
            "A proposal has its own answers: empty this, or choose above that people choose one of "
            "these.",
            field="choices",
        )
    choices = PROPOSAL if kind is Kind.PROPOSAL else read_choices(typed.choices)
    closes = _instant(typed.closes, zone)
    if closes is None or not now + SOONEST <= closes <= now + AHEAD:
        raise PollInvalid("Choose an hour from an hour to six months ahead.", field="closes")
    return Asked(kind=kind, choices=choices, closes_at=closes, secret=typed.secret)


def read_choices(typed: str) -> tuple[str, ...]:
    """One answer a line, each once. Raises `PollInvalid`."""
    lines = [" ".join(line.split()) for line in clean(typed).splitlines()]
    found = tuple(dict.fromkeys(line for line in lines if line))
    if not CHOICES_LEAST <= len(found) <= CHOICES_MOST:
        says = say(
            "Write %(least)s to %(most)s answers, one on each line.",
            least=CHOICES_LEAST,
            most=CHOICES_MOST,
        )
        raise PollInvalid(says, field="choices")
    if any(len(one) > CHOICE_MOST for one in found):
        says = say("An answer has at most %(most)s letters.", most=CHOICE_MOST)
        raise PollInvalid(says, field="choices")
    return found


def _instant(text: str, zone: str) -> datetime | None:
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if local.tzinfo is not None or not 1900 <= local.year < 3000:
        return None
    at = local.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    return at if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == local else None


def is_open(poll: Poll, now: datetime) -> bool:
    """Whether one still votes: until the instant it closes, and not at it."""
    return now < poll.closes_at


def may_vote(poll: Poll, since: datetime | None) -> bool:
    """Who was in the space when it was asked: nobody is let in to turn a vote. `since` is when
    somebody came in."""
    return since is not None and since <= poll.posted_at


def check_vote(poll: Poll, typed: str, since: datetime | None, now: datetime) -> int:
    """The answer that is chosen, by its place. Raises `PollClosed`, `VoteNotYours`,
    `PollInvalid`."""
    if not is_open(poll, now):
        raise PollClosed("What was chosen is counted below.")
    if not may_vote(poll, since):
        raise VoteNotYours("Who was in the space when it was asked votes.")
    place = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 3 else -1
    if not 0 <= place < len(poll.choices):
        raise PollInvalid("Choose one of the answers.", field="choice")
    return place


def count(poll: Poll, counts: Sequence[Count], voters: Sequence[Voter], named: int) -> Result:
    """What a vote gave. Of an open one at most so many voters are `named`."""
    votes = {one.choice: one.votes for one in counts}
    lines = tuple(_line(place, poll, votes, voters, named) for place in range(len(poll.choices)))
    adopted = lines[0].votes > lines[1].votes if poll.kind is Kind.PROPOSAL else None
    return Result(lines=lines, votes=sum(votes.values()), adopted=adopted)


def _line(
    place: int, poll: Poll, votes: Mapping[int, int], voters: Sequence[Voter], named: int
) -> Line:
    mine, total = votes.get(place, 0), sum(votes.values())
    names = tuple(one.name for one in voters if one.choice == place)
    return Line(
        words=poll.choices[place],
        votes=mine,
        percent=100 * mine // total if total else 0,
        names=names,
        others=max(mine - len(names), 0) if len(voters) >= named else 0,
    )
