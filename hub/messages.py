"""Finds what the catalogues must translate: `python -m hub.messages` updates the `.po` files.

French sentences stand in templates and in the few Python tables named below. What is there already
is kept, what is new is added empty, what is gone is dropped.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from hub.agreements import describe
from hub.app import compose
from hub.core.i18n import LANGUAGES, SOURCE

ROOT = Path(__file__).parents[1]
ROOTS = ("hub", "tourism")
_OPTIONS = {"newstyle_gettext": "true", "silent": "false"}
_KEYWORDS = ("_", "gettext", "ngettext")
Message = str | tuple[str, str]
_HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: %s\\n"

"""


def messages_of(root: str) -> list[Message]:
    """The French messages of a root, each once, sorted."""
    found: set[Message] = set()
    for path in sorted((ROOT / root).rglob("templates/**/*")):
        if path.suffix in {".html", ".txt"}:
            found.update(_template_messages(path.read_bytes()))
    return sorted(found | set(_table_messages(root)), key=str)


def _template_messages(content: bytes) -> Iterator[Message]:
    for _, function, message, _ in babel_extract(BytesIO(content), _KEYWORDS, (), _OPTIONS):
        given = [message] if isinstance(message, str) else message or ()
        texts = [text for text in given if text]
        if function == "ngettext":
            yield texts[0], texts[1]
        elif texts:
            yield texts[0]


def _table_messages(root: str) -> Iterator[str]:
    """Labels and sentences that Python tables hold."""
    for slice in compose().slices:
        if slice.package.startswith(root):
            yield from (item.label for item in slice.nav)
    if root == "hub":
        yield from [*describe.ROLES.values(), *describe.BASES.values()]
        return
    yield from import_module("tourism.booking.pages").CARDS.values()
    ranking = import_module("tourism.search.policy").RANKING
    yield from (words for words, _ in ranking.values())


def path_of(root: str, language: str) -> Path:
    return ROOT / root / "locale" / f"{language}.po"


def update(root: str, language: str) -> str:
    """The catalogue's new text: every message, with the translations known so far."""
    path = path_of(root, language)
    known = read_po(BytesIO(path.read_bytes())) if path.is_file() else Catalog()
    catalog = Catalog(locale=language, fuzzy=False, header_comment="")
    for message in messages_of(root):
        before = known.get(message if isinstance(message, str) else message[0])
        catalog.add(message, before.string if before else "")
    out = BytesIO()
    write_po(out, catalog, omit_header=True, sort_output=True, width=1_000)
    return _HEAD % language + out.getvalue().decode()


def main() -> int:
    for root in ROOTS:
        for language in LANGUAGES:
            if language != SOURCE:
                path_of(root, language).parent.mkdir(exist_ok=True)
                path_of(root, language).write_text(update(root, language), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
