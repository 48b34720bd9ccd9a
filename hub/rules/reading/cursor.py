"""Walks over tokens, and recognises phrases whatever their articles, accents and capitals."""

from collections.abc import Iterable, Mapping
from functools import cache

from hub.rules.models import Fault
from hub.rules.reading.lexing import Token, TokenKind, read_tokens, refuse
from hub.rules.says import Says
from hub.rules.vocabulary import Language

# Phrases by their first word, the longest first, each with its code.
Phrases = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
NAME_LETTERS = 120
SKIPPED_MAX = 3
# Words that a phrase may begin with and that say nothing.
NOISE: Mapping[Language, frozenset[str]] = {
    "fr": frozenset("le la les l' un une de du des d' à a au aux".split()),
    "en": frozenset("the a an of to".split()),
}
KEYWORDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "agreement": (("accord",), ("agreement",)),
    "season": (("saison",), ("season",)),
    "rule": (("règle",), ("rule",)),
    "when": (("quand",), ("when",)),
    "and": (("et",), ("and",)),
    "or": (("ou",), ("or",)),
    "otherwise": (("sinon",), ("otherwise",)),
    "rest": (("le reste", "reste"), ("the rest", "rest")),
    "from": (("du", "de"), ("from",)),
    "to": (("au", "à"), ("to",)),
    "is": (("est", "sont"), ("is", "are")),
    "at_least": (("au moins",), ("at least",)),
    "at_most": (("au plus",), ("at most",)),
    "up_to": (("jusqu'à",), ("up to",)),
    "a_year": (("par an",), ("a year", "per year")),
    "then": (("puis",), ("then",)),
    "beyond": (("au-delà",), ("beyond",)),
    "vat": (("TVA",), ("VAT",)),
    "on": (("sur",), ("on",)),
    "per_booking": (("par réservation",), ("per booking",)),
    "absorbs": (("absorbe",), ("absorbs",)),
    "after": (("après",), ("after",)),
    "days": (("jours", "jour"), ("days", "day")),
    "per_case": (("par cas",), ("per case",)),
    "euros": (("euros", "euro", "EUR"), ("euros", "euro", "EUR")),
}


@cache
def spell(phrase: str) -> tuple[str, ...]:
    """A phrase as the reader compares it."""
    return tuple(token.folded for token in read_tokens(phrase) if token.kind is not TokenKind.END)


@cache
def keyword(name: str, language: Language) -> Phrases:
    french, english = KEYWORDS[name]
    forms = french if language == "fr" else english
    return _table((spell(form), name) for form in forms)


def _table(pairs: Iterable[tuple[tuple[str, ...], str]]) -> Phrases:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for phrase, code in pairs:
        found.setdefault(phrase[0], []).append((phrase, code))
    return {
        first: tuple(sorted(known, key=lambda one: -len(one[0]))) for first, known in found.items()
    }


def bare(phrase: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """A phrase without the articles before it."""
    start = 0
    while start < len(phrase) - 1 and phrase[start] in NOISE[language]:
        start += 1
    return phrase[start:]


def phrases(pairs: Iterable[tuple[str, Iterable[str]]], language: Language) -> Phrases:
    """A table from phrases (whatever their articles) to codes."""
    return _table((bare(spell(form), language), code) for code, forms in pairs for form in forms)


class Cursor:
    """The place in a text that is being read."""

    def __init__(self, tokens: list[Token], language: Language) -> None:
        self._tokens = tokens
        self._at = 0
        self.language: Language = language
        self.faults: list[Fault] = []

    @property
    def here(self) -> Token:
        return self._tokens[self._at]

    @property
    def word_here(self) -> Token:
        """What stands here, after articles: the word that a fault should name."""
        for token in self._tokens[self._at : self._at + SKIPPED_MAX + 1]:
            if token.folded not in NOISE[self.language]:
                return self.here if token.kind is TokenKind.END else token
        return self.here

    @property
    def finished(self) -> bool:
        return self._at == len(self._tokens) - 1 and self.here.kind is TokenKind.END

    def step(self) -> Token:
        token = self.here
        if self._at < len(self._tokens) - 1:
            self._at += 1
        return token

    def next_line(self) -> None:
        """Leave what remains of this line."""
        while self.here.kind is not TokenKind.END:
            self.step()
        self.step()

    def take(self, table: Phrases, *, articles: bool = False) -> str | None:
        """The code of the longest phrase that stands here, and step over it."""
        for skipped in range(SKIPPED_MAX + 1 if articles else 1):
            start = self._at + skipped
            if start >= len(self._tokens):
                return None
            before = self._tokens[self._at : start]
            if any(token.folded not in NOISE[self.language] for token in before):
                return None
            code, length = self._longest(table, start)
            if code is not None:
                self._at = start + length
                return code
        return None

    def _longest(self, table: Phrases, start: int) -> tuple[str | None, int]:
        for phrase, code in table.get(self._tokens[start].folded, ()):
            tokens = self._tokens[start : start + len(phrase)]
            if tuple(token.folded for token in tokens) == phrase:
                return code, len(phrase)
        return None, 0

    def take_key(self, name: str) -> bool:
        return self.take(keyword(name, self.language)) is not None

    def take_mark(self, mark: str) -> bool:
        if self.here.kind is TokenKind.MARK and self.here.text == mark:
            self.step()
            return True
        return False

    def take_text(self) -> str | None:
        """What stands between quotation marks."""
        if self.here.kind is not TokenKind.TEXT:
            return None
        return self.step().text[1:-1].strip(" \u00a0\u202f\t")

    def name(self) -> str:
        """A name between quotation marks."""
        token = self.here
        name = self.take_text()
        if name is None:
            refuse(token, Says.NAME_MISSING)
        if not 1 <= len(name) <= NAME_LETTERS:
            refuse(token, Says.NAME_LENGTH)
        return name

    def end_line(self) -> None:
        """Nothing more may stand on this line."""
        if self.here.kind is not TokenKind.END:
            refuse(
                self.here,
                Says.END_WANTED,
                found=quoted(self.here),
            )
        self.step()


def quoted(token: Token) -> str:
    """How a fault names what was found."""
    return f"« {token.text[:40]} »" if token.text else "↵"
