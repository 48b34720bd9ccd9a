"""What invoicing brings."""

from hub.core.vertical import About, Keeps, Personal, Slice
from tourism.booking.models import RoomsCancelled, StayBooked, StayCancelled, StayEnded
from tourism.changing.models import StayChanged
from tourism.invoicing import pages, tasks
from tourism.invoicing.models import BillFees, FollowStay

slice = Slice(
    package="tourism.invoicing",
    handlers=pages.handlers,
    tasks=(
        tasks.follow_later,
        tasks.booked_later,
        tasks.ended_later,
        tasks.cancelled_later,
        tasks.rooms_later,
        tasks.changed_later,
        tasks.bill_later,
        tasks.sweep_later,
        tasks.late_later,
    ),
    on={
        FollowStay: (tasks.follow_later,),
        StayBooked: (tasks.booked_later,),
        StayEnded: (tasks.ended_later,),
        StayCancelled: (tasks.cancelled_later,),
        RoomsCancelled: (tasks.rooms_later,),
        StayChanged: (tasks.changed_later,),
        BillFees: (tasks.bill_later,),
    },
    ticks=(tasks.SWEEP, tasks.LATE),
    personal=Personal(
        about={
            "invoice": About(
                words="An invoice or a credit note of a stay of yours.",
                refers={"subject": "booking"},
                keeps=Keeps.ACCOUNTS,
            ),
            "invoice_vat": About(
                words="Its VAT by rate.",
                follows={"invoice": "invoice"},
                keeps=Keeps.ACCOUNTS,
            ),
            "invoice_sending": About(
                words="Its way to the tax authority's platform.",
                follows={"invoice": "invoice"},
                keeps=Keeps.ACCOUNTS,
            ),
            "invoice_status": About(
                words="What became of it there.",
                follows={"invoice": "invoice"},
                hides=("told_by",),
                keeps=Keeps.ACCOUNTS,
            ),
            "stay_invoicing": About(
                words="Who such an invoice is made out to.",
                follows={"booking": "booking"},
                keeps=Keeps.ACCOUNTS,
            ),
        },
    ),
)
