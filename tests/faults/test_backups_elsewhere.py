"""A running cluster is backed up to an S3 server that is not ours, and comes back from there."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from hub.backups import Follower, command, elsewhere, following, list_copies, restore
from hub.core import postgres
from hub.core.errors import BadSetting
from hub.core.files import open_files
from tests.conftest import quick_folder
from tests.faults.test_backups import QUICK, _acts, _eventually, _is_taken, _write
from tests.s3 import S3, Asked, serve_s3


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
