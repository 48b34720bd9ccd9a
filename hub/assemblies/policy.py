"""How votes are counted (DOMAIN 3.9), exact: no percentage is rounded before the decision."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import msgspec

from hub.assemblies.errors import ProposalInvalid, TakesEffectTooEarly
from hub.assemblies.models import BallotCount, CollegeTally, Result
from hub.core.money import BPS
from hub.members.models import Majority, Statute

PARIS = ZoneInfo("Europe/Paris")
CLOSING_HOUR = 18
SUSPENDED_AT_MOST = timedelta(days=366)
# The part of the whole that is needed, and whether exactly that is enough.
MAJORITIES: dict[Majority, tuple[Fraction, bool]] = {
    "half": (Fraction(1, 2), False),
    "three_fifths": (Fraction(3, 5), True),
    "two_thirds": (Fraction(2, 3), True),
}


def count_votes(statute: Statute, call: int, counts: Sequence[BallotCount], at: datetime) -> Result:
    """The result of a call: the sum over colleges of weight x part of yes, against the threshold.

    A college below its quorum leaves the whole undecided. The weight of a college without a valid
    vote is lost, or shared among the others where the statute says so.
    """
    by_code = {one.college: one for one in counts}
    quorum = statute.quorum_bps if call == 1 else statute.second_quorum_bps
    shares = {one.code: _share(statute, by_code.get(one.code)) for one in statute.colleges}
    voting = sum(one.weight_bps for one in statute.colleges if shares[one.code] is not None)
    whole = voting if statute.empty_college == "shared" else BPS
    tallies: list[CollegeTally] = []
    total = Fraction(0)
    for college in statute.colleges:
        count = by_code.get(college.code)
        enrolled = count.enrolled if count else 0
        share = shares[college.code]
        score = Fraction(college.weight_bps, whole) * share if share is not None and whole else 0
        total += score
        tallies.append(
            CollegeTally(
                code=college.code,
                name=college.name,
                weight_bps=college.weight_bps,
                enrolled=enrolled,
                yes=count.yes if count else 0,
                no=count.no if count else 0,
                abstain=count.abstain if count else 0,
                needed=-(-enrolled * quorum // BPS),
                share=None if share is None else str(share),
                score=str(score),
            )
        )
    threshold, enough = MAJORITIES[statute.majority]
    won = total > threshold or (enough and total == threshold)
    if not all(tally.quorum_met for tally in tallies):
        outcome = "no_quorum"
    else:
        outcome = "adopted" if won else "refused"
    return Result(
        call=call,
        colleges=tuple(tallies),
        score=str(total),
        threshold=str(threshold),
        outcome=outcome,
        counted_at=at,
    )


def as_percent(fraction: str | None) -> float:
    """A fraction for people, to a tenth of a per cent; decisions use the fraction itself."""
    return round(float(Fraction(fraction) * 100), 1) if fraction else 0.0


def _share(statute: Statute, count: BallotCount | None) -> Fraction | None:
    """The part of yes among the valid votes of a college; abstentions are present and not valid."""
    if count is None or count.yes + count.no == 0:
        return None
    if statute.by == "majority":
        return Fraction(int(count.yes > count.no))
    return Fraction(count.yes, count.yes + count.no)


def emergency_statute(statute: Statute) -> Statute:
    """The statute as an emergency vote applies it: short notice, one call, its own majority."""
    return msgspec.structs.replace(
        statute,
        notice_days=statute.emergency_notice_days,
        vote_days=statute.emergency_vote_days,
        majority=statute.emergency_majority,
    )


def day_after(closed: datetime) -> date:
    """The first whole day in Paris after an instant."""
    return closed.astimezone(PARIS).date() + timedelta(days=1)


def check_suspension(first: date, until_on: date | None) -> None:
    """Raise `ProposalInvalid` unless a suspension that begins on `first` lasts a day to a year."""
    if until_on is None or not first < until_on <= first + SUSPENDED_AT_MOST:
        raise ProposalInvalid(
            "Choose a day after the vote, within a year: the version decides again from then on.",
            field="until_on",
        )


def first_opening(statute: Statute, announced: datetime) -> tuple[datetime, datetime]:
    """When a vote opens and closes, announced now: whole days of notice, closing at 18:00."""
    return _window(announced, statute.notice_days, statute.vote_days)


def second_opening(statute: Statute, closed: datetime) -> tuple[datetime, datetime]:
    """The same for the second call."""
    return _window(closed, statute.second_notice_days, statute.vote_days)


def _window(start: datetime, notice_days: int, vote_days: int) -> tuple[datetime, datetime]:
    first = start.astimezone(PARIS).date() + timedelta(days=notice_days + 1)
    last = first + timedelta(days=vote_days - 1)
    opens = datetime.combine(first, time(0), PARIS)
    return opens.astimezone(UTC), datetime.combine(last, time(CLOSING_HOUR), PARIS).astimezone(UTC)


def check_effective(statute: Statute, announced: datetime, effective_on: date) -> None:
    """Raise `TakesEffectTooEarly` unless both calls are over before the text takes effect: what a
    booking has shared is never shared again."""
    _, closes = first_opening(statute, announced)
    _, last = second_opening(statute, closes)
    earliest = day_after(last)
    if effective_on < earliest:
        raise TakesEffectTooEarly(
            "The vote, with its second call, ends after this day: choose a later one.",
            field="effective_on",
            earliest=earliest.isoformat(),
        )
