"""Translations: each sentence in all six languages, with the same values in it."""

import re
from collections.abc import Iterator
from pathlib import Path

from hub.core.i18n import LANGUAGES
from hub.core.vertical import Slice
from hub.error_sentences import find_unsaid
from hub.kit.models import Finding
from hub.kit.reading import Subject, line_of
from hub.messages import Message, folder_of, messages_of, path_of, read_catalogue

RULE = "translations"
_VALUE = re.compile(r"%\(\w+\)s")
_AT = re.compile(r"^(\S+?):(\d+): (.*)$", re.DOTALL)


def check_translations(subject: Subject) -> Iterator[Finding]:
    for slice in subject.vertical.slices:
        for language in LANGUAGES:
            yield from _catalogue(subject, slice, language)
        folder = folder_of(slice)
        for told in find_unsaid(folder):
            match = _AT.match(told)
            name, line, what = match.groups() if match else (".", "1", told)
            path = next(iter(sorted(folder.rglob(name))), folder)
            says = f"no catalogue can know this sentence: use a literal, or say(…): {what}"
            yield subject.find(path, int(line), RULE, says)
    for language in ("fr", "en"):
        if not subject.vertical.titles.get(language):
            says = f"the vertical has no title in {language}"
            yield subject.find(subject.manifest.path, subject.manifest.line, RULE, says)


def _catalogue(subject: Subject, slice: Slice, language: str) -> Iterator[Finding]:
    known, path = read_catalogue(slice, language), path_of(slice, language)
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for message in messages_of(slice, language):
        first = message if isinstance(message, str) else message[0]
        found = known.get(first)
        said = () if found is None else _texts(found.string)
        line = line_of(text, f'msgid "{first[:40]}')
        if not said or not all(said):
            says = f"“{first}” is not said in {language}: run python -m hub.messages and fill it"
            yield subject.find(_nearest(path, folder_of(slice)), line, RULE, says)
        elif not _same_values(message, said):
            says = f"“{first}” has other values in {language} than in its source"
            yield subject.find(path, line, RULE, says)


def _same_values(message: Message, said: tuple[str, ...]) -> bool:
    sources = (message,) if isinstance(message, str) else message
    return len(sources) == len(said) and all(
        set(_VALUE.findall(source)) == set(_VALUE.findall(text))
        for source, text in zip(sources, said, strict=True)
    )


def _texts(string: object) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)  # pyright: ignore[reportArgumentType]  babel gives texts


def _nearest(path: Path, folder: Path) -> Path:
    return path if path.is_file() else folder / "locale" / path.name
