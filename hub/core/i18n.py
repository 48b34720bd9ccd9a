"""Six languages: messages are written in French and translated by gettext catalogues.

Each slice brings its own in `locale/LANGUAGE.po`. Errors are written in English, for programs; the
five other catalogues, French too, hold what people read.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from gettext import NullTranslations
from importlib import metadata, resources
from importlib.resources.abc import Traversable

from babel import dates, numbers
from babel.messages.pofile import read_po

from hub.core.sentences import Sentence

SOURCE = "fr"
LANGUAGES = ("fr", "en", "de", "es", "it", "nl")
AMOUNTS_KEPT = 65_536


class Catalogue(NullTranslations):
    """The messages of one language; a missing one is said in French."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self._one: dict[str, str] = {}
        self._many: dict[str, tuple[str, ...]] = {}
        for id, text in _messages(language):
            if isinstance(id, tuple):
                self._many[id[0]] = tuple(text)
            else:
                self._one[id] = str(text)

    def gettext(self, message: str) -> str:
        return self._one.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        forms = self._many.get(msgid1)
        if forms:
            return forms[min(_plural_index(self.language, n), len(forms) - 1)]
        return msgid1 if _plural_index(self.language, n) == 0 else msgid2

    def tell(self, sentence: Sentence) -> str:
        """A sentence of an error in this language, with its values; days as people write them."""
        values = {name: self._tell_value(value) for name, value in sentence.values.items()}
        pattern = self.gettext(sentence.pattern)
        return pattern % values if values else pattern

    def _tell_value(self, value: object) -> object:
        if isinstance(value, Sentence):
            return self.tell(value)
        if isinstance(value, date) and not isinstance(value, datetime):
            return dates.format_date(value, "full", locale=self.language)
        return value


def _plural_index(language: str, n: int) -> int:
    # French counts zero as singular; the other five do not (CLDR).
    return 0 if n == 1 or (language == "fr" and n == 0) else 1


def roots() -> list[str]:
    """The packages whose slices may bring catalogues: the hub's, and each installed vertical's."""
    entries = metadata.entry_points(group="usage_hub.verticals")
    return ["hub", *sorted({entry.module.rpartition(".")[0] for entry in entries})]


def _catalogues(language: str) -> Iterator[Traversable]:
    for root in roots():
        folder = resources.files(root)
        for place in (folder, *sorted(folder.iterdir(), key=lambda entry: entry.name)):
            path = place.joinpath("locale", f"{language}.po")
            if path.is_file():
                yield path


def _messages(language: str) -> Iterator[tuple[str | tuple[str, ...], str | tuple[str, ...]]]:
    for path in _catalogues(language):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string and not message.fuzzy:
                    yield message.id, message.string  # pyright: ignore[reportReturnType]  strings


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of one of our languages (French for any other)."""
    return Catalogue(language if language in LANGUAGES else SOURCE)


def choose_language(wanted: str | None, accept: str) -> str:
    """The language asked for, else the best of an Accept-Language header, else French."""
    if wanted in LANGUAGES:
        return wanted
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept.split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        code = tag.strip().lower()[:2]
        if code in LANGUAGES:
            ranked.append((-_quality(quality), place, code))
    return min(ranked)[2] if ranked else SOURCE


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


@lru_cache(maxsize=AMOUNTS_KEPT)
def money(cents: int, language: str, currency: str = "EUR") -> str:
    """`1 234,50 €` in the language's own form. Amounts come back on every page: they are kept."""
    return numbers.format_currency(Decimal(cents) / 100, currency, locale=language)
