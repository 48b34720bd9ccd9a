"""Files in a folder of this machine, what a name and a place may be, and ranges of an answer."""

import errno
import os
from pathlib import Path

import pytest

from hub.core.errors import BadSetting
from hub.core.files import FileBroken, FilesError, Folder, RangeUnmet, open_files, read_place
from hub.core.files.answers import read_range
from hub.core.files.models import check_name


def write(path: Path, content: bytes = b"0123456789") -> Path:
    path.write_bytes(content)
    return path


async def read(folder: Folder, name: str, start: int = 0, end: int | None = None) -> bytes:
    stored = await folder.find(name)
    assert stored is not None
    return b"".join([piece async for piece in folder.read(stored, start, end)])


async def test_a_file_is_put_found_listed_read_in_part_and_deleted_again_and_again(
    tmp_path: Path,
) -> None:
    folder = Folder(tmp_path / "files")
    for content in (b"0123456789", b"other"):
        await folder.put("a/b/export.zip", write(tmp_path / "made", content))
        assert await read(folder, "a/b/export.zip") == content
    assert not (tmp_path / "made").exists()
    assert await read(folder, "a/b/export.zip", 1, 3) == b"th"
    await folder.put("a/c", write(tmp_path / "made"))
    write(tmp_path / "files/a/.c.fresh")  # what a copy from another disk left when it was killed
    assert [one.name async for one in folder.list("a/")] == ["a/b/export.zip", "a/c"]
    assert [one.name async for one in folder.list("b/")] == []
    for _ in range(2):
        await folder.delete("a/c")
        await folder.delete("a/b/export.zip/below")
        assert await folder.find("a/c") is None
    assert (tmp_path / "files/a/b").stat().st_mode & 0o777 == 0o700


async def test_what_stands_in_its_place_already_stays_there(tmp_path: Path) -> None:
    path = write(tmp_path / "export.zip")
    await Folder(tmp_path).put("export.zip", path)
    assert await read(Folder(tmp_path), "export.zip") == b"0123456789"


async def test_a_file_of_another_sum_is_not_put(tmp_path: Path) -> None:
    with pytest.raises(FileBroken):
        await Folder(tmp_path / "files").put("a", write(tmp_path / "made"), "0" * 64)
    assert await Folder(tmp_path / "files").find("a") is None


async def test_a_file_from_another_disk_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def replace(path: Path, target: Path) -> None:
        if Path(path).parent != Path(target).parent:
            raise OSError(errno.EXDEV, "another disk")
        real(path, target)

    monkeypatch.setattr(os, "replace", replace)
    folder = Folder(tmp_path / "files")
    await folder.put("a/b", write(tmp_path / "made"))
    assert await read(folder, "a/b") == b"0123456789"
    assert sorted(os.listdir(tmp_path / "files/a")) == ["b"]
    assert not (tmp_path / "made").exists()


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    write(tmp_path / "files")
    with pytest.raises(FilesError, match="cannot be put"):
        await Folder(tmp_path / "files").put("a", write(tmp_path / "made"))


@pytest.mark.parametrize(
    "name", ["", "/a", "a/", "../a", "a/../b", "a//b", ".a", "a/.b", "a\\b", "a b", "é", "a" * 501]
)
def test_a_name_never_leads_elsewhere(name: str) -> None:
    with pytest.raises(FilesError):
        check_name(name)


@pytest.mark.parametrize("name", ["a", "exits/0b-1/export.zip", "w/zone_a-12/export.zip"])
def test_names_as_they_are_written(name: str) -> None:
    assert check_name(name) == name


def test_a_place_is_a_bucket_at_an_endpoint() -> None:
    place = read_place("s3://hub-files/one/two/?endpoint=https://s3.gra.example.eu/&region=gra")
    assert (place.bucket, place.prefix, place.region) == ("hub-files", "one/two", "gra")
    assert (place.endpoint, place.host) == ("https://s3.gra.example.eu", "s3.gra.example.eu")
    assert read_place("s3://hub-files?region=eu-west-3").host == "s3.eu-west-3.amazonaws.com"
    assert read_place("s3://hub-files?endpoint=http://127.0.0.1:9000").prefix == ""


@pytest.mark.parametrize(
    "text",
    [
        "s3://", "s3://UPPER/x", "s3://a/b", "https://hub-files/x", "s3://hub-files/../x",
        "s3://key:secret@hub-files/x", "s3://hub-files/x?endpoint=ftp://host",
        "s3://hub-files/x?endpoint=https://", "s3://hub-files/x?endpoint=https://u:secret@host",
        "s3://hub-files/x?endpoint=http://s3.example.eu", "s3://hub-files/x?key=secret",
        "s3://key:sec/secret@hub-files/x",
    ],
)  # fmt: skip
def test_a_wrong_place_is_refused_without_telling_a_secret(text: str) -> None:
    with pytest.raises((BadSetting, FilesError)) as told:
        read_place(text)
    assert "secret" not in str(told.value)


def test_without_a_place_files_stand_in_the_data(tmp_path: Path) -> None:
    for place, root in ((None, tmp_path), ("", tmp_path), (str(tmp_path / "a"), tmp_path / "a")):
        files = open_files(place, tmp_path)
        assert isinstance(files, Folder)
        assert files.root == root


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, None), ("", None), ("bytes=-", None), ("lines=0-1", None), ("bytes=0-1,4-5", None),
        ("bytes=a-b", None), ("bytes=5-4", None), ("bytes=0-", (0, 10)), ("bytes=0-9", (0, 10)),
        ("bytes=3-5", (3, 6)), ("bytes=9-100", (9, 10)), ("bytes=-4", (6, 10)),
        ("bytes=-100", (0, 10)),
    ],
)  # fmt: skip
def test_a_range_of_ten_bytes(header: str | None, found: tuple[int, int] | None) -> None:
    assert read_range(header, 10) == found


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=11-12", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused_with_the_size(header: str) -> None:
    with pytest.raises(RangeUnmet) as told:
        read_range(header, 10)
    assert told.value.extra == {"size": 10}
