"""The first answer to a key is kept for thirty days."""

from datetime import timedelta

import asyncpg

from hub.core.db import Database
from hub.core.tasks import AT_ONCE, forget_old_replies_later
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


async def test_a_months_answers_go_in_steps_until_none_is_left(
    database: Database, admin: asyncpg.Connection
) -> None:
    old, young = 3 * AT_ONCE + 7, 50
    border = NOW - timedelta(days=30)
    await admin.execute(
        "insert into idempotent_reply (scope, key, fingerprint, created_at)"
        " select 'guest', n::text, '', $1::timestamptz + (n - 1) * interval '1 second'"
        "   from generate_series(-$2::int + 1, $3::int) as n",
        border,
        old,
        young,
    )
    await admin.execute(
        "create table step (rows int); grant insert on step to public;"
        " create function count_step() returns trigger language plpgsql as $$"
        " begin insert into step select count(*) from gone; return null; end $$;"
        " create trigger step after delete on idempotent_reply"
        " referencing old table as gone for each statement execute function count_step()"
    )
    await forget_old_replies_later.run(database, None, Nothing())
    kept = await admin.fetch("select created_at from idempotent_reply where scope = 'guest'")
    assert len(kept) == young
    assert min(row["created_at"] for row in kept) == border
    steps = [row["rows"] for row in await admin.fetch("select rows from step")]
    assert (sum(steps), max(steps)) == (old, AT_ONCE)
