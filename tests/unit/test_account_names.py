"""Every account of the ledger that a booking touches has a name in each language."""

import pytest

from hub.app import compose
from hub.core.i18n import LANGUAGES, catalogue
from hub.core.pages import Site

NAMES = {code: name for slice in compose().slices for code, name in slice.account_names.items()}


def name(code: str, language: str) -> str:
    template = Site({}, [], account_names=NAMES, demo=True).environment(language)
    return template.from_string("{{ code|account }}").render(code=code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_known_account_is_said_in_words(language: str) -> None:
    said = name("office.share", language)
    assert said == {
        "fr": "Part de l&#39;office de tourisme",
        "en": "Tourist office&#39;s share",
    }.get(language, said)
    assert said != "office.share"
    assert len({catalogue(language).gettext(word) for word in NAMES.values()}) == len(NAMES)


def test_a_family_of_accounts_has_one_name_and_an_unknown_one_keeps_its_code() -> None:
    assert name("tourist_tax.sgp", "fr") == "Taxe de séjour"
    assert name("other.thing", "fr") == "other.thing"
