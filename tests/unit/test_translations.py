"""English is complete, and says the same as the French."""

import re
from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from hub.app import compose
from hub.core.i18n import catalogue
from hub.core.pages import Site, template_folders
from hub.messages import messages_of, path_of, update

PLACEHOLDER = re.compile(r"%\(\w+\)s")
COMPLETE = ("en",)


@pytest.mark.parametrize("root", ["hub", "tourism"])
@pytest.mark.parametrize("language", COMPLETE)
def test_every_message_has_its_translation_with_the_same_placeholders(root, language) -> None:
    known = read_po(BytesIO(path_of(root, language).read_bytes()), locale=language)
    wanted = messages_of(root)
    assert len(wanted) > 100
    for message in wanted:
        found = known.get(message if isinstance(message, str) else message[0])
        assert found is not None, message
        texts = [found.string] if isinstance(found.string, str) else list(found.string)
        assert all(texts), message
        sources = [message] if isinstance(message, str) else list(message)
        for source, text in zip(sources, texts, strict=True):
            assert set(PLACEHOLDER.findall(source)) == set(PLACEHOLDER.findall(text)), message


@pytest.mark.parametrize("root", ["hub", "tourism"])
def test_the_catalogue_is_as_the_code_is(root) -> None:
    assert update(root, "en") == path_of(root, "en").read_text()


def test_pages_speak_the_language_that_was_asked() -> None:
    site = Site(template_folders(compose().packages), [], demo=True)
    text = '{% import "search/labels.html" as labels with context %}{{ labels.nights(3) }}'
    said = {
        language: site.environment(language).from_string(text).render(page=None)
        for language in ("fr", "en", "de")
    }
    # A language that is not complete yet speaks French, never a broken mixture of keys.
    assert said == {"fr": "3 nuits", "en": "3 nights", "de": "3 nuits"}
    assert catalogue("fr").gettext("The price has changed") == "Le prix a changé"
