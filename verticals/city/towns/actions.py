"""Say which commune the town is, and find it again."""

from hub import audit, territory
from hub.core.db import Tx
from verticals.city.towns import policy, store
from verticals.city.towns.errors import TownUnknown
from verticals.city.towns.models import ChooseCommune, Town


async def choose_commune(tx: Tx, command: ChooseCommune) -> Town:
    """Raises `TownInvalid`."""
    assert tx.tenant is not None
    town = policy.choose(tx.tenant, command.commune)
    await store.keep_town(tx, town)
    await audit.record(tx, action="city.commune", subject=f"commune:{town.code}")
    return town


async def seek_town(tx: Tx) -> Town | None:
    """The town of this organisation, once it has said which it is."""
    return await store.find_town(tx)


async def seek_zone(tx: Tx) -> str:
    """The town's clock; that of Paris until the town has said which it is."""
    town = await store.find_town(tx)
    return town.zone if town else territory.zone_of("")


async def enter_town(tx: Tx, space: int) -> Town:
    """Go behind the wall of the town whose public address was called. Raises `TownUnknown`."""
    if not 0 < space < 2**31:
        raise TownUnknown()
    tx.enter(space)
    return await find_town(tx)


async def find_town(tx: Tx) -> Town:
    """The town behind this wall. Raises `TownUnknown`."""
    town = await store.find_town(tx)
    if town is None:
        raise TownUnknown("The town has not said yet which commune it is.")
    return town
