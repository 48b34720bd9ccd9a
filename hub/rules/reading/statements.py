"""A whole text, line after line; a line that is refused does not hide the faults of the next."""

from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from hub.rules.models import (
    Absorption,
    Calendar,
    Component,
    Condition,
    Fault,
    Role,
    Rule,
    RuleText,
    Season,
    Span,
    Yearly,
)
from hub.rules.reading.absorbing import AbsorptionReader
from hub.rules.reading.amounts import period
from hub.rules.reading.conditions import ConditionReader, Names
from hub.rules.reading.cursor import Cursor, keyword, phrases
from hub.rules.reading.lexing import (
    LENGTH_MAX,
    Refused,
    Token,
    TokenKind,
    fault_at,
    read_tokens,
    refuse,
)
from hub.rules.reading.shares import ShareReader
from hub.rules.says import Says
from hub.rules.vocabulary import Language, Vocabulary

FAULTS_MAX = 50
Statement = Callable[[], None]
Begun = Callable[[Token], None]


class RuleMarks(msgspec.Struct, kw_only=True):
    """Where a rule stands, and each of its conditions and shares."""

    rule: Token
    conditions: list[Token] = []
    components: list[Token] = []


class Marks(msgspec.Struct, kw_only=True):
    """Where everything stands, for the faults that are seen only in the whole."""

    start: Token
    end: Token
    rest: Token | None = None
    seasons: list[Token] = []
    rules: list[RuleMarks] = []
    absorbs: list[Token] = []


class ReadText(msgspec.Struct, kw_only=True):
    """What was read: the text as far as it was understood, its places, and its faults."""

    language: Language
    text: RuleText
    marks: Marks
    faults: list[Fault]


class _Draft(msgspec.Struct, kw_only=True):
    """A rule while it is read."""

    name: str
    conditions: list[Condition] = []
    components: list[Component] = []
    said_when: bool = False
    catch_all: bool = False


def read_text(source: str, vocabulary: Vocabulary, names: Names) -> ReadText:
    """Read a text. Never raises: what is wrong is in `faults`, each with its line and column."""
    if len(source) > LENGTH_MAX:
        source = source[:LENGTH_MAX]
        too_long = True
    else:
        too_long = False
    tokens = read_tokens(source)
    language: Language = "en" if _begins(tokens, "en") else "fr"
    reader = _TextReader(vocabulary, names, tokens, language)
    if too_long:
        reader.faults.append(fault_at(tokens[-1], Says.TOO_LONG))
    reader.read()
    text = RuleText(
        title=reader.title or "–",
        vocabulary=vocabulary.code,
        seasons=tuple(reader.seasons),
        rules=tuple(
            Rule(
                name=draft.name,
                conditions=tuple(draft.conditions),
                components=tuple(draft.components),
                catch_all=draft.catch_all,
            )
            for draft in reader.drafts
        ),
        remainder=reader.remainder or Role(vocabulary.roles[0].code),
        absorbs=tuple(reader.absorbs),
    )
    return ReadText(language=language, text=text, marks=reader.marks, faults=reader.faults)


def _begins(tokens: list[Token], language: Language) -> bool:
    return tokens[0].folded in keyword("agreement", language)


class _TextReader:
    def __init__(
        self, vocabulary: Vocabulary, names: Names, tokens: list[Token], language: Language
    ) -> None:
        self._cursor = Cursor(tokens, language)
        self._conditions = ConditionReader(vocabulary, names, self._cursor)
        self._shares = ShareReader(vocabulary, self._cursor)
        self._absorptions = AbsorptionReader(vocabulary, self._cursor)
        self._holders = phrases(
            ((r.code, (*r.to.forms(language), *r.word.forms(language)))
             for r in vocabulary.roles if r.to),
            language,
        )  # fmt: skip
        self._calendars = {calendar.code: calendar for calendar in vocabulary.calendars}
        self._calendar_words = phrases(
            ((c.code, c.word.forms(language)) for c in vocabulary.calendars), language
        )
        self.faults: list[Fault] = []
        self.title: str | None = None
        self.seasons: list[Season] = []
        self.drafts: list[_Draft] = []
        self.remainder: Role | None = None
        self.absorbs: list[Absorption] = []
        self.marks = Marks(start=tokens[0], end=tokens[-1])

    def read(self) -> None:
        self._try(self._agreement)
        while not self._cursor.finished and len(self.faults) < FAULTS_MAX:
            self._try(self._statement)

    def _try(self, read_one: Statement) -> None:
        """Read a statement; after a fault, go on with the next line."""
        try:
            read_one()
        except Refused as refused:
            self.faults.append(refused.fault)
            here = self._cursor.here
            if here.line == refused.fault.line or here.kind is TokenKind.END:
                self._cursor.next_line()

    def _agreement(self) -> None:
        if not self._cursor.take_key("agreement"):
            self.faults.append(fault_at(self._cursor.here, Says.BEGIN))
            return
        self.title = self._cursor.name()
        self._cursor.end_line()

    def _statement(self) -> None:
        cursor = self._cursor
        token = cursor.here
        for name, read_one in self._statements().items():
            if cursor.take_key(name):
                read_one(token)
                return
        role = self._shares.take_role()
        if role is None:
            self._shares.unknown_role()
            return
        if self._cursor.take_key("absorbs"):
            self._absorb(role, token)
            return
        draft = self._rule_here(token)
        component = self._shares.read(role)
        draft.components.append(component)
        self.marks.rules[-1].components.append(token)

    def _absorb(self, fund: Role, token: Token) -> None:
        absorption = self._absorptions.read(fund)
        if any(one.cause == absorption.cause for one in self.absorbs):
            refuse(token, Says.CAUSE_TWICE)
        self.absorbs.append(absorption)
        self.marks.absorbs.append(token)

    def _statements(self) -> Mapping[str, Begun]:
        return {
            "season": self._season,
            "rule": self._rule,
            "when": self._when,
            "and": self._more,
            "otherwise": self._otherwise,
            "rest": self._rest,
            "agreement": self._again,
        }

    def _again(self, token: Token) -> None:
        refuse(token, Says.ONE_AGREEMENT)

    def _season(self, token: Token) -> None:
        name = self._cursor.name()
        if any(season.name == name for season in self.seasons):
            refuse(token, Says.SEASON_NAME_TWICE)
        if self.drafts:
            refuse(token, Says.SEASONS_FIRST)
        if not self._cursor.take_mark(":"):
            refuse(self._cursor.here, Says.AFTER_SEASON)
        spans: list[Span] = []
        yearly: list[Yearly] = []
        calendars: list[Calendar] = []
        while True:
            self._part(spans, yearly, calendars)
            if not self._cursor.take_mark(",") and not self._cursor.take_key("and"):
                break
        self._cursor.end_line()
        self.seasons.append(
            Season(name=name, spans=tuple(spans), yearly=tuple(yearly), calendars=tuple(calendars))
        )
        self.marks.seasons.append(token)

    def _part(self, spans: list[Span], yearly: list[Yearly], calendars: list[Calendar]) -> None:
        code = self._cursor.take(self._calendar_words, articles=True)
        if code is not None:
            words = self._calendars[code]
            calendars.append(
                Calendar(
                    code=code,
                    spans=words.spans,
                    known_until=date.fromisoformat(words.known_until),
                )
            )
            return
        if not self._cursor.take_key("from"):
            refuse(
                self._cursor.here,
                Says.PERIOD_WANTED,
                known=", ".join(
                    c.word.written(self._cursor.language) for c in self._calendars.values()
                )
                or "–",
            )
        read = period(self._cursor)
        if isinstance(read, Span):
            spans.append(read)
        else:
            yearly.append(read)

    def _rule(self, token: Token) -> None:
        name = self._cursor.name()
        if any(draft.name == name for draft in self.drafts):
            self.faults.append(fault_at(token, Says.RULE_NAME_TWICE))
        if self.remainder is not None:
            self.faults.append(fault_at(token, Says.REST_LATER))
        self.drafts.append(_Draft(name=name))
        self.marks.rules.append(RuleMarks(rule=token))
        self._cursor.end_line()

    def _rule_here(self, token: Token) -> _Draft:
        if not self.drafts:
            refuse(token, Says.NO_RULE_YET)
        return self.drafts[-1]

    def _when(self, token: Token) -> None:
        draft = self._rule_here(token)
        if draft.said_when or draft.catch_all or draft.components:
            refuse(token, Says.WHEN_ONCE)
        draft.said_when = True
        self._conditions_of(draft)

    def _more(self, token: Token) -> None:
        """A line that begins with « et »: conditions go on, even after a line that was refused."""
        draft = self._rule_here(token)
        if not draft.said_when or draft.components:
            refuse(token, Says.AND_ALONE)
        self._conditions_of(draft)

    def _conditions_of(self, draft: _Draft) -> None:
        marks = self.marks.rules[-1]
        while True:
            place = self._cursor.here
            condition = self._conditions.read()
            if any(one.subject == condition.subject for one in draft.conditions):
                refuse(place, Says.SUBJECT_TWICE)
            draft.conditions.append(condition)
            marks.conditions.append(place)
            if self._cursor.take_key("and"):
                continue
            self._cursor.end_line()
            return

    def _otherwise(self, token: Token) -> None:
        draft = self._rule_here(token)
        if draft.said_when or draft.catch_all or draft.components:
            refuse(token, Says.WHEN_ONCE)
        draft.catch_all = True
        self._cursor.end_line()

    def _rest(self, token: Token) -> None:
        code = self._cursor.take(self._holders, articles=True)
        if code is None:
            refuse(
                self._cursor.here,
                Says.HOLDER_WANTED,
            )
        if self.remainder is not None:
            refuse(token, Says.REST_TWICE)
        self._cursor.end_line()
        self.remainder = Role(code)
        self.marks.rest = token
