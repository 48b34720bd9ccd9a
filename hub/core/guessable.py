"""Which passwords are tried first by whoever tries them: those that many people have, those made of
one sign or of a row of signs, and those made of what everybody knows about the person and the
service (OWASP ASVS 5.0.0: V6.1.2, V6.2.4, V6.2.11)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

import msgspec

LETTERS_LEFT = 6  # that a password must have besides what is known
WORD_LETTERS = 4  # shorter pieces of a name or an e-mail say nothing
_PARTED = "----"
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
_REPEATED = re.compile(r"(.{1,4}?)\1{2,}.{0,3}")
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class Common(msgspec.Struct, frozen=True):
    """Whole passwords, and words that are passwords with digits and signs around them."""

    whole: frozenset[str]
    words: frozenset[str]


@cache
def read_common() -> Common:
    """The passwords that many people have; where they come from stands in the file."""
    text = resources.files("hub.core").joinpath("common-passwords.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    parted = lines.index(_PARTED)
    return Common(frozenset(lines[:parted]), frozenset(lines[parted + 1 :]))


def is_guessable(password: str, known: Iterable[str] = ()) -> bool:
    """Whether a password would be found by who tries the likely ones. `known` are names and
    e-mails of the person, and names of the service."""
    folded = _fold(password)
    common = read_common()
    return (
        folded in common.whole
        or _AROUND.sub("", folded) in common.words
        or _REPEATED.fullmatch(folded) is not None
        or _is_row(folded)
        or _says_what_is_known(folded, known)
    )


def _is_row(folded: str) -> bool:
    return any(folded in row or folded in row[::-1] for row in _ROWS)


def _says_what_is_known(folded: str, known: Iterable[str]) -> bool:
    left = folded
    for piece in sorted(_pieces(known), key=len, reverse=True):
        left = left.replace(piece, " ")
    rest = sum(one.isalnum() for one in left)
    return left != folded and rest < LETTERS_LEFT


def _pieces(known: Iterable[str]) -> Iterator[str]:
    for one in known:
        folded = _fold(one)
        whole = (folded, re.sub(r"[\W_]+", "", folded))
        yield from (
            piece for piece in (*whole, *re.split(r"[\W_]+", folded)) if len(piece) >= WORD_LETTERS
        )


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
