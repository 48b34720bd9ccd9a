"""What payments bring."""

from hub.core.vertical import Kept, Portability, Slice
from hub.payments import api, pages, tasks
from hub.payments.models import CallPrepared, EventHeard, FeeAwaited, RefundPrepared, ToCatchUp

slice = Slice(
    package="hub.payments",
    handlers=(api.hear, *pages.handlers),
    tasks=(
        tasks.pay_refund_later,
        tasks.perform_call_later,
        tasks.apply_event_later,
        tasks.sweep_later,
        tasks.catch_up_later,
        tasks.catch_up_with_later,
        tasks.fee_later,
    ),
    on={
        RefundPrepared: (tasks.pay_refund_later,),
        CallPrepared: (tasks.perform_call_later,),
        EventHeard: (tasks.apply_event_later,),
        FeeAwaited: (tasks.fee_later,),
        ToCatchUp: (tasks.catch_up_with_later,),
    },
    ticks=(tasks.SWEEP, tasks.CATCH_UP),
    messages=(*pages.DUE.values(), *pages.PAYOUT_STATES.values()),
    portability=Portability(
        kept={
            name: Kept(years=10, why="vouchers of accounts (Code de commerce, article L123-22)")
            for name in ("charge", "refund", "dispute", "payout", "payout_line")
        },
        stays={
            "heard_event": "what the payment service told this hub; what it changed leaves",
            "sandbox_movement": "invented money of the demonstration",
        },
    ),
)
