"""What usage billing brings."""

from hub import payments
from hub.billing.manifest import LAW
from hub.core.vertical import Kept, NavItem, Personal, Portability, Slice
from hub.usage import api, pages, tasks
from hub.usage.models import BillMonth

slice = Slice(
    package="hub.usage",
    handlers=(*api.handlers, *pages.handlers),
    tasks=(
        tasks.announce_later,
        tasks.bill_later,
        tasks.hear_later,
        tasks.refunded_later,
        tasks.returned_later,
        tasks.dispute_later,
        tasks.fee_later,
    ),
    on={
        BillMonth: (tasks.bill_later,),
        payments.ChargeAnswered: (tasks.hear_later,),
        payments.RefundSettled: (tasks.refunded_later,),
        payments.RefundReturned: (tasks.returned_later,),
        payments.DisputeChanged: (tasks.dispute_later,),
        payments.FeeTold: (tasks.fee_later,),
    },
    ticks=(tasks.HOURLY,),
    nav=(
        NavItem(label="Services", path=pages.SOLD, organisation_kinds=("operator",), rank=60),
        NavItem(
            label="Abonnements",
            path=pages.OWN,
            organisation_kinds=("lodging", "office", "region", "federation"),
            rank=90,
        ),
    ),
    account_names={"services.sold": "Services vendus à l'usage"},
    portability=Portability(
        kept={
            name: Kept(years=10, why=LAW)
            for name in (
                "usage_plan",
                "usage_subscription",
                "usage_event",
                "usage_month",
                "usage_bill",
            )
        }
    ),
    personal=Personal(
        nobody=dict.fromkeys(("usage_subscription", "usage_bill"), "what organisations use"),
    ),
)
