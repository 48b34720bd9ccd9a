"""A running cluster is backed up to an S3 server that is not ours, and comes back from there."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from hub.app import compose
from hub.backups import Follower, command, elsewhere, following, list_copies, restore
from hub.core import postgres
from hub.core.errors import BadSetting
from hub.core.files import open_files
from hub.core.migrate import migrate
from tests.conftest import SECRET, quick_folder
from tests.faults.test_backups import QUICK, _acts, _eventually, _is_taken, _write
from tests.s3 import S3, Asked, serve_s3

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place() -> Iterator[Path]:
    folder = quick_folder("hub-backups-")
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def s3() -> Iterator[S3]:
    with serve_s3() as served:
        yield served


def test_what_was_followed_to_a_server_comes_back_when_the_folder_is_lost(
    place: Path, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(following, "SEND_S", 0.5)
    monkeypatch.setattr(elsewhere, "PIECE_BYTES", 1_000_000)
    to, failed = s3.place(f"backups-{uuid4()}"), list[Asked]()

    def refuse_some(asked: Asked) -> str:
        """The first pass ends at its third piece."""
        if asked.method == "PUT" and "0003.tar.gz" in asked.path and len(failed) < 1:
            failed.append(asked)
            return "refused"
        return ""

    s3.wire.fault = refuse_some
    source = postgres.start(place / "source", settings=QUICK)
    send = partial(command._send, to, place / "backups", 7)
    follower = Follower(source.dsn(), place / "backups", send=send)
    thread = threading.Thread(target=follower.run)
    try:
        thread.start()
        _eventually(lambda: bool(list_copies(place / "backups")), "no copy was made")
        _write(source, "first")
        _write(source, "second")
        _eventually(lambda: _is_taken(source), "the changes are not taken")
        _eventually(lambda: bool(failed), "nothing was refused")
        _eventually(lambda: bool(whole_at(to)), "the next pass did not bring the copy")
    finally:
        follower.stopping.set()
        thread.join()
        source.stop()
    send()  # whatever the last moment left
    shutil.rmtree(place / "backups")

    with command._at_hand(to, None, place / "new") as folder:
        restore(folder, place / "late")
    assert _acts(place / "late") == ["first", "second"]
    assert list((place / "new").iterdir()) == []


def hub(words: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_command_brings_back_what_was_sent_to_a_server_or_to_a_folder(
    place: Path, s3: S3
) -> None:
    """As it is typed on a lost machine: the address, the old secret key, an empty HUB_DATA."""
    given = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")} | {
        "HUB_SECRET_KEY": SECRET.decode(),
        "HUB_BACKUPS_ACCESS_KEY_ID": s3.id,
        "HUB_BACKUPS_SECRET_ACCESS_KEY": s3.secret,
    }
    sent_to = (s3.place(f"backups-{uuid4()}"), str(place / "there"))
    source = postgres.start(place / "source", settings=QUICK)
    try:
        with psycopg.connect(source.dsn(), autocommit=True) as line:
            line.execute("create database hub")
        url = source.dsn(database="hub")
        asyncio.run(migrate(url, SECRET, compose().packages))
        with psycopg.connect(url, autocommit=True) as line:
            line.execute("create table act as select 'before the loss' as text")
        running = given | {"DATABASE_URL": url, "HUB_DATA": str(place / "running")}
        for to in sent_to:
            done = hub(["backup", str(place / "backups"), "--to", to], running)
            assert (done.returncode, len(done.stdout.splitlines())) == (0, 2), done.stderr
    finally:
        source.stop()
    shutil.rmtree(place / "backups")

    given.pop("DATABASE_URL", None)
    for number, to in enumerate(sent_to):
        data = place / f"again-{number}"
        empty = given | {"HUB_DATA": str(data)}
        done = hub(["restore", to], empty)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told["faults"] == []
        assert told["tables"] > 100
        shell = hub(["psql", "--", "-tAc", "select text from act"], empty)
        assert shell.stdout.strip() == "before the loss", shell.stderr
        assert list(data.glob(".backup-pieces-*")) == []
        again = hub(["restore", to], empty)
        assert again.returncode == 2
        assert "There is a database" in again.stderr
        assert "Traceback" not in again.stderr


def whole_at(to: str) -> dict[str, elsewhere.Kept]:
    there = elsewhere.Elsewhere(open_files(to, Path("/nowhere")), Path("/nowhere"))
    return asyncio.run(there.list_copies())


def test_a_setting_that_cannot_be_is_told_before_anything_is_copied(place: Path) -> None:
    with pytest.raises(BadSetting):
        command.back_up(
            None,  # type: ignore[arg-type]  it is not looked at
            place / "backups",
            follow=False,
            keep=1,
            to="s3://no/../such?x",
        )
    assert not (place / "backups").exists()
