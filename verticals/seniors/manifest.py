"""Seniors, as the hub finds it."""

from hub.core.vertical import About, Example, Keeps, NavItem, Personal, Sheet, Slice, Vertical
from verticals.seniors import api, pages, tasks
from verticals.seniors.example import fill
from verticals.seniors.models import MorningOver, PatienceOver
from verticals.seniors.outings.manifest import slice as outings

KINDS = ("association",)

SHEET = Sheet(
    purpose="Des personnes âgées entourées par leurs proches et une association.",
    does=(
        "L'appel à l'aide passe d'un contact au suivant jusqu'à ce que l'un réponde.",
        "Une matinée sans mouvement est signalée, et close avec sa cause.",
        "Des sorties et des visites près de chez soi ; une association répond de chaque bénévole.",
        "La personne décide qui voit quoi, et le reprend sur un seul écran.",
    ),
    leaves=("Les secours : ce n'est ni un service d'urgence ni une téléassistance certifiée.",),
)

_OWN = {"senior": "senior"}

slice = Slice(
    package="verticals.seniors",
    handlers=(api.hear, *pages.handlers),
    tasks=(tasks.end_patience_later, tasks.end_morning_later, *tasks.DAILY.tasks),
    on={
        PatienceOver: (tasks.end_patience_later,),
        MorningOver: (tasks.end_morning_later,),
        **tasks.DAILY.on,
    },
    ticks=tasks.DAILY.ticks,
    nav=(NavItem(label="Aînés", path=pages.HOME, organisation_kinds=KINDS, rank=20),),
    messages=SHEET.sentences,
    personal=Personal(
        about={
            "senior": About(
                words="That an association follows you.",
                person=("person",),
                keeps=Keeps.OTHERS,
            ),
            "senior_contact": About(
                words="That you are called when somebody needs help.",
                email=("email",),
                keeps=Keeps.OTHERS,
            ),
            "senior_call": About(
                words="A call for help of yours.",
                follows=_OWN,
                hides=("contact",),
                keeps=Keeps.OTHERS,
            ),
            "senior_step": About(
                words="What happened then.",
                follows=_OWN,
                hides=("who",),
                keeps=Keeps.OTHERS,
            ),
            "senior_sensor": About(
                words="A sensor in your home.",
                follows=_OWN,
                keeps=Keeps.OTHERS,
            ),
            "senior_event": About(
                words="What it told.",
                follows={"sensor": "senior_sensor"},
                keeps=Keeps.OTHERS,
            ),
            "senior_alert": About(
                words="What was unusual.",
                follows=_OWN,
                keeps=Keeps.OTHERS,
            ),
            "senior_reading": About(
                words="Who looked at your page; or that you looked at somebody's.",
                actor=("reader",),
                follows=_OWN,
                keeps=Keeps.OTHERS,
            ),
        },
        tenants=("tenants_of_senior",),
    ),
)

vertical = Vertical(
    code="seniors",
    titles={"fr": "Aînés : ne pas rester seul", "en": "Seniors: not to be alone"},
    slices=(slice, outings),
    data_classes=("identity", "contact", "wellbeing"),
    hosting_level="silver",
    example=Example(organisation_kind="association", fill=fill),
    sheet=SHEET,
)
