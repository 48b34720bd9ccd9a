"""What payments bring."""

from hub.core.vertical import Slice
from hub.payments.models import RefundPrepared
from hub.payments.tasks import pay_refund_later

slice = Slice(
    package="hub.payments",
    tasks=(pay_refund_later,),
    on={RefundPrepared: (pay_refund_later,)},
)
