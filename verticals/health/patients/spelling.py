"""How RNIV compares names, and the key of a matricule."""

import re
import unicodedata

_CORSICA = {"2A": "19", "2B": "18"}


def plain(name: str) -> str:
    """A name as RNIV compares it: capitals, without diacritics, hyphens and apostrophes."""
    bare = unicodedata.normalize("NFD", name.upper().replace("Œ", "OE").replace("Æ", "AE"))
    letters = "".join(one for one in bare if not unicodedata.combining(one))
    return " ".join(re.sub(r"[^A-Z]", " ", letters).split())


def key_of(matricule: str) -> int:
    """The key of 13 signs: 97 less their number modulo 97, where 2A counts as 19 and 2B as 18.

    `2690549588157` → 80.
    """
    department = matricule[5:7]
    digits = matricule[:5] + _CORSICA.get(department, department) + matricule[7:]
    return 97 - int(digits) % 97
