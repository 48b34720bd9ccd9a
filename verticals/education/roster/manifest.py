"""What the slice brings."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Slice
from verticals.education.roster import pages, tasks

KINDS = ("school",)
_OWN = {"member": "school_member"}

slice = Slice(
    package="verticals.education.roster",
    handlers=pages.handlers,
    tasks=tasks.DAILY.tasks,
    on=tasks.DAILY.on,
    ticks=tasks.DAILY.ticks,
    nav=(
        NavItem(label="École", path=pages.HOME, organisation_kinds=KINDS, rank=20),
        NavItem(label="Liste", path=pages.LIST, organisation_kinds=KINDS, rank=30),
    ),
    personal=Personal(
        about={
            "school_member": About(
                words="That you are of a school: as a pupil, a parent or a teacher.",
                email=("email",),
                hides=("door", "link_hash"),
                keeps=Keeps.OTHERS,
            ),
            "school_seat": About(
                words="The classes that you are in.", follows=_OWN, keeps=Keeps.OTHERS
            ),
            "school_role": About(
                words="Your roles at the school.", follows=_OWN, keeps=Keeps.OTHERS
            ),
        },
        nobody={
            "school_entry": "the schools, terms and courses of a list",
            "school_class": "the classes of a school",
            "school_gone": "numbers of lines that are gone, for three months",
            "school_upload": "a school's list that waits for a yes; gone with it, or in two weeks",
        },
        tenants=("tenants_of_school",),
    ),
)
