"""A rule in words that a treasurer can read aloud; French, translated by the catalogue."""

from collections.abc import Callable

from hub.agreements.models import Component, Conditions

Translate = Callable[[str], str]
Money = Callable[[int], str]

ROLES = {
    "lodging": "l'hébergeur",
    "platform": "la centrale",
    "federation": "la fédération",
    "office": "l'office de tourisme",
    "region": "la région",
    "reserve": "la réserve mutuelle",
    "project": "le projet local",
}
BASES = {
    "lodging_net": "de l'hébergement hors taxes",
    "supplements_net": "des suppléments hors taxes",
    "penalty": "de la pénalité",
}


def describe_component(part: Component, translate: Translate, money: Money) -> str:
    """« la centrale : 3 % de l'hébergement hors taxes, au moins 0,50 €, au plus 40,00 € »."""
    if part.percent_bps is not None:
        percent = f"{part.percent_bps / 100:g}".replace(".", ",")
        amount = translate("%(percent)s %% %(base)s") % {
            "percent": percent,
            "base": translate(BASES[part.base.value]),
        }
    elif part.per == "night":
        amount = translate("%(amount)s par nuit") % {"amount": money(part.fixed_cents or 0)}
    else:
        amount = translate("%(amount)s par réservation") % {"amount": money(part.fixed_cents or 0)}
    words = [amount]
    if part.floor_cents is not None:
        words.append(translate("au moins %(amount)s") % {"amount": money(part.floor_cents)})
    if part.cap_cents is not None:
        words.append(translate("au plus %(amount)s") % {"amount": money(part.cap_cents)})
    return ", ".join(words)


def describe_conditions(conditions: Conditions, translate: Translate) -> list[str]:
    """Each condition as a phrase; an empty list means everything."""
    listed = (
        ("régions : %(values)s", conditions.regions),
        ("départements : %(values)s", conditions.departments),
        ("communes : %(values)s", conditions.communes),
        ("types d'hébergement : %(values)s", conditions.kinds),
        ("étoiles : %(values)s", conditions.stars),
        ("canaux : %(values)s", conditions.channels),
        (
            "arrivées : %(values)s",
            tuple(f"{season.first} → {season.last}" for season in conditions.seasons),
        ),
    )
    phrases = [
        translate(phrase) % {"values": ", ".join(str(value) for value in values)}
        for phrase, values in listed
        if values
    ]
    if conditions.nights_min is not None:
        phrases.append(translate("au moins %(n)s nuits") % {"n": conditions.nights_min})
    if conditions.nights_max is not None:
        phrases.append(translate("au plus %(n)s nuits") % {"n": conditions.nights_max})
    if conditions.member is not None:
        phrases.append(translate("adhérents") if conditions.member else translate("non-adhérents"))
    return phrases
