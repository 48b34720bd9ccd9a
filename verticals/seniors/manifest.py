"""Seniors, as the hub finds it."""

from hub.core.vertical import Example, NavItem, Slice, Vertical
from verticals.seniors import api, pages, tasks
from verticals.seniors.example import fill
from verticals.seniors.models import MorningOver, PatienceOver

KINDS = ("association",)

slice = Slice(
    package="verticals.seniors",
    handlers=(api.hear, *pages.handlers),
    tasks=(tasks.end_patience_later, tasks.end_morning_later),
    on={
        PatienceOver: (tasks.end_patience_later,),
        MorningOver: (tasks.end_morning_later,),
    },
    nav=(NavItem(label="Aînés", path=pages.HOME, organisation_kinds=KINDS, rank=20),),
)

vertical = Vertical(
    code="seniors",
    titles={"fr": "Aînés : ne pas rester seul", "en": "Seniors: not to be alone"},
    slices=(slice,),
    data_classes=("identity", "contact", "wellbeing"),
    hosting_level="silver",
    example=Example(organisation_kind="association", fill=fill),
)
