"""Read an export of the registry: this one or a newer one with the same columns."""

import csv
import lzma
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from importlib import resources
from io import StringIO
from urllib.parse import urlsplit, urlunsplit

from tourism.lodging.models import Kind
from tourism.lodging.registry.errors import RegistryInvalid
from tourism.lodging.registry.models import Row

SHIPPED = "registry_2026-01-19.csv.xz"
SHIPPED_ON = date(2026, 1, 19)
COLUMNS = (
    "DATE DE CLASSEMENT",
    "TYPOLOGIE ÉTABLISSEMENT",
    "CLASSEMENT",
    "CATÉGORIE",
    "MENTION (villages de vacances)",
    "NOM COMMERCIAL",
    "ADRESSE",
    "CODE POSTAL",
    "COMMUNE",
    "SITE INTERNET",
    "TYPE DE SÉJOUR",
    "CAPACITÉ D'ACCUEIL (PERSONNES)",
    "NOMBRE DE CHAMBRES",
    "NOMBRE D'EMPLACEMENTS",
    "NOMBRE D'UNITES D'HABITATION (résidences de tourisme)",
    "NOMBRE DE LOGEMENTS (villages de vacances)",
    "classement prorogé",
)
# The kind's own column of units; auberges count rooms.
_KINDS = {
    "HÔTEL DE TOURISME": (Kind.HOTEL, 12),
    "CAMPING": (Kind.CAMPSITE, 13),
    "RÉSIDENCE DE TOURISME": (Kind.RESIDENCE, 14),
    "VILLAGE DE VACANCES": (Kind.VILLAGE, 15),
    "PARC RÉSIDENTIEL DE LOISIRS": (Kind.PRL, 13),
    "AUBERGE COLLECTIVE": (Kind.AUBERGE, 12),
}
_NOTHING = {"", "-"}
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def read_shipped() -> list[Row]:
    """The export that comes with the project."""
    packed = resources.files("tourism.lodging").joinpath("data", SHIPPED).read_bytes()
    return read_export(lzma.decompress(packed).decode("utf-8"))


def read_export(text: str) -> list[Row]:
    """Every line, typed. Raises `RegistryInvalid` naming line and column of what is wrong."""
    reader = csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=";")
    header = next(reader, [])
    if tuple(header) != COLUMNS:
        missing = [column for column in COLUMNS if column not in header]
        raise RegistryInvalid(f"The columns are not the registry's; missing: {missing or 'order'}.")
    return [_read_row(reader.line_num, cells) for cells in reader]


def _read_row(line: int, cells: Sequence[str]) -> Row:
    if len(cells) != len(COLUMNS):
        raise RegistryInvalid(f"Line {line} has {len(cells)} columns, not {len(COLUMNS)}.")
    values = [_clean(cell) for cell in cells]
    if values[1] not in _KINDS:
        raise RegistryInvalid(f"Line {line}: {COLUMNS[1]} is {values[1]!r}, a kind not known here.")
    kind, units_column = _KINDS[values[1]]
    name = values[5]
    if name is None:
        raise RegistryInvalid(f"Line {line}: {COLUMNS[5]} is empty.")
    return Row(
        line=line,
        classified_on=_read_date(line, values[0]),
        kind=kind,
        stars=_read_stars(line, values[2]),
        category=values[3],
        name=name,
        address=values[6],
        postcode=_read_postcode(line, values[7]),
        commune=values[8],
        site=clean_site(values[9]),
        stay_type=values[10],
        capacity=_read_count(line, 11, values[11]),
        units=_read_count(line, units_column, values[units_column]),
        extended=_read_yes(line, values[16]),
    )


def _clean(cell: str) -> str | None:
    text = " ".join(unicodedata.normalize("NFC", cell).split())
    return None if text in _NOTHING else text


def _read_date(line: int, text: str | None) -> date:
    written = _DATE.fullmatch(text or "")
    try:
        if written is None:
            raise ValueError
        day, month, year = written.groups()
        return date(int(year), int(month), int(day))
    except ValueError:
        raise RegistryInvalid(f"Line {line}: {COLUMNS[0]} is {text!r}, not a date.") from None


def _read_stars(line: int, text: str | None) -> int | None:
    if text is None:
        return None
    found = re.match(r"([1-5]) étoiles?$", text)
    if found:
        return int(found.group(1))
    if text.lower() in {"aire naturelle", "auberge collective", "sans étoile"}:
        return None
    raise RegistryInvalid(f"Line {line}: {COLUMNS[2]} is {text!r}.")


def _read_postcode(line: int, text: str | None) -> str | None:
    if text is None:
        return None
    if not text.isdecimal() or len(text) not in {4, 5}:
        raise RegistryInvalid(f"Line {line}: {COLUMNS[7]} is {text!r}.")
    return text.rjust(5, "0")


def _read_count(line: int, column: int, text: str | None) -> int:
    if text is None or not text.isdecimal() or int(text) < 1:
        raise RegistryInvalid(
            f"Line {line}: {COLUMNS[column]} is {text!r}, not a number above zero."
        )
    return int(text)


def _read_yes(line: int, text: str | None) -> bool:
    if text in {"oui", "non"}:
        return text == "oui"
    raise RegistryInvalid(f"Line {line}: {COLUMNS[16]} is {text!r}, not oui or non.")


def clean_site(text: str | None) -> str | None:
    """The house's own site with a scheme and without tracking, or None when it is not one."""
    if text is None or " " in text or "@" in text or "." not in text:
        return None
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = parts.netloc.lower()
    if "." not in host or any(name in host for name in ("booking.", "facebook.", "airbnb.")):
        return None
    return urlunsplit((parts.scheme.lower(), host, parts.path, "", ""))
