"""Which rule decides: the first whose conditions all hold."""

from collections.abc import Mapping, Sequence
from datetime import date

from hub.core.errors import Conflict
from hub.rules.models import Condition, Fact, Facts, Rule, RuleText, Season


class FactMissing(Conflict):
    """The agreement asks for something that is not known of this booking"""

    code = "fact-missing"


class CalendarUnknown(Conflict):
    """The agreement asks for a calendar that is not published yet"""

    code = "season-unknown"


def kept_facts(facts: Mapping[str, Fact | date]) -> Facts:
    """Facts as they are kept: days as ISO text."""
    return {
        name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in facts.items()
    }


def find_rule(text: RuleText, facts: Mapping[str, Fact]) -> Rule:
    """The first rule whose conditions hold; the catch-all makes sure there is one.

    Raises `FactMissing` or `CalendarUnknown` where an answer would be a guess.
    """
    return next(rule for rule in text.rules if holds(rule.conditions, facts, text.seasons))


def holds(
    conditions: Sequence[Condition], facts: Mapping[str, Fact], seasons: Sequence[Season] = ()
) -> bool:
    """All conditions, each of one subject."""
    return all(_holds(condition, facts, seasons) for condition in conditions)


def _holds(condition: Condition, facts: Mapping[str, Fact], seasons: Sequence[Season]) -> bool:
    if condition.subject not in facts:
        raise FactMissing(f"Nothing says the {condition.subject} of this booking.")
    fact = facts[condition.subject]
    if condition.holds is not None:
        return fact is condition.holds
    if condition.seasons:
        on = date.fromisoformat(str(fact))
        return any(in_season(season, on) for season in seasons if season.name in condition.seasons)
    if condition.any_of:
        return fact in condition.any_of
    if not isinstance(fact, int) or isinstance(fact, bool):
        return False  # a house without stars has neither few nor many
    low, high = condition.at_least, condition.at_most
    return (low is None or fact >= low) and (high is None or fact <= high)


def in_season(season: Season, on: date) -> bool:
    """Whether a day belongs to a season. Raises `CalendarUnknown` beyond what was published."""
    if any(span.first <= on <= span.last for span in season.spans):
        return True
    day = f"{on.month:02}-{on.day:02}"
    for part in season.yearly:
        if part.first <= part.last:
            if part.first <= day <= part.last:
                return True
        elif day >= part.first or day <= part.last:
            return True
    for calendar in season.calendars:
        if on > calendar.known_until:
            raise CalendarUnknown(
                f"The calendar of the season {season.name!r} is known until {calendar.known_until}."
            )
        if any(span.first <= on <= span.last for span in calendar.spans):
            return True
    return False
