"""Which clock a commune lives by. The zones are those of the IANA database."""

from datetime import date, datetime

from hub.core.clock import local_date

PARIS = "Europe/Paris"
_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "984": "Indian/Kerguelen",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
# French Polynesia has three: the Marquesas' islands and the Gambier's have their own. In the
# southern lands Crozet and the scattered islands have Réunion's, and Adélie its own.
_ISLANDS = {
    "98413": "Indian/Reunion",
    "98414": "Antarctica/DumontDUrville",
    "98415": "Indian/Reunion",
    **dict.fromkeys(("98718", "98723", "98731", "98746", "98756", "98757"), "Pacific/Marquesas"),
    "98719": "Pacific/Gambier",
}
# Regions overseas, by their INSEE code, which departments of the mainland have too.
_REGIONS = {"01": "971", "02": "972", "03": "973", "04": "974", "06": "976"}


def zone_of(code: str) -> str:
    """The zone of a commune or department, by its INSEE code."""
    return _ISLANDS.get(code) or _OVERSEAS.get(code[:3], PARIS)


def zone_of_territory(kind: str | None, code: str | None) -> str:
    """The zone of where an organisation is: that of Paris where it says nothing."""
    if kind == "region":
        return zone_of(_REGIONS.get(code or "", ""))
    return zone_of(code or "")


def earliest_today(now: datetime) -> date:
    """The day that it still is somewhere in France."""
    zones = {PARIS, *_OVERSEAS.values(), *_ISLANDS.values()}
    return min(local_date(now, zone) for zone in zones)
