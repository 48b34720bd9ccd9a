"""Names folded for comparison, and without the small words that people leave out."""

from hub.territory.names import search_key

ARTICLES = frozenset(["le", "la", "les", "l", "aux", "au"])
SMALL = frozenset("de du des d l le la les en sur sous et aux au a".split())


def keys_of(*names: str) -> tuple[str, ...]:
    """The folded names; also without a leading article, and without any small word."""
    keys: dict[str, None] = {}
    for name in names:
        key = search_key(name)
        first, _, rest = key.partition(" ")
        keys.update(dict.fromkeys((key, rest if first in ARTICLES else key, compact(key))))
    return tuple(key for key in keys if key)


def compact(key: str) -> str:
    """A folded name without small words: "aix bains", "cap agde"."""
    return " ".join(word for word in key.split() if word not in SMALL)
