"""The first answer to a key is kept for thirty days."""

from datetime import timedelta

import asyncpg

from hub.core.db import Database
from hub.core.tasks import forget_old_replies_later
from hub.core.vertical import Nothing
from tests.conftest import NOW


async def test_an_answer_is_kept_for_thirty_days_and_no_longer(
    database: Database, admin: asyncpg.Connection
) -> None:
    for key, age in (("young", timedelta(days=29)), ("old", timedelta(days=30, seconds=1))):
        await admin.execute(
            "insert into idempotent_reply (scope, key, fingerprint, created_at)"
            " values ('guest', $1, '', $2)",
            key,
            NOW - age,
        )
    await forget_old_replies_later.run(database, None, Nothing())
    kept = await admin.fetch("select key from idempotent_reply where scope = 'guest'")
    assert [row["key"] for row in kept] == ["young"]
