"""What of a folder of backups stands elsewhere, is dropped there, and is fetched from there."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub import run
from hub.backups import BackupError, Copy, Follower, command, elsewhere, following, list_copies
from hub.backups.elsewhere import Elsewhere
from hub.backups.taking import open_folder, write_copy
from hub.core.files import FilesError, Folder, Stored
from tests.conftest import settings_for

BEGAN = datetime(2026, 11, 27, 1, tzinfo=UTC)
SEGMENTS = [f"00000001000000000000000{number}" for number in range(1, 8)]


class Cut(Folder):
    """A place that takes so many files, and then no more."""

    def __init__(self, root: Path, most: int) -> None:
        super().__init__(root)
        self.most = most

    async def put(self, name: str, path: Path, sha256: str = "") -> Stored:
        if not self.most:
            raise FilesError("It does not answer.")
        self.most -= 1
        return await super().put(name, path, sha256)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two copies, a day apart, and the changes from the second segment on."""
    made = open_folder(tmp_path / "backups")
    for day, first in ((0, 1), (1, 4)):
        add_copy(made, day, SEGMENTS[first])
    for name in SEGMENTS[1:6]:
        (made / "wal" / name).write_bytes(name.encode() + bytes(1_000_000))
    (made / "wal" / f"{SEGMENTS[6]}.partial").write_bytes(b"half")
    (made / "wal" / "00000002.history").write_bytes(b"history")
    (made / "wal" / "archive_status").mkdir()
    return made


def add_copy(folder: Path, day: int, first: str) -> None:
    begun = BEGAN + timedelta(days=day)
    place = folder / "copies" / f"{begun:%Y%m%dT%H%M%SZ}"
    (place / "data" / "base").mkdir(parents=True)
    (place / "data" / "pg_wal").mkdir()  # an empty one
    (place / "data" / "base" / "1").write_bytes(begun.isoformat().encode() * 50_000)
    (place / "data" / "PG_VERSION").write_text("18")
    whole = begun + timedelta(minutes=1)
    write_copy(place, Copy(begun_at=begun, whole_at=whole, first_segment=first, major=18))


def place_of(tmp_path: Path, files: Folder | None = None) -> Elsewhere:
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return Elsewhere(files or Folder(tmp_path / "there"), scratch)


def send(there: Elsewhere, folder: Path, keep: int = 7) -> int:
    return asyncio.run(there.send(folder, keep))


def names(tmp_path: Path, under: str = "") -> list[str]:
    root = tmp_path / "there" / under
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def contents(folder: Path, parts: Iterable[str] = ("",)) -> dict[str, bytes]:
    found = (path for part in parts for path in (folder / part).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_what_was_sent_comes_back_byte_for_byte_with_what_its_copy_needs(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "PIECE_BYTES", 5_000)
    there = place_of(tmp_path)
    assert send(there, folder) > 10
    assert sum(name.endswith(".tar.gz") for name in names(tmp_path)) > 2, "in pieces"
    assert send(there, folder) == 1, "only the one that is being written"
    for until, copy, first in ((None, 1, 4), (BEGAN + timedelta(hours=2), 0, 1)):
        back = tmp_path / f"back-{copy}"
        asyncio.run(there.fetch(back, until))
        [name] = list_copies(back)
        assert name == f"{BEGAN + timedelta(days=copy):%Y%m%dT%H%M%SZ}"
        assert contents(back / "copies" / name) == contents(folder / "copies" / name)
        assert (back / "copies" / name / "data" / "pg_wal").is_dir()
        wanted = {*SEGMENTS[first:6], f"{SEGMENTS[6]}.partial", "00000002.history"}
        sent = contents(folder / "wal")
        assert contents(back / "wal") == {one: sent[one] for one in wanted}
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_folder_that_backups_were_sent_to_is_brought_back_from_by_its_name(
    tmp_path: Path, folder: Path
) -> None:
    send(place_of(tmp_path), folder)
    with command._at_hand(str(folder), None, tmp_path / "data") as itself:
        assert itself == folder
    with command._at_hand(str(tmp_path / "there"), None, tmp_path / "data") as fetched:
        [name] = list_copies(fetched)
        assert contents(fetched / "copies" / name) == contents(folder / "copies" / name)
    assert not fetched.exists()


def test_a_copy_that_was_cut_off_is_none_and_is_whole_after_the_next_pass(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "PIECE_BYTES", 1_000)
    for most in (0, 1, 2):
        with pytest.raises(FilesError):
            send(place_of(tmp_path, Cut(tmp_path / "there", most)), folder)
        assert asyncio.run(place_of(tmp_path).list_copies()) == {}
        with pytest.raises(BackupError, match="no whole copy"):
            asyncio.run(place_of(tmp_path).fetch(tmp_path / f"back-{most}", None))
        assert list((tmp_path / "scratch").iterdir()) == []
    send(place_of(tmp_path), folder)
    assert len(asyncio.run(place_of(tmp_path).list_copies())) == 2


def test_what_no_kept_copy_needs_goes_there_and_an_empty_folder_drops_nothing(
    tmp_path: Path, folder: Path
) -> None:
    there = place_of(tmp_path)
    send(there, folder)
    before = names(tmp_path)
    assert send(there, open_folder(tmp_path / "another")) == 0
    assert names(tmp_path) == before
    (folder / "wal" / f"{SEGMENTS[6]}.partial").rename(folder / "wal" / SEGMENTS[6])
    send(there, folder, keep=1)
    assert {name.split("/")[0] for name in names(tmp_path, "copies")} == {"20261128T010000Z"}
    kept = [f"{name}.gz" for name in SEGMENTS[4:]]
    assert names(tmp_path, "wal") == [*kept, "00000002.history.gz"]


def test_backups_have_credentials_of_their_own_that_no_page_server_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Mapping[str, str]] = []
    monkeypatch.setattr(elsewhere, "open_files", lambda _, __, env: given.append(env))
    other = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c"}
    own = {"HUB_BACKUPS_ACCESS_KEY_ID": "d", "HUB_BACKUPS_SECRET_ACCESS_KEY": "e"}
    for environment in (other, other | own):
        elsewhere.open_place("s3://bucket/x", tmp_path, environment)
    assert given[0] == other
    aws = {name: text for name, text in given[1].items() if name.startswith("AWS_")}
    assert aws == {"AWS_ACCESS_KEY_ID": "d", "AWS_SECRET_ACCESS_KEY": "e"}

    for name, text in {**own, "HUB_BACKUPS": str(tmp_path), "HUB_BACKUPS_TO": "s3://x/y"}.items():
        monkeypatch.setenv(name, text)
    settings = settings_for("postgresql://postgres:x@127.0.0.1:1/hub", tmp_path)
    names = {
        child.name: {name for name in child.env if name.startswith("HUB_BACKUPS_")}
        for child in run._children(settings)
    }
    assert names.pop("backup") == {*own, "HUB_BACKUPS_TO"}
    assert names
    assert all(held == {"HUB_BACKUPS_TO"} for held in names.values()), "the address, no key"


def test_a_pass_that_fails_in_whatever_way_is_not_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "SEND_S", 0.01)
    faults: list[Exception] = [ValueError("spoilt"), FilesError("away"), OSError("full")]
    passes: list[int] = []

    def send() -> None:
        passes.append(len(faults))
        if faults:
            raise faults.pop()
        follower.stopping.set()

    follower = Follower("postgresql://nobody", tmp_path / "followed", send=send)
    follower._send_on()
    assert passes == [3, 2, 1, 0]


def test_a_gap_in_the_changes_is_told(tmp_path: Path, folder: Path) -> None:
    there = place_of(tmp_path)
    send(there, folder)
    (tmp_path / "there" / "wal" / f"{SEGMENTS[5]}.gz").unlink()
    with pytest.raises(BackupError, match="gap"):
        asyncio.run(there.fetch(tmp_path / "back", None))
