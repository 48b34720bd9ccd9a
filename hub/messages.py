"""Finds what the catalogues must translate: `python -m hub.messages` updates the `.po` files.

French sentences stand in templates, and in the few Python tables that the slices' manifests name.
Each slice has its own catalogues. What is there already is kept, what is new is added empty, what
is gone is dropped.
"""

import sys
from collections.abc import Iterator
from importlib import resources
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from hub.app import compose
from hub.core.i18n import LANGUAGES, SOURCE
from hub.core.vertical import Slice

_OPTIONS = {"newstyle_gettext": "true", "silent": "false"}
_KEYWORDS = ("_", "gettext", "ngettext")
Message = str | tuple[str, str]
_HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: %s\\n"

"""


def messages_of(slice: Slice) -> list[Message]:
    """The French messages of a slice, each once, sorted."""
    found: set[Message] = {*slice.messages, *(item.label for item in slice.nav)}
    for path in sorted(folder_of(slice).rglob("templates/**/*")):
        if path.suffix in {".html", ".txt"}:
            found.update(_template_messages(path.read_bytes()))
    return sorted(found, key=str)


def _template_messages(content: bytes) -> Iterator[Message]:
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


def update(slice: Slice, language: str) -> str:
    """The catalogue's new text: every message, with the translations known so far."""
    path = path_of(slice, language)
    known = read_po(BytesIO(path.read_bytes())) if path.is_file() else Catalog()
    catalog = Catalog(locale=language, fuzzy=False, header_comment="")
    for message in messages_of(slice):
        before = known.get(message if isinstance(message, str) else message[0])
        catalog.add(message, before.string if before else "")
    out = BytesIO()
    write_po(out, catalog, omit_header=True, sort_output=True, width=1_000)
    return _HEAD % language + out.getvalue().decode()


def main() -> int:
    for slice in compose().slices:
        for language in LANGUAGES:
            if language != SOURCE and messages_of(slice):
                path_of(slice, language).parent.mkdir(exist_ok=True)
                path_of(slice, language).write_text(update(slice, language), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
