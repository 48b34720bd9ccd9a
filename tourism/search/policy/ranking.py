"""How results are ordered: one table for the code and for the words that the law asks for (P2B 5,
L111-7). The weights of the default rule stand here once."""

from enum import StrEnum
from math import prod

import msgspec

from tourism.index import MOST_STARS, Order, Weights
from tourism.search.errors import SearchInvalid
from tourism.search.models import Sort

CENTS_PER_KM = 50
CENTS_PER_MISSING_STAR = 300


class Per(StrEnum):
    """What a weight is multiplied by."""

    NIGHT = "night"
    ROOM = "room"


PER_WORDS = {Per.NIGHT: "par nuit", Per.ROOM: "par chambre"}


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """An order and its words. In the words `%(km)s` and `%(star)s` stand for the weights, `%(per)s`
    for what they are multiplied by, `%(most)s` for the stars that none are missing of."""

    order: Order
    words: str
    cents_per_km: int = 0
    cents_per_missing_star: int = 0
    per: tuple[Per, ...] = ()
    most_stars: int = MOST_STARS

    @property
    def per_words(self) -> list[str]:
        """What the weights are multiplied by, in French."""
        return [PER_WORDS[per] for per in self.per]


RANKING: dict[Sort, Rule] = {
    Sort.RECOMMENDED: Rule(
        order=Order.BALANCED,
        cents_per_km=CENTS_PER_KM,
        cents_per_missing_star=CENTS_PER_MISSING_STAR,
        per=(Per.NIGHT, Per.ROOM),
        words="Le prix total du séjour, toutes taxes comprises ; on y ajoute, pour ranger "
        "seulement, %(per)s, %(km)s par kilomètre jusqu'au centre du lieu cherché (s'il a un "
        "centre) et %(star)s par étoile qui manque à %(most)s. La plus petite somme vient "
        "d'abord ; à somme égale, la moins chère, puis dans l'ordre d'inscription. Aucune "
        "position n'est à vendre.",
    ),
    Sort.PRICE: Rule(
        order=Order.PRICE,
        words="Du séjour le moins cher au plus cher, toutes taxes comprises ; à prix égal, dans "
        "l'ordre d'inscription. Aucune position n'est à vendre.",
    ),
    Sort.DISTANCE: Rule(
        order=Order.DISTANCE,
        words="De l'hébergement le plus proche du centre du lieu cherché au plus éloigné, à un "
        "kilomètre près ; à distance égale, le moins cher d'abord.",
    ),
    Sort.STARS: Rule(
        order=Order.STARS,
        words="Du plus grand nombre d'étoiles en cours de validité au plus petit ; à étoiles "
        "égales, le moins cher d'abord.",
    ),
}


def sorts_for(*, centred: bool) -> tuple[Sort, ...]:
    """What can be chosen: without a centre nothing is near."""
    return tuple(sort for sort in Sort if centred or sort is not Sort.DISTANCE)


def check_sort(sort: Sort, *, centred: bool) -> None:
    """Raise `SearchInvalid` for an order that a place has not."""
    if sort not in sorts_for(centred=centred):
        raise SearchInvalid(
            "Only what lies around a commune, a landmark or a point can be sorted by distance.",
            field="sort",
        )


def sort_for(sort: Sort, *, centred: bool) -> Sort:
    """The rule that applies: the one that was asked, or where it cannot, the cheapest first."""
    return sort if sort in sorts_for(centred=centred) else Sort.PRICE


def order_for(sort: Sort, *, centred: bool) -> Order:
    """The order to ask for."""
    return RANKING[sort_for(sort, centred=centred)].order


def weights_for(sort: Sort, nights: int, rooms: int) -> Weights:
    """The weights of a rule for a stay."""
    rule, counts = RANKING[sort], {Per.NIGHT: nights, Per.ROOM: rooms}
    times = prod(counts[per] for per in rule.per)
    return Weights(
        cents_per_km=rule.cents_per_km * times,
        cents_per_missing_star=rule.cents_per_missing_star * times,
    )
