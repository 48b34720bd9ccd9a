"""The words of the agreement on lodgings.

There is none for the price of a room, a floor price, a discount or another sales channel: members
may agree on the platform's own fees only (TFEU 101, code de commerce L420-1, DOMAIN 3.9).
"""

from hub import territory
from hub.agreements import territory_places
from hub.rules import (
    CalendarWords,
    Cause,
    Named,
    Party,
    Span,
    Subject,
    SubjectKind,
    Vocabulary,
    Word,
)

KINDS = (
    Named("hotel", Word(("hôtel",), ("hotel",))),
    Named("campsite", Word(("camping",), ("campsite",))),
    Named("residence", Word(("résidence de tourisme", "résidence"), ("holiday residence",))),
    Named("village", Word(("village de vacances",), ("holiday village",))),
    Named("prl", Word(("parc résidentiel de loisirs",), ("residential leisure park",))),
    Named("auberge", Word(("auberge collective", "auberge"), ("hostel",))),
    Named("furnished", Word(("meublé de tourisme", "meublé"), ("furnished let",))),
    Named("guest_house", Word(("chambre d'hôtes",), ("guest house",))),
)
CHANNELS = (
    Named("site", Word(("le site", "site"), ("the site", "site"))),
    Named(
        "office",
        Word(
            ("le widget de l'office", "widget de l'office", "office"),
            ("the office's widget", "office's widget", "office"),
        ),
    ),
    Named("campaign", Word(("une campagne", "campagne"), ("a campaign", "campaign"))),
    Named("partner", Word(("un partenaire", "partenaire"), ("a partner", "partner"))),
    Named("desk", Word(("le comptoir", "comptoir"), ("the front desk", "front desk"))),
)
EVENTS = (
    Named("stay", Word(("un séjour", "séjour"), ("a stay", "stay"))),
    Named("cancellation", Word(("une annulation", "annulation"), ("a cancellation",))),
    Named("no_show", Word(("une absence", "absence"), ("a no-show", "no show"))),
)


def _place(code: str, french: str, english: str) -> Subject:
    return Subject(code=code, kind=SubjectKind.PLACE, word=Word((french,), (english,)))


SUBJECTS = (
    Subject(
        code="arrival",
        kind=SubjectKind.DATE,
        word=Word(
            ("la saison", "saison", "la saison d'arrivée"), ("the season", "season of arrival")
        ),
    ),
    _place("commune", "la commune", "the commune"),
    _place("department", "le département", "the department"),
    _place("region", "la région", "the region"),
    Subject(
        code="kind",
        kind=SubjectKind.CHOICE,
        word=Word(("l'hébergement", "type d'hébergement"), ("the lodging", "kind of lodging")),
        values=KINDS,
    ),
    Subject(
        code="stars",
        kind=SubjectKind.NUMBER,
        word=Word(("les étoiles", "étoile"), ("the stars", "star")),
        low=1,
        high=5,
        plural=True,
    ),
    Subject(
        code="channel",
        kind=SubjectKind.CHOICE,
        word=Word(("le canal",), ("the channel",)),
        values=CHANNELS,
    ),
    Subject(
        code="nights",
        kind=SubjectKind.NUMBER,
        word=Word(("les nuits", "nombre de nuits"), ("the nights", "number of nights")),
        low=1,
        high=365,
        plural=True,
    ),
    Subject(
        code="member",
        kind=SubjectKind.FLAG,
        word=Word(("l'hébergeur est adhérent",), ("the host is a member",)),
        no=Word(("l'hébergeur n'est pas adhérent",), ("the host is not a member",)),
    ),
    Subject(
        code="college",
        kind=SubjectKind.NAME,
        word=Word(("le collège",), ("the college",)),
        absent="",
    ),
    Subject(
        code="event",
        kind=SubjectKind.CHOICE,
        word=Word(("l'événement",), ("the event",)),
        values=EVENTS,
        absent="stay",
    ),
)
ROLES = (
    Party(
        code="lodging",
        word=Word(("l'hébergeur",), ("the lodging",)),
        to=Word(("à l'hébergeur",), ("to the lodging",)),
    ),
    Party(code="platform", word=Word(("la centrale",), ("the booking centre", "platform"))),
    Party(code="federation", word=Word(("la fédération",), ("the federation",))),
    Party(
        code="office",
        word=Word(("l'office de tourisme", "office"), ("the tourist office", "office")),
    ),
    Party(code="region", word=Word(("la région",), ("the region",))),
    Party(
        code="reserve",
        word=Word(("la réserve mutuelle", "réserve"), ("the mutual reserve", "reserve")),
    ),
    Party(
        code="project",
        word=Word(
            ("le projet local choisi par le voyageur", "projet local"),
            ("the local project chosen by the traveller", "local project"),
        ),
    ),
)
BASES = (
    Named(
        "lodging_net",
        Word(
            ("de l'hébergement hors taxes", "l'hébergement"),
            ("of lodging before tax", "the lodging"),
        ),
    ),
    Named(
        "supplements_net",
        Word(
            ("des suppléments hors taxes", "les suppléments"),
            ("of supplements before tax", "the supplements"),
        ),
    ),
    Named("penalty", Word(("de la pénalité", "la pénalité"), ("of the penalty", "the penalty"))),
)
CAUSES = (
    Cause("lost_dispute", Word(("les litiges perdus", "litiges"), ("lost disputes", "disputes"))),
    Cause(
        "house_debt",
        Word(("les dettes des hébergeurs", "dettes"), ("debts of lodgings", "debts")),
        waits=True,
    ),
)
UNITS = (Named("nights", Word(("par nuit",), ("per night",))),)


def _school_calendars() -> tuple[CalendarWords, ...]:
    spans: dict[str, list[Span]] = {}
    for holiday in territory.school_holidays():
        spans.setdefault(holiday.zone, []).append(Span(first=holiday.first, last=holiday.last))
    return tuple(
        CalendarWords(
            code=f"school_{zone.lower()}",
            word=Word(
                (f"vacances scolaires de la zone {zone}", f"vacances de la zone {zone}"),
                (f"school holidays of zone {zone}",),
            ),
            spans=tuple(found),
            known_until=territory.UNKNOWN_AFTER.isoformat(),
        )
        for zone, found in sorted(spans.items())
    )


VOCABULARY = Vocabulary(
    code="tourism",
    subjects=SUBJECTS,
    roles=ROLES,
    bases=BASES,
    units=UNITS,
    causes=CAUSES,
    calendars=_school_calendars(),
    places=territory_places,
)
