"""What the slice brings."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Slice
from verticals.health.agenda.pages import looks, patient, practice

KINDS = ("practice",)

slice = Slice(
    package="verticals.health.agenda",
    handlers=(*practice.handlers, *patient.handlers, *looks.handlers),
    nav=(NavItem(label="Agenda", path=practice.HOME, organisation_kinds=KINDS, rank=20),),
    personal=Personal(
        about={
            "health_practitioner": About(
                words="That you receive patients in a practice, or are asked whether it is you.",
                person=("person", "asked"),
                keeps=Keeps.OTHERS,
            ),
            "health_appointment": About(
                words="An appointment of yours.",
                follows={"patient": "health_patient"},
                keeps=Keeps.OTHERS,
            ),
        },
        nobody={
            "health_slot": "the times of a practice",
        },
        tenants=("tenants_of_practitioner",),
    ),
)
