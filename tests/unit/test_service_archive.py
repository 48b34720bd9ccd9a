"""An archive of a service that somebody brings is measured before anything of it is unpacked."""

import io
import zipfile

import pytest

from hub.services import archive
from hub.services.errors import ArchiveInvalid


def packed(**files: bytes) -> io.BytesIO:
    """A small ZIP, whatever it means unpacked."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name.replace("__", "/").replace("_json", ".json"), content)
    return into


@pytest.mark.parametrize(
    ("limit", "files"),
    [
        ("MOST_UNPACKED", {"manifest_json": b"{}", "tables__report": b"0" * 2_000}),
        ("MOST_LINE", {"manifest_json": b" " * 2_000}),
    ],
)
def test_an_archive_that_grows_without_end_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch, limit: str, files: dict[str, bytes]
) -> None:
    monkeypatch.setattr(archive, limit, 1_000)

    def unpack(*_: object) -> bytes:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "read", unpack)
    with pytest.raises(ArchiveInvalid, match="too large") as caught:
        archive.Reader(packed(**files))
    assert caught.value.extra["field"] == "archive"


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 and nothing more"])
def test_what_is_no_archive_is_refused_with_words(content: bytes) -> None:
    with pytest.raises(ArchiveInvalid):
        archive.Reader(io.BytesIO(content))
