"""What owing brings."""

from hub import payments
from hub.core.vertical import About, Keeps, Personal, Portability, Slice
from tourism.booking.models import StayEnded
from tourism.owing import api, pages, tasks
from tourism.owing.models import ActOnDue
from tourism.paying.models import OwedChanged

DUTY = "Paiements que des voyageurs doivent encore : %(many)s"

slice = Slice(
    package="tourism.owing",
    handlers=(api.see_owing, api.pay_owed, *pages.handlers),
    tasks=(
        tasks.follow_later,
        tasks.ended_later,
        tasks.act_later,
        tasks.hear_later,
        tasks.sweep_later,
    ),
    on={
        OwedChanged: (tasks.follow_later,),
        StayEnded: (tasks.ended_later,),
        ActOnDue: (tasks.act_later,),
        payments.ChargeAnswered: (tasks.hear_later,),
    },
    ticks=(tasks.SWEEP,),
    messages=(DUTY,),
    portability=Portability(duties={"duty_of_dues": DUTY}),
    personal=Personal(
        about={
            "stay_due": About(
                words="A balance or a penalty of a stay of yours.",
                follows={"booking": "booking"},
                keeps=Keeps.ACCOUNTS,
            )
        },
    ),
)
