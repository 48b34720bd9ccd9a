"""A cluster is copied while it works, followed, and brought back at any instant since."""

import shutil
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from hub.backups import BackupError, Follower, list_copies, restore
from hub.core import postgres
from tests.conftest import quick_folder
from tourism.indexing.store import q

QUICK = {"shared_buffers": "16MB", "max_connections": "20", "max_wal_size": "64MB"}
PATIENCE_S = 60


@pytest.fixture
def place() -> Iterator[Path]:
    folder = quick_folder("hub-backups-")
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def _eventually(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def _write(server: postgres.Server, text: str) -> datetime:
    """An act of its own, and an instant after it."""
    with psycopg.connect(server.dsn(), autocommit=True) as line:
        line.execute("create table if not exists act (text text)")
        line.execute("insert into act values (%s)", [text])
    return datetime.now(UTC)


def _feed(server: postgres.Server) -> str:
    """What names the feed that indexes of other machines follow."""
    with psycopg.connect(server.dsn(), autocommit=True) as line:
        line.execute(
            "create table if not exists index_feed as"
            " select gen_random_uuid() as id, '0'::xid8 as pruned"
        )
        row = line.execute(q.open_feed.sql).fetchone()
        assert row is not None
        return row[0]


def _feed_at(home: Path) -> str:
    server = postgres.start(home, settings=QUICK)
    try:
        return _feed(server)
    finally:
        server.stop()


def _acts(home: Path) -> list[str]:
    server = postgres.start(home, settings=QUICK)
    try:
        with psycopg.connect(server.dsn()) as line:
            return [row[0] for row in line.execute("select text from act").fetchall()]
    finally:
        server.stop()


def test_what_was_followed_comes_back_as_late_as_it_goes_or_at_an_instant(place: Path) -> None:
    source = postgres.start(place / "source", settings=QUICK)
    follower = Follower(source.dsn(), place / "backups")
    thread = threading.Thread(target=follower.run)
    try:
        early = _write(source, "before the copy")
        thread.start()
        _eventually(lambda: bool(list_copies(place / "backups")), "no copy was made")
        known = _feed(source)
        first = _write(source, "first")
        _write(source, "second")
        _eventually(lambda: _is_taken(source), "the changes are not taken")
    finally:
        follower.stopping.set()
        thread.join()
        source.stop()

    assert _feed_at(place / "source") == known
    restore(place / "backups", place / "late")
    feed = _feed_at(place / "late")
    assert feed[:32] == known[:32]
    assert feed != known, "an index of what is lost would be followed"
    assert _acts(place / "late") == ["before the copy", "first", "second"]
    then = restore(place / "backups", place / "then", until=first)
    assert _acts(place / "then") == ["before the copy", "first"]
    assert then.last_act_at is not None
    assert then.last_act_at <= first

    with pytest.raises(BackupError, match="There is a database"):
        restore(place / "backups", place / "then")
    with pytest.raises(BackupError, match="No instant before"):
        restore(place / "backups", place / "never", until=early)
    with pytest.raises(BackupError, match="The backups end before that instant"):
        restore(place / "backups", place / "never", until=datetime.now(UTC))
    [copy] = list_copies(place / "backups")
    spoilt = place / "backups" / "copies" / copy / "data" / "PG_VERSION"
    spoilt.write_text("17\n")
    with pytest.raises(BackupError, match="pg_verifybackup"):
        restore(place / "backups", place / "spoilt")


@pytest.mark.parametrize("state", ["lost", "put aside", "nothing to go on from"])
def test_after_a_loss_of_changes_a_new_copy_is_made_whoever_was_killed_meanwhile(
    place: Path, state: str
) -> None:
    source = postgres.start(place / "source", settings=QUICK | {"max_slot_wal_keep_size": "64MB"})
    backups, wal = place / "backups", place / "backups" / "wal"
    try:
        with _following(source, backups):
            _eventually(lambda: len(list_copies(backups)) == 1, "no copy was made")
            _write(source, "followed")
            _eventually(lambda: _is_taken(source), "the changes are not taken")
        _write(source, "meanwhile")
        _lose(source)
        if state == "put aside":  # the follower was killed before it made the new copy
            wal.rename(backups / "wal.until-20000101T000000Z")
            wal.mkdir()
        if state != "lost":
            with psycopg.connect(source.dsn(), autocommit=True) as line:
                line.execute("select pg_drop_replication_slot('usage_hub_backup')")
        with _following(source, backups):
            _eventually(lambda: len(list_copies(backups)) == 2, "no new copy was made")
            _write(source, "after")
            _eventually(lambda: _is_taken(source), "the changes are not taken")
    finally:
        source.stop()
    restore(backups, place / "late")
    assert _acts(place / "late") == ["followed", "meanwhile", "after"]
    assert len(list(backups.glob("wal.until-*"))) == (state != "put aside")


@contextmanager
def _following(server: postgres.Server, folder: Path) -> Generator[None]:
    follower = Follower(server.dsn(), folder)
    thread = threading.Thread(target=follower.run)
    thread.start()
    try:
        yield
    finally:
        follower.stopping.set()
        thread.join()


def _lose(server: postgres.Server) -> None:
    """Write on until the server throws away what nobody has taken."""
    with psycopg.connect(server.dsn(), autocommit=True) as line:
        for _ in range(20):
            line.execute("select pg_logical_emit_message(false, 'test', repeat('x', 1000000))")
            line.execute("select pg_switch_wal()")
            line.execute("checkpoint")
            found = line.execute("select wal_status from pg_replication_slots").fetchone()
            if found == ("lost",):
                return
    raise AssertionError("the server keeps everything")


def _is_taken(server: postgres.Server) -> bool:
    with psycopg.connect(server.dsn()) as line:
        found = line.execute(
            "select flush_lsn >= pg_current_wal_flush_lsn() from pg_stat_replication"
            " where application_name = 'pg_receivewal'"
        ).fetchone()
        return bool(found and found[0])
