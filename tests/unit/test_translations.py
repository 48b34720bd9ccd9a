"""The complete languages say the same as the French, slice by slice."""

import re
from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from hub.app import compose
from hub.core.i18n import LANGUAGES, SOURCE, catalogue
from hub.core.pages import Site, template_folders
from hub.core.vertical import Slice
from hub.messages import messages_of, path_of, update

PLACEHOLDER = re.compile(r"%\(\w+\)s")
COMPLETE = tuple(language for language in LANGUAGES if language != SOURCE)
SLICES = [slice for slice in compose().slices if messages_of(slice)]
by_name = pytest.mark.parametrize("slice", SLICES, ids=lambda slice: slice.package)


@by_name
@pytest.mark.parametrize("language", COMPLETE)
def test_every_message_has_its_translation_with_the_same_placeholders(
    slice: Slice, language: str
) -> None:
    known = read_po(BytesIO(path_of(slice, language).read_bytes()), locale=language)
    for message in messages_of(slice):
        found = known.get(message if isinstance(message, str) else message[0])
        assert found is not None, message
        texts = [found.string] if isinstance(found.string, str) else list(found.string)
        assert all(texts), message
        sources = [message] if isinstance(message, str) else list(message)
        for source, text in zip(sources, texts, strict=True):
            assert set(PLACEHOLDER.findall(source)) == set(PLACEHOLDER.findall(text)), message


@by_name
def test_the_catalogues_are_as_the_code_is(slice: Slice) -> None:
    for language in LANGUAGES:
        if language != SOURCE:
            assert update(slice, language) == path_of(slice, language).read_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_slices_never_say_the_same_in_two_ways(language: str) -> None:
    said: dict[object, tuple[object, str]] = {}
    for slice in compose().slices:
        path = path_of(slice, language)
        if not path.is_file():
            continue
        for message in read_po(BytesIO(path.read_bytes()), locale=language):
            if message.id and message.string:
                text, elsewhere = said.setdefault(message.id, (message.string, slice.package))
                assert text == message.string, (message.id, elsewhere, slice.package)


def test_pages_speak_the_language_that_was_asked() -> None:
    site = Site(template_folders(compose().packages), [], demo=True)
    text = '{% import "search/labels.html" as labels with context %}{{ labels.nights(3) }}'
    said = {
        language: site.environment(language).from_string(text).render(page=None)
        for language in ("fr", "en")
    }
    assert said == {"fr": "3 nuits", "en": "3 nights"}
    assert catalogue("fr").gettext("The price has changed") == "Le prix a changé"
