"""The complete languages say the same as the French, slice by slice."""

import json
import re

import pytest

from hub.app import compose
from hub.core.i18n import LANGUAGES
from hub.core.pages import Site, template_folders
from hub.core.problems import describe_problem
from hub.core.sentences import Sentence, say
from hub.core.vertical import Slice
from hub.error_sentences import find_unsaid
from hub.messages import folder_of, messages_of, path_of, read_catalogue, update
from tourism.quoting.errors import StayInvalid

PLACEHOLDER = re.compile(r"%\(\w+\)s")
SLICES = compose().slices
PAGES = Site(template_folders(compose().packages), [], demo=True)
by_name = pytest.mark.parametrize("slice", SLICES, ids=lambda slice: slice.package)


@by_name
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_its_translation_with_the_same_placeholders(
    slice: Slice, language: str
) -> None:
    known = read_catalogue(slice, language)
    for message in messages_of(slice, language):
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
        if messages_of(slice, language):
            assert update(slice, language) == path_of(slice, language).read_text()


@by_name
def test_errors_say_only_what_can_be_translated(slice: Slice) -> None:
    assert list(find_unsaid(folder_of(slice))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_slices_never_say_the_same_in_two_ways(language: str) -> None:
    said: dict[object, tuple[object, str]] = {}
    for slice in compose().slices:
        for message in read_catalogue(slice, language):
            if message.id and message.string:
                text, elsewhere = said.setdefault(message.id, (message.string, slice.package))
                assert text == message.string, (message.id, elsewhere, slice.package)


def test_pages_speak_the_language_that_was_asked() -> None:
    text = '{% import "search/labels.html" as labels with context %}{{ labels.nights(3) }}'
    said = {
        language: PAGES.environment(language).from_string(text).render(page=None)
        for language in LANGUAGES
    }
    assert said == {
        "fr": "3 nuits",
        "en": "3 nights",
        "de": "3 Nächte",
        "es": "3 noches",
        "it": "3 notti",
        "nl": "3 nachten",
    }


def shown(language: str, sentence: Sentence) -> str:
    return PAGES.environment(language).from_string("{{ _(sentence) }}").render(sentence=sentence)


def test_an_error_keeps_its_values_in_every_language() -> None:
    error = StayInvalid(say("A stay has at most %(most)s nights.", most=28))
    assert str(error) == "A stay has at most 28 nights."
    assert {language: shown(language, error.detail) for language in LANGUAGES} == {
        "fr": "Un séjour a au plus 28 nuits.",
        "en": "A stay has at most 28 nights.",
        "de": "Ein Aufenthalt hat höchstens 28 Nächte.",
        "es": "Una estancia tiene como máximo 28 noches.",
        "it": "Un soggiorno ha al massimo 28 notti.",
        "nl": "Een verblijf heeft ten hoogste 28 nachten.",
    }
    assert (
        shown("de", StayInvalid.title()) == "Diese Tage oder Personen können nicht gebucht werden"
    )


def test_what_an_error_quotes_is_text_and_never_markup_or_a_format() -> None:
    inner = say("%(typed)s is unknown.", typed="<b>5 % off</b>")
    assert shown("nl", say("Line %(line)s: %(fault)s", line=3, fault=inner)) == (
        "Line 3: &lt;b&gt;5 % off&lt;/b&gt; is unknown."
    )
    assert shown("fr", say("Between 0 and 100 %.")) == "Between 0 and 100 %."


def test_a_problem_is_plain_json_whatever_its_sentences() -> None:
    problem = describe_problem(StayInvalid(say("%(n)s of %(n)s", n=2), faults={"a": say("No.")}))
    assert json.loads(problem.as_json()) == {
        "type": "urn:usage-hub:problem:stay-invalid",
        "title": "These dates or persons cannot be booked",
        "status": 400,
        "detail": "2 of 2",
        "faults": {"a": "No."},
    }
