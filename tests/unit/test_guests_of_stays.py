"""Who books can be written to: at one address, in one of the languages of the letters."""

import msgspec
import pytest

from hub.core.i18n import LANGUAGES
from hub.core.pages import Site
from tests.houses import GUEST
from tourism.booking.policy import check_guest
from tourism.quoting.errors import StayInvalid
from tourism.reviewing.errors import ReviewInvalid
from tourism.reviewing.models import WriteReview
from tourism.reviewing.policy import check_review


def refused(**changed: object) -> object:
    with pytest.raises(StayInvalid) as caught:
        check_guest(msgspec.structs.replace(GUEST, **changed))
    return caught.value.extra["field"]


@pytest.mark.parametrize(
    "email",
    [
        "ada@demo.example",
        "ada+ete@demo.example",
        "a.b-c_d'e@sous.domaine.fr",
        "élodie@café.fr",
        "a@" + "b" * 240 + ".example",
    ],
)
def test_an_address_that_a_letter_reaches_is_taken(email: str) -> None:
    check_guest(msgspec.structs.replace(GUEST, email=email))


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "ada@demo",
        "ada@.example",
        "ada@demo..example",
        "ada@demo.example.",
        " ada@demo.example",
        "a da@demo.example",
        "ada@demo.example\nBcc:all@demo.example",
        "ada@demo.example,all@demo.example",
        "ada@demo.example;all@demo.example",
        "Ada <ada@demo.example>",
        "ada@all@demo.example",
        "ada@demo.example\0",
        "a@" + "b" * 260 + ".example",
    ],
)
def test_what_is_no_address_or_more_than_one_is_refused(email: str) -> None:
    assert refused(email=email) == "email"


def test_at_the_desk_an_address_may_be_left_out_and_no_other_be_wrong() -> None:
    check_guest(msgspec.structs.replace(GUEST, email=""), email_needed=False)
    with pytest.raises(StayInvalid):
        check_guest(msgspec.structs.replace(GUEST, email="ada"), email_needed=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_of_the_letters_is_taken(language: str) -> None:
    check_guest(msgspec.structs.replace(GUEST, language=language))


@pytest.mark.parametrize("language", ["", "FR", "xx", "pt", "fr-FR", "../fr", "fr\n"])
def test_a_language_in_which_no_letter_is_written_is_refused(language: str) -> None:
    assert refused(language=language) == "language"


@pytest.mark.parametrize("language", ["xx", "pt", "../../fr", ""])
def test_what_is_in_none_of_our_languages_is_said_in_french(language: str) -> None:
    site = Site({}, [], demo=True)
    assert site.environment(language) is site.environment("fr")


def test_a_review_may_be_in_any_language_that_has_a_code() -> None:
    good = WriteReview(score=4, text="Um quarto calmo e claro.", language="pt-BR")
    check_review(good)
    for language in ("", "portugais", "<b>", "fr_FR", "x" * 1_000):
        with pytest.raises(ReviewInvalid) as caught:
            check_review(msgspec.structs.replace(good, language=language))
        assert caught.value.extra["field"] == "language"
