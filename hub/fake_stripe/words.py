"""What the hosted pages say, in six languages: French in the templates, the others beside."""

from collections.abc import Callable
from functools import cache
from importlib import resources

import msgspec

SOURCE, LANGUAGES = "fr", ("fr", "en", "de", "es", "it", "nl")


@cache
def _words() -> dict[str, dict[str, str]]:
    body = resources.files("hub.fake_stripe").joinpath("data/words.json").read_bytes()
    return msgspec.json.decode(body, type=dict[str, dict[str, str]])


def choose(asked: str | None, accepted: str) -> str:
    """The language of a page: what its maker asked for, else what the browser would rather read."""
    for wish in (asked or "", *accepted.split(",")):
        language = wish.strip()[:2].lower()
        if language in LANGUAGES:
            return language
    return SOURCE


def speaker(language: str) -> Callable[..., str]:
    """What says a sentence in a language; `%s` stands for its values, in order."""

    def say(sentence: str, *values: str) -> str:
        told = sentence if language == SOURCE else _words()[sentence][language]
        return told % values if values else told

    return say
