"""What stands for the words of some conditions, whatever language they are read in."""

import hashlib
from collections.abc import Mapping

import msgspec

from hub.core.i18n import SOURCE


def digest_of(words: Mapping[str, str]) -> str:
    """SHA-256 of the words as JSON in UTF-8, keys sorted, without spaces: 64 hexadecimal digits."""
    return hashlib.sha256(msgspec.json.encode(dict(words), order="sorted")).hexdigest()


def tidy(text: str) -> str:
    """One paragraph a line, without spaces around or in a row."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n".join(part for part in paragraphs if part)


def said_in(words: Mapping[str, str], language: str) -> str:
    """The words in a language; in French where they were kept before we spoke it."""
    return words.get(language) or words[SOURCE]
