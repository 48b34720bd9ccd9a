"""How RNIV compares names."""

import re
import unicodedata


def plain(name: str) -> str:
    """A name as RNIV compares it: capitals, without diacritics, hyphens and apostrophes."""
    bare = unicodedata.normalize("NFD", name.upper().replace("Œ", "OE").replace("Æ", "AE"))
    letters = "".join(one for one in bare if not unicodedata.combining(one))
    return " ".join(re.sub(r"[^A-Z]", " ", letters).split())
