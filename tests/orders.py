"""An order that keeps what an organisation has, and is lifted at the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

_PLACE = "insert into legal_hold (tenant, since, why) values ($1, now(), 'TJ Mende, 26/0142')"


@asynccontextmanager
async def legal_hold(admin: asyncpg.Connection, tenant: int) -> AsyncIterator[None]:
    await admin.execute(_PLACE, tenant)
    yield
    await admin.execute("delete from legal_hold where tenant = $1", tenant)
