"""Functions that look over the walls can be replaced by a later release."""

import asyncpg

from hub.app import compose
from hub.core.migrate import migrate
from tests.conftest import SECRET


async def test_changed_functions_run_again_and_nothing_else(
    database_url: str, admin: asyncpg.Connection
) -> None:
    changed = await admin.fetch(
        "update schema_migration set checksum = 'of an older release'"
        " where name = 'functions.sql' returning slice || '/' || name as file"
    )
    ran = await migrate(database_url, SECRET, compose().packages)
    assert sorted(ran) == sorted(row["file"] for row in changed)
    assert await migrate(database_url, SECRET, compose().packages) == []
