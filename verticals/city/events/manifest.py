"""What the slice brings."""

from hub.core.vertical import About, NavItem, Personal, Slice
from verticals.city.events import api, tasks
from verticals.city.events.pages import everybody, town

KINDS = ("town",)

slice = Slice(
    package="verticals.city.events",
    handlers=(*api.handlers, *everybody.handlers, *town.handlers),
    tasks=tasks.DAILY.tasks,
    on=tasks.DAILY.on,
    ticks=tasks.DAILY.ticks,
    nav=(NavItem(label="Agenda", path=town.HOME, organisation_kinds=KINDS, rank=24),),
    personal=Personal(
        about={
            "city_registration": About(
                words="That you come to an event of a town, or wait for a place.",
                person=("person",),
                email=("email",),
            )
        },
        nobody={
            "city_event": "what a town invites everybody to",
            "city_event_slot": "the hours of an event and their room",
        },
        tenants=("tenants_of_registered",),
        forgets=("forget_registered",),
    ),
)
