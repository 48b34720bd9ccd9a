"""What spaces bring."""

from hub.core.vertical import NO_ORGANISATION, About, Keeps, NavItem, Personal, Slice
from hub.spaces import api, pages, tasks
from hub.spaces.actions import letters
from hub.spaces.doors import PAGE
from hub.spaces.models import OldDecisions
from hub.tenancy import Kind

KINDS = (*(kind.value for kind in Kind), NO_ORGANISATION)

slice = Slice(
    package="hub.spaces",
    handlers=(*api.handlers, *pages.handlers),
    tasks=(tasks.announce_old_later, tasks.forget_old_later),
    on={OldDecisions: (tasks.forget_old_later,)},
    ticks=(tasks.FORGET,),
    nav=(NavItem(label="Espaces", path=PAGE, organisation_kinds=KINDS, rank=84),),
    messages=(*letters.SENTENCES, *pages.WORDS),
    personal=Personal(
        about={
            "space_member": About(words="A space that you are in.", person=("person",)),
            "space_post": About(words="What you wrote in a space.", person=("author",)),
            "space_report": About(
                words="What you said is wrong with what somebody wrote.", person=("reporter",)
            ),
            "space_decision": About(
                words="What was decided about something that you wrote, or by you.",
                follows={"post": "space_post"},
                actor=("decided_by", "answered_by"),
                hides=("decided_by", "answered_by"),
                keeps=Keeps.ACTS,
            ),
        },
        nobody={"community_space": "spaces of organisations"},
        tenants=("tenants_of_space_person",),
        forgets=("forget_in_spaces",),
    ),
)
