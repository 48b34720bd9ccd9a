"""What mandates bring."""

from hub.core.vertical import About, Keeps, Personal, Slice
from hub.exits import SaleEnded
from tourism.mandate import pages, tasks

slice = Slice(
    package="tourism.mandate",
    handlers=pages.handlers,
    tasks=(tasks.end_due_later, tasks.end_sale_later),
    on={SaleEnded: (tasks.end_sale_later,)},
    ticks=(tasks.SWEEP,),
    personal=Personal(
        about={
            "mandate": About(
                words="A mandate that you signed for a house.",
                actor=("signed_by",),
                keeps=Keeps.ACCOUNTS,
            )
        },
    ),
)
