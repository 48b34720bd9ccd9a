"""What the slice brings."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Portability, Slice
from verticals.health.patients import pages, tasks

KINDS = ("practice",)

slice = Slice(
    package="verticals.health.patients",
    handlers=pages.handlers,
    tasks=tasks.DAILY.tasks,
    on=tasks.DAILY.on,
    ticks=tasks.DAILY.ticks,
    nav=(NavItem(label="Patients", path=pages.HOME, organisation_kinds=KINDS, rank=30),),
    portability=Portability(sealed={"health_patient": ("ins_sealed",), "health_mark": ("sealed",)}),
    personal=Personal(
        about={
            "health_patient": About(
                words="That a practice knows you, and how far it has checked who you are.",
                person=("person",),
                email=("email",),
                hides=("ins_sealed", "ins_mark", "plain_name", "plain_used", "plain_given"),
                keeps=Keeps.OTHERS,
            ),
            "health_look": About(
                words="Who looked at what a practice has of you; or that you looked.",
                person=("person",),
                follows={"patient": "health_patient"},
                keeps=Keeps.OTHERS,
            ),
        },
        nobody={"health_mark": "a secret of a practice, sealed"},
        tenants=("tenants_of_patient",),
    ),
)
