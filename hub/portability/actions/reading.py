"""What can be said of an export before it is made, and of two of them."""

from collections.abc import Iterable

from hub.core.db import Session
from hub.core.vertical import Slice
from hub.portability import policy, store
from hub.portability.models import Bundle


async def count_leaving(session: Session, slices: Iterable[Slice]) -> int:
    """How many tables leave with an organisation."""
    rules = policy.rules_of(slices)
    return sum(rules.leaves(table) for table in await store.list_tables(session))


def is_same(left: Bundle, right: Bundle, slices: Iterable[Slice]) -> bool:
    """Whether two exports hold the same rows, but for those that an erasure keeps."""
    rules = policy.rules_of(slices)
    one, other = (policy.sums_of_going(rules, bundle.tables) for bundle in (left, right))
    return one == other
