"""Sentences that Python says to people: written in English, translated where they are shown.

`say("At most %(most)s nights.", most=28)` is the English text and keeps its pattern, which the
catalogues of all five other languages translate. `hub.messages` finds every literal given to it.
"""

from collections.abc import Mapping
from typing import Self


class Sentence(str):
    """English text that knows the pattern and the values it was made of."""

    pattern: str
    values: Mapping[str, object]

    def __new__(cls, pattern: str, values: Mapping[str, object]) -> Self:
        sentence = super().__new__(cls, pattern % values if values else pattern)
        sentence.pattern = pattern
        sentence.values = values
        return sentence


def say(pattern: str, **values: object) -> Sentence:
    """A sentence for people. `%(name)s` stands for a value, which may be a sentence too; where
    there are no values, nothing in it is special."""
    return Sentence(pattern, values)
