"""Names of places, folded for comparison: three degrees, and the key that search uses."""

import re
import unicodedata

_SMALL = frozenset(["DE", "DU", "DES", "D", "L", "LE", "LA", "LES", "EN", "SUR", "SOUS", "ET"])
_ARTICLE = re.compile(r"^(?:LE|LA|LES|L|AU|AUX) (?=.)")
_PARENTHESES = re.compile(r"\([^)]*\)")
_POSTCODE = re.compile(r"^\d{5} ")
_LETTERS = re.compile(r"[A-Za-z0-9]+")
_SAINTS = {"st": "saint", "ste": "sainte"}


def fold(name: str) -> str:
    """N0: upper case, no accents, Œ as OE, anything else a space."""
    upper = name.upper().replace("Œ", "OE").replace("Æ", "AE")
    if not upper.isascii():  # most names are: worth asking first
        marked = unicodedata.normalize("NFD", upper)
        upper = "".join(c for c in marked if not unicodedata.combining(c))
    return " ".join(_LETTERS.findall(upper))


def fold_saints(name: str) -> str:
    """N1: also no parentheses, CEDEX, postcode or leading article; ST is SAINT, S/ is SUR."""
    bare = _PARENTHESES.sub(" ", name).upper().replace("S/", " SUR ")
    text = _POSTCODE.sub("", fold(bare)).partition(" CEDEX")[0]
    words = [{"ST": "SAINT", "STE": "SAINTE", "LEZ": "LES"}.get(w, w) for w in text.split()]
    return _ARTICLE.sub("", " ".join(words))


def fold_whole(name: str) -> str:
    """N2: N1 without spaces and small words."""
    return "".join(word for word in fold_saints(name).split() if word not in _SMALL)


JOINED_LEAST = 3  # letters that must follow a saint without a space


def search_key(name: str) -> str:
    """What search compares: lower case, no accents or hyphens, st as saint."""
    return " ".join(_SAINTS.get(word, word) for word in fold(name).lower().split())


def typed_keys(text: str) -> tuple[str, ...]:
    """What search compares with the beginnings of names while somebody types: a last word that goes
    on may be short for a saint, or the beginning of another name (st: Saint-Malo, Strasbourg); a
    saint may be written without the space (stmalo)."""
    words = fold(text).lower().split()
    if not words:
        return ()
    key, ended = search_key(text), not text[-1:].isalnum()
    if words[-1] in _SAINTS and not ended:
        return key, " ".join((*key.split()[:-1], words[-1]))
    rest = key.split()[1:]
    joined = [
        " ".join((saint, words[0].removeprefix(short), *rest))
        for short, saint in _SAINTS.items()
        if words[0].startswith(short) and len(words[0]) >= len(short) + JOINED_LEAST
    ]
    return key, *joined
