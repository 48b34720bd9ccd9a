"""What the database says of an organisation's rows in an error stands in no log line, in no list of
failed tasks, and in no finding."""

import io
import logging
from collections.abc import Iterator

import asyncpg
import pytest
import structlog

from hub.core.db import Database
from hub.core.log import hide_values, processors, set_up_logs, tell
from hub.core.vertical import Nothing, Task
from hub.core.work import MAX_ATTEMPTS, attempt_task

SECRET = "ada.martin@example.fr"
TWICE = """
create temporary table guest (email text primary key, name text check (name <> ''));
insert into guest values ('ada.martin@example.fr', 'Ada')
"""
REFUSED = (
    "insert into guest values ($1, 'Ada')",
    "insert into guest values ($1 || 'x', '')",
    "select $1::int",
    "select $1::text::int",
    """select ('"' || $1)::jsonb""",
    "select ($1 || '-01')::date",
)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a process writes; the test's own logs are put back afterwards."""
    root = logging.getLogger()
    before, handlers, level = structlog.get_config(), root.handlers[:], root.level
    said = io.StringIO()
    set_up_logs(json=True)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(said))
    yield said
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("statement", REFUSED)
async def test_a_refused_row_is_in_no_line(
    admin: asyncpg.Connection, lines: io.StringIO, statement: str
) -> None:
    await admin.execute(TWICE)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)) as caught:
        await admin.execute(statement, SECRET)
    error = caught.value
    assert SECRET in str(error), "PostgreSQL or its driver quotes it"
    with pytest.raises(RuntimeError) as outer:
        raise RuntimeError("beside") from error
    structlog.get_logger("test").error("failed", error=str(error), exc_info=outer.value)
    assert SECRET not in tell(outer.value)
    said = lines.getvalue()
    assert SECRET not in said
    assert type(error).__name__ in said, "what happened is told"
    assert "RuntimeError: beside" in said
    for json in (True, False):
        structlog.configure(processors=processors(json=json))
        assert SECRET not in tell(error)


def test_what_follows_the_quoted_row_is_kept() -> None:
    text = "DETAIL:  Key (email)=(x@y.fr) already exists.\nHINT:  Another.\n\nDuring handling"
    assert hide_values(text) == "DETAIL: …\nHINT:  Another.\n\nDuring handling"
    assert hide_values("deadlock detected") == "deadlock detected"


async def test_a_failed_task_is_kept_without_the_row(
    database: Database, admin: asyncpg.Connection
) -> None:
    async def fail(database: Database, tenant: int | None, message: Nothing) -> None:
        async with database.transaction() as tx:
            await (await tx.connection()).fetch("select $1::text::int", SECRET)

    task = Task(name="test.fails", message_type=Nothing, run=fail)
    await attempt_task(database, task, None, {}, MAX_ATTEMPTS)
    [row] = await admin.fetch("select task, error from failed_task")
    assert row["task"] == "test.fails"
    assert row["error"].startswith("InvalidTextRepresentationError: invalid input")
    assert SECRET not in row["error"]
