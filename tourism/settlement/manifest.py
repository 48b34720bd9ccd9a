"""What settlement brings."""

from hub import payments
from hub.core.vertical import Kept, NavItem, Personal, Portability, Slice
from tourism.settlement import dated, pages, reserve, tasks
from tourism.settlement.models import SettleStay

DUTY = "Versements encore à recevoir ou à rendre : %(many)s"
OTHERS = "Versements des autres organisations encore à faire ou à rendre : %(many)s"
LAW = "vouchers of accounts (Code de commerce, article L123-22)"

slice = Slice(
    package="tourism.settlement",
    handlers=(*pages.handlers, *dated.handlers, *reserve.handlers),
    tasks=(
        tasks.settle_later,
        tasks.sweep_later,
        tasks.finish_later,
        tasks.dispute_later,
        tasks.fee_later,
    ),
    on={
        SettleStay: (tasks.settle_later,),
        payments.CallSettled: (tasks.finish_later,),
        payments.DisputeChanged: (tasks.dispute_later,),
        payments.FeeTold: (tasks.fee_later,),
    },
    ticks=(tasks.SWEEP,),
    nav=(
        NavItem(label="Versements", path=pages.PAGE, organisation_kinds=pages.PAID),
        NavItem(label="Réserve mutuelle", path=reserve.PAGE, organisation_kinds=("federation",)),
    ),
    messages=(
        DUTY,
        OTHERS,
        *pages.HELD.values(),
        *pages.WORDS.values(),
        *pages.STATES.values(),
        *reserve.CAUSES.values(),
    ),
    portability=Portability(
        duties={"duty_of_shares": DUTY, "duty_of_others_shares": OTHERS},
        kept={
            # What others have received is the sum of them, and is compared with their accounts.
            name: Kept(years=10, why=LAW, sealed=True)
            for name in ("share_move", "stay_share")
        },
    ),
    personal=Personal(
        nobody={
            "share_move": "what organisations got of a stay; how its price was shared is given",
            "stay_share": "what organisations got of a stay; how its price was shared is given",
            "stay_swept": "when the shares of a stay were last looked at",
        },
    ),
)
