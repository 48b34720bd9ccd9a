"""What withdrawals bring."""

from hub.approvals import ApprovalWithdrawn
from hub.core.vertical import About, Keeps, NavItem, Personal, Portability, Slice
from hub.withdrawals import letters, middleware, pages, tasks

DUTY = "Déménagements choisis et pas encore terminés : %(many)s"

slice = Slice(
    package="hub.withdrawals",
    handlers=pages.handlers,
    tasks=(tasks.begin_later, tasks.advance_later),
    on={ApprovalWithdrawn: (tasks.begin_later,)},
    ticks=(tasks.EVERY_QUARTER,),
    nav=(NavItem(label="Retraits", path=pages.PAGE, organisation_kinds=("operator",), rank=55),),
    messages=(*letters.SENTENCES, *middleware.NOTICES.values(), *pages.WORDS, DUTY),
    portability=Portability(
        stays={"held_organisation": "says only that rows here shall stay as they are"},
        duties={"duty_of_departure": DUTY},
    ),
    personal=Personal(
        about={
            "departure": About(
                words="Where you said that an organisation goes.",
                actor=("chosen_by", "accepted_by"),
                hides=("chosen_by", "accepted_by"),
                keeps=Keeps.ACTS,
            ),
            "departure_step": About(
                words="A step of the way out of an organisation that you took.",
                actor=("actor",),
                keeps=Keeps.ACTS,
            ),
            "departure_reader": About(
                words="That you decide for an organisation that has to leave.",
                email=("email",),
                keeps=Keeps.OTHERS,
            ),
        },
        nobody={
            "withdrawal": "a provider, its deadlines, and the published reason",
            "zone_silence": "zones that do not answer",
            "held_organisation": "organisations whose rows stay as they are",
        },
    ),
)
