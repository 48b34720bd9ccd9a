"""What a rule looks at: `quand la saison est « basse » et le canal est office ou site`."""

from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from hub.rules.models import Condition
from hub.rules.reading.amounts import whole
from hub.rules.reading.cursor import Cursor, Phrases, phrases, quoted
from hub.rules.reading.lexing import Refused, Token, TokenKind, fault_at, refuse
from hub.rules.says import Says
from hub.rules.vocabulary import FoundPlace, Subject, SubjectKind, Vocabulary

VALUES_MAX = 50
Names = Mapping[str, Mapping[str, str]]
Reader = Callable[[], "str | int"]
# What people may want to write, and the law forbids: said in so many words.
_FORBIDDEN = (
    "prix tarif tarifs plancher remise remises réduction réductions rabais promotion promotions "
    "parité concurrent concurrents marge capacité price prices rate rates discount discounts "
    "parity competitor competitors margin capacity rebate rebates"
)
FORBIDDEN_WORDS = frozenset(_FORBIDDEN.replace("é", "e").split())
FORBIDDEN = Says.FORBIDDEN


def check_allowed(cursor: Cursor) -> None:
    """Say why, when what stands here is a word that competition law keeps out."""
    if cursor.word_here.folded in FORBIDDEN_WORDS:
        refuse(cursor.word_here, Says.FORBIDDEN)


class ConditionReader:
    """Reads conditions with the words of a vocabulary and the names that the scheme gives."""

    def __init__(self, vocabulary: Vocabulary, names: Names, cursor: Cursor) -> None:
        self._vocabulary = vocabulary
        self._names = names
        self._cursor = cursor
        language = cursor.language
        self._subjects = phrases(
            ((s.code, s.word.forms(language)) for s in vocabulary.subjects), language
        )
        self._no = phrases(((s.code, s.no.forms(language)) for s in vocabulary.subjects), language)

    def read(self) -> Condition:
        """One condition, up to « et » or the end of the line."""
        cursor = self._cursor
        refused = cursor.take(self._no, articles=True)
        if refused is not None:
            return Condition(subject=refused, holds=False)
        token = cursor.word_here
        code = cursor.take(self._subjects, articles=True)
        if code is None:
            check_allowed(cursor)
            refuse(
                token,
                Says.UNKNOWN_SUBJECT,
                found=quoted(token),
                known=self._known_subjects(),
            )
        subject = self._vocabulary.subject(code)
        assert subject is not None
        if subject.kind is SubjectKind.FLAG:
            return Condition(subject=code, holds=True)
        if not cursor.take_key("is") and not cursor.take_mark("="):
            refuse(cursor.here, Says.AFTER_SUBJECT)
        return self._compare(subject)

    def _known_subjects(self) -> str:
        return ", ".join(s.word.written(self._cursor.language) for s in self._vocabulary.subjects)

    def _compare(self, subject: Subject) -> Condition:
        match subject.kind:
            case SubjectKind.NUMBER:
                return self._number(subject)
            case SubjectKind.DATE:
                names = self._several(self._cursor.name)
                return Condition(subject=subject.code, seasons=tuple(str(name) for name in names))
            case SubjectKind.PLACE:
                found = self._several(lambda: self._place(subject))
            case SubjectKind.NAME:
                found = self._several(lambda: self._named(subject))
            case _:
                table = phrases(
                    (
                        (value.code, value.word.forms(self._cursor.language))
                        for value in subject.values
                    ),
                    self._cursor.language,
                )
                found = self._several(lambda: self._choice(subject, table))
        return Condition(subject=subject.code, any_of=tuple(found))

    def _several(self, read_one: Reader) -> list[str | int]:
        found = [read_one()]
        while self._cursor.take_key("or"):
            token = self._cursor.here
            found.append(read_one())
            if len(found) > VALUES_MAX:
                refuse(token, Says.TOO_MANY_VALUES)
            if found[-1] in found[:-1]:
                refuse(token, Says.VALUE_TWICE)
        return found

    def _choice(self, subject: Subject, table: Phrases) -> str:
        token = self._cursor.word_here
        code = self._cursor.take(table, articles=True)
        if code is None:
            check_allowed(self._cursor)
            self._unknown(
                token, [value.word.written(self._cursor.language) for value in subject.values]
            )
        return code

    def _unknown(self, token: Token, known: Sequence[str]) -> NoReturn:
        refuse(
            token,
            Says.UNKNOWN_VALUE,
            found=quoted(token),
            known=", ".join(known) or "–",
        )

    def _named(self, subject: Subject) -> str:
        token = self._cursor.here
        name = self._cursor.name()
        names = self._names.get(subject.code, {})
        found = [code for code, known in names.items() if name in {code, known}]
        if not found:
            self._unknown(token, [f"« {known} »" for known in names.values()])
        return found[0]

    def _number(self, subject: Subject) -> Condition:
        cursor = self._cursor
        if cursor.take_key("at_least"):
            return Condition(subject=subject.code, at_least=self._within(subject))
        if cursor.take_key("at_most"):
            return Condition(subject=subject.code, at_most=self._within(subject))
        if cursor.take_key("from"):
            low = self._within(subject)
            if not cursor.take_key("to"):
                refuse(cursor.here, Says.UPPER_WANTED)
            token = cursor.here
            high = self._within(subject)
            if high < low:
                refuse(token, Says.BOUNDS_ORDER)
            return Condition(subject=subject.code, at_least=low, at_most=high)
        found = self._several(lambda: self._within(subject))
        return Condition(subject=subject.code, any_of=tuple(found))

    def _within(self, subject: Subject) -> int:
        token = self._cursor.here
        number = whole(self._cursor)
        if not subject.low <= number <= subject.high:
            refuse(
                token,
                Says.NUMBER_RANGE,
                low=str(subject.low),
                high=str(subject.high),
            )
        return number

    def _place(self, subject: Subject) -> str:
        token = self._cursor.here
        name = self._cursor.name()
        code = self._code()
        places = self._vocabulary.places
        found = [*places.find(subject.code, name)] if places else []
        if code is not None and found:
            found = [place for place in found if place.code == code]
            if not found:
                refuse(
                    token,
                    Says.PLACE_DIFFERS,
                    name=f"« {name} »",
                    code=code,
                )
        return _only(token, name, found)

    def _code(self) -> str | None:
        """`(74010)`, `(2A)`: the code that makes a name certain."""
        cursor = self._cursor
        if not cursor.take_mark("("):
            return None
        token, parts = cursor.here, ""
        while cursor.here.kind in {TokenKind.NUMBER, TokenKind.WORD}:
            parts += cursor.step().text
        if not parts or not cursor.take_mark(")"):
            refuse(token, Says.CODE_WANTED)
        return parts.upper().replace(" ", "")


def _only(token: Token, name: str, found: Sequence[FoundPlace]) -> str:
    """The one present place of a name; a gone one is asked about, never widened."""
    present = [place for place in found if place.present is None]
    if len(present) == 1:
        return present[0].code
    if present:
        refuse(
            token,
            Says.PLACE_AMBIGUOUS,
            name=f"« {name} »",
            known=", ".join(f"({place.code})" for place in present[:8]),
        )
    if found:
        refuse(
            token,
            Says.PLACE_GONE,
            name=f"« {name} »",
            present=f"« {found[0].present} »",
        )
    raise Refused(fault_at(token, Says.PLACE_UNKNOWN, name=f"« {name} »"))
