"""What comes back when a stay is cancelled or missed."""

from datetime import datetime

from tourism.booking.models import Refund
from tourism.quoting.models import Breakdown, CancellationTerms


def refund_at(breakdown: Breakdown, terms: CancellationTerms, now: datetime) -> Refund:
    """What comes back if the stay is cancelled now. The tourist tax always does: no stay, no tax
    (CGCT L2333-29)."""
    free = terms.free_until_at is not None and now <= terms.free_until_at
    return _refund(breakdown, 0 if free else terms.penalty_cents, free=free)


def refund_of_no_show(breakdown: Breakdown, terms: CancellationTerms, *, waived: bool) -> Refund:
    """What a guest who did not come gets back: all but the penalty, or all when it is waived."""
    return _refund(breakdown, 0 if waived else terms.penalty_cents, free=waived)


def _refund(breakdown: Breakdown, penalty_cents: int, *, free: bool) -> Refund:
    return Refund(
        refund_cents=breakdown.total_cents - penalty_cents,
        penalty_cents=penalty_cents,
        tourist_tax_cents=breakdown.tourist_tax_cents,
        free=free,
    )
