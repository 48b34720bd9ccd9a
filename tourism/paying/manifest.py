"""What paying brings."""

from hub import payments
from hub.core.vertical import About, Keeps, Personal, Slice
from tourism.paying import api, pages, tasks
from tourism.paying.accounts import ACCOUNT_NAMES
from tourism.paying.models import PaymentBegun

slice = Slice(
    package="tourism.paying",
    handlers=(api.pay, api.see_refund, api.cancel, *pages.handlers),
    tasks=(
        tasks.finish_payment_later,
        tasks.hear_later,
        tasks.post_refund_later,
        tasks.return_refund_later,
    ),
    on={
        PaymentBegun: (tasks.finish_payment_later,),
        payments.ChargeAnswered: (tasks.hear_later,),
        payments.RefundSettled: (tasks.post_refund_later,),
        payments.RefundReturned: (tasks.return_refund_later,),
    },
    account_names=ACCOUNT_NAMES,
    personal=Personal(
        about={
            "charge": About(
                words="A payment of a stay of yours.",
                refers={"subject": "booking"},
                keeps=Keeps.ACCOUNTS,
            ),
            "refund": About(
                words="What was paid back of it.",
                follows={"charge": "charge"},
                keeps=Keeps.ACCOUNTS,
            ),
            "dispute": About(
                words="A payment that was contested at the bank.",
                follows={"charge": "charge"},
                keeps=Keeps.ACCOUNTS,
            ),
            "allocation": About(
                words="How the price of a stay of yours was shared.",
                refers={"subject": "booking"},
                keeps=Keeps.ACCOUNTS,
            ),
        },
    ),
)
