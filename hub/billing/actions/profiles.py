"""Who an organisation is on its invoices."""

from hub import audit
from hub.billing import store
from hub.billing.models import Profile
from hub.billing.policy.parties import check_profile
from hub.core.db import Tx


async def find_profile(tx: Tx) -> Profile | None:
    """The identity of the caller's organisation; none before it is given."""
    return await store.find_profile(tx)


async def save_profile(tx: Tx, profile: Profile) -> Profile:
    """Keep the identity for the documents issued from now on; those issued keep theirs.

    Raises `ProfileInvalid`, `IdentifierInvalid`.
    """
    checked = check_profile(profile)
    await store.save_profile(tx, checked)
    await audit.record(tx, action="billing.profile", subject=f"organisation:{tx.tenant}")
    return checked
