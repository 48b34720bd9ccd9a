"""Finds what the catalogues must translate: `python -m hub.messages` updates the `.po` files
(of one vertical or slice: `python -m hub.messages choirs`).

French sentences stand in templates, and in the few Python tables that the slices' manifests name;
the five other languages translate them. Errors speak English, and French and the four others
translate them (`hub.error_sentences`). Each slice has its own catalogues. What is there already is
kept, what is new is added empty, what is gone is dropped.
"""

import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from hub.app import compose
from hub.core.i18n import LANGUAGES, SOURCE
from hub.core.vertical import Slice
from hub.error_sentences import find_sentences, owns

_OPTIONS = {"newstyle_gettext": "true", "silent": "false"}
ERRORS = "en"
_KEYWORDS = ("_", "gettext", "ngettext")
Message = str | tuple[str, str]
_HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: %s\\n"

"""


def messages_of(slice: Slice, language: str) -> list[Message]:
    """What a slice says that a language must translate, each once, sorted."""
    found: set[Message] = set()
    if language != SOURCE:
        found.update(slice.messages, (item.label for item in slice.nav))
        found.update(slice.account_names.values())
        found.update(_of_templates(folder_of(slice)))
    if language != ERRORS:
        found.update(_of_errors(folder_of(slice)))
    return sorted(found, key=str)


@cache
def _of_templates(folder: Path) -> frozenset[Message]:
    paths = [
        path
        for path in folder.rglob("templates/**/*")
        if path.suffix in {".html", ".txt"} and owns(folder, path)
    ]
    return frozenset(found for path in paths for found in _extract(path.read_bytes()))


@cache
def _of_errors(folder: Path) -> frozenset[str]:
    return frozenset(find_sentences(folder))


def _extract(content: bytes) -> Iterator[Message]:
    for _, function, message, _ in babel_extract(BytesIO(content), _KEYWORDS, (), _OPTIONS):
        given = [message] if isinstance(message, str) else message or ()
        texts = [text for text in given if text]
        if function == "ngettext":
            yield texts[0], texts[1]
        elif texts:
            yield texts[0]


def folder_of(slice: Slice) -> Path:
    """Where a slice lies."""
    return Path(str(resources.files(slice.package)))


def path_of(slice: Slice, language: str) -> Path:
    """A slice's catalogue of a language."""
    return folder_of(slice) / "locale" / f"{language}.po"


def read_catalogue(slice: Slice, language: str) -> Catalog:
    """A slice's translations into a language, as they are on disk; maybe none."""
    path = path_of(slice, language)
    return read_po(BytesIO(path.read_bytes()), locale=language) if path.is_file() else Catalog()


@cache
def _known(language: str) -> dict[object, Any]:
    """Every translation into a language: what one slice says, another says in the same words."""
    catalogues = (read_catalogue(slice, language) for slice in compose().slices)
    return {m.id: m.string for catalogue in catalogues for m in catalogue if m.id and m.string}


def update(slice: Slice, language: str) -> str:
    """The catalogue's new text: every message, with the translations known so far."""
    own, known = read_catalogue(slice, language), _known(language)
    catalog = Catalog(locale=language, fuzzy=False, header_comment="")
    for message in messages_of(slice, language):
        before = own.get(message if isinstance(message, str) else message[0])
        catalog.add(message, before.string if before and before.string else known.get(message, ""))
    out = BytesIO()
    write_po(out, catalog, omit_header=True, sort_output=True, width=1_000)
    return _HEAD % language + out.getvalue().decode()


def main(packages: Sequence[str] = ()) -> int:
    """Update the catalogues of these packages and of what lies in them; of all without a name."""
    wanted = tuple(f"{package}." for package in packages)
    for slice in compose().slices:
        if wanted and not f"{slice.package}.".startswith(wanted):
            continue
        for language in LANGUAGES:
            if messages_of(slice, language):
                path_of(slice, language).parent.mkdir(exist_ok=True)
                path_of(slice, language).write_text(update(slice, language), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
