"""Nationalities: the countries of ISO 3166 as CLDR names them."""

from functools import cache

from babel import Locale

# Codes of CLDR that are no country of ISO 3166: groups, islands of others, private use.
_NO_COUNTRY = frozenset("AC CP DG EA EU EZ IC QO TA UN XA XB XK ZZ".split())
# Whoever comes from France's own territories is French.
FRENCH = frozenset("FR GP MQ GF RE YT PM BL MF WF PF NC TF".split())
STATELESS = "XX"
KOSOVO = "XK"


@cache
def iso_countries() -> frozenset[str]:
    """The 249 codes of ISO 3166-1."""
    codes = {str(code) for code in Locale("fr").territories}
    return frozenset(
        code for code in codes if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY
    )


@cache
def nationalities() -> frozenset[str]:
    """The codes that a sheet may say; the French ones are refused with words."""
    return iso_countries() | {KOSOVO, STATELESS}


def country_name(code: str, language: str) -> str:
    """A country in a language; the code itself for one that has no name there."""
    return str(Locale(language).territories.get(code, code))


@cache
def countries_by_name(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every country, France first and then by name without accents."""
    codes = iso_countries() | {KOSOVO}
    named = [(code, country_name(code, language)) for code in codes - (FRENCH - {"FR"})]
    return tuple(sorted(named, key=lambda pair: (pair[0] != "FR", _plain(pair[1]), pair[0])))


def _plain(name: str) -> str:
    return name.translate(str.maketrans("ÅÉÎÔÖÇåéèêëîïôöçãíñü’", "AEIOOCaeeeeiioocainu'")).lower()
