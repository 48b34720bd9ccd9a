"""Which rules can never apply, because those above them take all their cases.

The cases of a rule are a box: for each subject, the atoms that its condition allows. Atoms are the
smallest sets that the whole text tells apart. A rule is dead when nothing remains of its box after
taking away the boxes above it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from hub.rules.deciding import CalendarUnknown, in_season
from hub.rules.models import Condition, RuleText, Season
from hub.rules.vocabulary import Subject, SubjectKind, Vocabulary

Box = dict[str, frozenset[object]]
OTHER = "\x00other"
PLACE = "\x00place"
PIECES_MAX = 3_000
DAYS_AHEAD = 1_500


def find_dead(text: RuleText, vocabulary: Vocabulary, as_of: date) -> tuple[list[int], list[int]]:
    """The rules (by index) whose own conditions contradict each other, and those that the rules
    above them hide whole.

    Beyond `PIECES_MAX` pieces the answer is left open, and the rule counts as reachable.
    """
    atoms = _Atoms(text, vocabulary, as_of)
    boxes = [atoms.box(rule.conditions) for rule in text.rules]
    impossible = [n for n, box in enumerate(boxes) if not all(box.values())]
    hidden = [
        n for n in range(1, len(boxes)) if n not in impossible and _covered(boxes[n], boxes[:n])
    ]
    return impossible, hidden


def _covered(box: Box, above: Sequence[Box]) -> bool:
    pieces = [box]
    for other in above:
        pieces = [left for piece in pieces for left in _without(piece, other)]
        if len(pieces) > PIECES_MAX:
            return False
    return not pieces


def _without(box: Box, other: Box) -> Iterator[Box]:
    """What remains of a box outside another, as boxes that do not overlap."""
    if any(not (box[name] & other[name]) for name in box):
        yield box
        return
    inside = dict(box)
    for name, allowed in box.items():
        outside = allowed - other[name]
        if outside:
            yield {**inside, name: outside}
        inside[name] = allowed & other[name]


class _Atoms:
    """The atoms of each subject that a text speaks of."""

    def __init__(self, text: RuleText, vocabulary: Vocabulary, as_of: date) -> None:
        self._vocabulary = vocabulary
        self._seasons = {season.name: season for season in text.seasons}
        said = [one for rule in text.rules for one in rule.conditions]
        self._subjects = {
            one.subject: subject
            for one in said
            if (subject := vocabulary.subject(one.subject)) is not None
        }
        self._places = [
            (one.subject, str(code))
            for one in said
            if self._kind(one) is SubjectKind.PLACE
            for code in one.any_of
        ]
        self._around = {
            place: {place, *self._wider(place)} for place in dict.fromkeys(self._places)
        }
        self._days = _tell_days_apart(text.seasons, as_of)
        self._whole: Box = {
            self._dimension(code): self._everything(subject, said)
            for code, subject in self._subjects.items()
        }

    def _kind(self, condition: Condition) -> SubjectKind | None:
        subject = self._subjects.get(condition.subject)
        return subject.kind if subject else None

    def _wider(self, place: tuple[str, str]) -> list[tuple[str, str]]:
        places = self._vocabulary.places
        return list(places.within(*place).items()) if places else []

    def _dimension(self, subject: str) -> str:
        return PLACE if self._subjects[subject].kind is SubjectKind.PLACE else subject

    def _everything(self, subject: Subject, said: Sequence[Condition]) -> frozenset[object]:
        match subject.kind:
            case SubjectKind.PLACE:
                return frozenset({*self._around, OTHER})
            case SubjectKind.FLAG:
                return frozenset({True, False})
            case SubjectKind.DATE:
                return frozenset({*self._days, OTHER})
            case SubjectKind.NUMBER:
                return frozenset({*range(subject.low, subject.high + 1), OTHER})
            case _:
                values = {
                    code for one in said if one.subject == subject.code for code in one.any_of
                }
                return frozenset({*values, *(value.code for value in subject.values), OTHER})

    def box(self, conditions: Sequence[Condition]) -> Box:
        """The cases that the conditions allow."""
        box = dict(self._whole)
        for condition in conditions:
            if condition.subject in self._subjects:
                name = self._dimension(condition.subject)
                box[name] = box[name] & self._allowed(condition)
        return box

    def _allowed(self, condition: Condition) -> frozenset[object]:
        match self._kind(condition):
            case SubjectKind.PLACE:
                wanted = {(condition.subject, str(code)) for code in condition.any_of}
                return frozenset(place for place, around in self._around.items() if around & wanted)
            case SubjectKind.FLAG:
                return frozenset({condition.holds is True})
            case SubjectKind.DATE:
                return frozenset(
                    day for day, names in self._days.items() if names & {*condition.seasons}
                )
            case _ if condition.any_of:
                return frozenset(condition.any_of)
            case _:
                low = condition.at_least or 0
                high = 1_000_000 if condition.at_most is None else condition.at_most
                whole = self._whole[condition.subject]
                return frozenset(n for n in whole if isinstance(n, int) and low <= n <= high)


def _tell_days_apart(seasons: Sequence[Season], as_of: date) -> Mapping[date, frozenset[str]]:
    """One day for each set of seasons that some day of the coming years belongs to."""
    found: dict[frozenset[str], date] = {}
    for on in sorted(_turning_days(seasons, as_of)) if seasons else ():
        names = frozenset(season.name for season in seasons if _belongs(season, on))
        found.setdefault(names, on)
    return {day: names for names, day in found.items()}


def _turning_days(seasons: Sequence[Season], as_of: date) -> set[date]:
    """The first day, and each day on which a season begins or has just ended."""
    until = as_of + timedelta(days=DAYS_AHEAD)
    days = {as_of}
    for season in seasons:
        spans = [*season.spans, *(span for one in season.calendars for span in one.spans)]
        for span in spans:
            days |= {span.first, span.last + timedelta(days=1)}
        for part in season.yearly:
            for year in range(as_of.year - 1, until.year + 1):
                days.add(date.fromisoformat(f"{year:04}-{part.first}"))
                days.add(date.fromisoformat(f"{year:04}-{part.last}") + timedelta(days=1))
    return {day for day in days if as_of <= day <= until}


def _belongs(season: Season, on: date) -> bool:
    try:
        return in_season(season, on)
    except CalendarUnknown:
        return False


def is_over(season: Season, as_of: date) -> bool:
    """Whether no day from now on belongs to a season."""
    if season.yearly or any(span.last >= as_of for span in season.spans):
        return False
    return not any(span.last >= as_of for calendar in season.calendars for span in calendar.spans)
