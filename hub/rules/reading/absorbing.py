"""What a party bears for others: `la réserve absorbe les litiges perdus, au plus 300 € par an`."""

from hub.rules.models import Absorption, Role
from hub.rules.reading.amounts import sum_of_money, whole
from hub.rules.reading.conditions import check_allowed
from hub.rules.reading.cursor import Cursor, phrases, quoted
from hub.rules.reading.lexing import refuse
from hub.rules.says import Says
from hub.rules.vocabulary import Vocabulary

DAYS_MAX = 365


class AbsorptionReader:
    """Reads what is borne, with the causes of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, cursor: Cursor) -> None:
        self._vocabulary = vocabulary
        self._cursor = cursor
        language = cursor.language
        self._causes = phrases(
            ((c.code, c.word.forms(language)) for c in vocabulary.causes), language
        )

    def read(self, fund: Role) -> Absorption:
        """To the end of the line. A limit is always given: nobody bears without end."""
        cursor = self._cursor
        token = cursor.word_here
        code = cursor.take(self._causes, articles=True)
        cause = self._vocabulary.cause(code or "")
        if cause is None:
            check_allowed(cursor)
            refuse(token, Says.CAUSE_WANTED, found=quoted(token), known=self._known())
        days = self._days() if cause.waits else 0
        limits: dict[str, int] = {}
        while cursor.take_mark(","):
            self._limit(limits)
        if not limits:
            refuse(cursor.here, Says.BEARING_LIMIT)
        cursor.end_line()
        return Absorption(
            fund=fund,
            cause=cause.code,
            after_days=days,
            case_cents=limits.get("case"),
            year_cents=limits.get("year"),
        )

    def _known(self) -> str:
        causes = self._vocabulary.causes
        return ", ".join(c.word.written(self._cursor.language) for c in causes) or "–"

    def _days(self) -> int:
        cursor = self._cursor
        if not cursor.take_key("after"):
            refuse(cursor.here, Says.BEARING_DAYS)
        token = cursor.here
        days = whole(cursor)
        if not 1 <= days <= DAYS_MAX:
            refuse(token, Says.NUMBER_RANGE, low="1", high=str(DAYS_MAX))
        if not cursor.take_key("days"):
            refuse(cursor.here, Says.BEARING_DAYS)
        return days

    def _limit(self, limits: dict[str, int]) -> None:
        cursor = self._cursor
        token = cursor.here
        if not cursor.take_key("at_most"):
            refuse(token, Says.BEARING_LIMIT)
        cents = sum_of_money(cursor)
        if cursor.take_key("per_case"):
            name = "case"
        elif cursor.take_key("a_year"):
            name = "year"
        else:
            refuse(cursor.here, Says.BEARING_LIMIT)
        if name in limits:
            refuse(token, Says.LIMIT_TWICE)
        limits[name] = cents
