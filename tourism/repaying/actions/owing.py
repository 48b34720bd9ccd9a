"""What an organisation owes and where it transfers it; who owes a platform, by age."""

from hub import billing
from hub.core.db import Tx
from tourism.repaying import policy, store
from tourism.repaying.models import AgedDebt, Owed

STAYS_MOST, PAYEES_MOST, RECEIVED_MOST, AGED_MOST = 500, 20, 100, 500


async def find_owed(tx: Tx) -> Owed:
    """What the caller, whatever it is, owes for stays, and what it has paid by transfer."""
    assert tx.tenant is not None
    stays = await store.list_owed_shares(tx, STAYS_MOST + 1)
    return Owed(
        stays=tuple(stays[:STAYS_MOST]),
        more=len(stays) > STAYS_MOST,
        payees=tuple(await store.list_payees(tx, PAYEES_MOST)),
        reference=policy.transfer_reference(tx.tenant),
        received=tuple(await store.list_own_received(tx, RECEIVED_MOST)),
    )


async def list_aged(tx: Tx) -> list[AgedDebt]:
    """Who owes the caller, a platform, the oldest debt first."""
    return await store.list_aged(tx, AGED_MOST)


async def find_iban(tx: Tx) -> str | None:
    """Where the caller, a platform, asks transfers to go: as it stands on its invoices."""
    profile = await billing.find_profile(tx)
    return profile.iban if profile else None
