"""What exits bring."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Slice
from hub.exits import api, letters, overview, pages, showing, tasks
from hub.tenancy import Kind

RUNS = (Kind.OPERATOR.value,)
MAY_LEAVE = tuple(kind.value for kind in Kind if kind is not Kind.OPERATOR)

slice = Slice(
    package="hub.exits",
    handlers=(*api.handlers, *pages.handlers, *overview.handlers),
    tasks=(tasks.advance_later,),
    ticks=(tasks.EVERY_QUARTER,),
    nav=(
        NavItem(label="Partir", path=pages.PAGE, organisation_kinds=MAY_LEAVE, rank=95),
        NavItem(
            label="Organisations qui partent", path=overview.PAGE, organisation_kinds=RUNS, rank=95
        ),
    ),
    messages=(
        *letters.SENTENCES,
        *pages.WORDS,
        *overview.STATES.values(),
        *showing.HALTS.values(),
    ),
    personal=Personal(
        about={
            "exit_step": About(
                words="A step of the way out of an organisation that you took.",
                actor=("actor",),
                keeps=Keeps.ACTS,
            ),
            "exit_reader": About(
                words="That you own an organisation that leaves.",
                person=("person",),
                email=("email",),
                keeps=Keeps.OTHERS,
            ),
        },
        nobody={"exit": "an organisation, the days of its way out, and what was erased of it"},
    ),
)
