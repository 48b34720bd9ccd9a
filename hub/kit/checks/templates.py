"""Accessibility of the templates, as they are written: labels, names, alt, headings."""

import re
from collections.abc import Iterator

from hub.kit.markup import Markup
from hub.kit.models import Finding
from hub.kit.reading import Subject

RULE = "accessibility"
# What Jinja says is taken out, its lines kept; a value in an attribute stays the same word where it
# is the same expression, so that a label finds its field.
_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
_VALUE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def check_templates(subject: Subject) -> Iterator[Finding]:
    for path in subject.templates:
        text = _plain(path.read_text(encoding="utf-8"))
        for line, says in Markup().read(text):
            yield subject.find(path, line, RULE, says)


def _plain(text: str) -> str:
    lines = _CODE.sub(lambda found: "\n" * found.group().count("\n"), text)
    return _VALUE.sub(_word, lines)


def _word(found: re.Match[str]) -> str:
    word = re.sub(r"\W+", "_", found.group(1).strip()).strip("_") or "value"
    return word + "\n" * found.group().count("\n")
