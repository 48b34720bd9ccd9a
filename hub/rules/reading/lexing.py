"""A text as tokens with their places. Nothing that is typed can make it fail: what has no meaning
becomes a token of its own, which the reader refuses where it stands."""

import re
import unicodedata
from enum import StrEnum
from typing import NoReturn

import msgspec

from hub.rules.models import Fault

LENGTH_MAX = 50_000
_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\u00a0\u202f]+)
  | (?P<text>«[^«»\n]*»|“[^“”«»\n]*”|"[^"«»\n]*")
  | (?P<number>[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?![0-9])(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)?)
  | (?P<word>[^\W\d_]+(?:-[^\W\d_]+)*['’]?)
  | (?P<mark>[:,%€=()])
  | (?P<strange>[«“"]|.)
    """,
    re.VERBOSE | re.DOTALL,
)


class TokenKind(StrEnum):
    """What a token is; `END` ends a line."""

    TEXT = "text"
    NUMBER = "number"
    WORD = "word"
    MARK = "mark"
    STRANGE = "strange"
    END = "end"


class Token(msgspec.Struct, frozen=True):
    """A piece of a line; `folded` is its text without accents and capitals."""

    kind: TokenKind
    text: str
    folded: str
    line: int
    column: int

    @property
    def end_column(self) -> int:
        return self.column + max(len(self.text), 1)


class Refused(Exception):
    """Carries a fault out of the reader."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def refuse(token: Token, message: str, **values: str) -> NoReturn:
    """Stop reading this line at a token."""
    raise Refused(fault_at(token, message, **values))


def fault_at(token: Token, message: str, **values: str) -> Fault:
    return Fault(
        line=token.line,
        column=token.column,
        end_column=token.end_column,
        message=message,
        values=values,
    )


def fold(text: str) -> str:
    """Lower case, without accents; the typographic apostrophe as the plain one."""
    plain = unicodedata.normalize("NFD", text.replace("’", "'").replace("œ", "oe"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def split_lines(source: str) -> list[str]:
    """The lines as an editor counts them."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_tokens(source: str) -> list[Token]:
    """All tokens; each line that says something ends with an `END`, and so does the text."""
    found: list[Token] = []
    lines = split_lines(source)
    for number, line in enumerate(lines, start=1):
        before = len(found)
        for match in _TOKEN.finditer(line):
            kind = match.lastgroup or "strange"
            if kind != "blank":
                found.append(_token(TokenKind(kind), match.group(), number, match.start() + 1))
        if len(found) > before:
            found.append(_token(TokenKind.END, "", number, len(line) + 1))
    if not found:
        found.append(_token(TokenKind.END, "", len(lines), len(lines[-1]) + 1))
    return found


def _token(kind: TokenKind, text: str, line: int, column: int) -> Token:
    return Token(kind, text, fold(text) if kind is TokenKind.WORD else text, line, column)
