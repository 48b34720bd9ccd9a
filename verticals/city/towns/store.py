"""The statements."""

from hub.core.db import Tx
from hub.core.sql import load_queries
from verticals.city.towns.models import Town

q = load_queries(__name__)


async def find_town(tx: Tx) -> Town | None:
    return await tx.one(Town, q.find_town)


async def keep_town(tx: Tx, town: Town) -> None:
    where = {"lat": town.lat, "lng": town.lng, "reach_km": town.reach_km}
    await tx.run(q.keep_town, tenant=tx.tenant, code=town.code, name=town.name, **where, now=tx.now)
