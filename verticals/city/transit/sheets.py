"""The tables of a GTFS archive, read with suspicion: bounded in bytes, rows and names, and every
fault named with its file, line and field."""

import csv
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

import msgspec

from hub.core.sentences import say
from verticals.city.transit.errors import FeedInvalid

ARCHIVE_BYTES_MAX, FILE_BYTES_MAX, RATIO_MAX = 20_000_000, 120_000_000, 200
DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError,
    NotImplementedError, ValueError,
)  # fmt: skip
FILES_MAX, ROWS_MAX, CELL_MAX = 60, 300_000, 500


class Line(msgspec.Struct, frozen=True):
    """A row with the place where it stands."""

    file: str
    number: int
    cells: Mapping[str, str]

    def get(self, field: str) -> str:
        return self.cells.get(field, "")

    def need(self, field: str) -> str:
        text = self.get(field)
        if not text:
            raise self.fault(field, "is empty")
        return text

    def fault(self, field: str, says: str) -> FeedInvalid:
        return FeedInvalid(
            say("%(file)s, line %(line)s, %(field)s: %(says)s.", file=self.file, line=self.number,
                field=field, says=FAULTS[says]), field="file",
        )  # fmt: skip


FAULTS = {
    "is empty": say("it is empty"),
    "is unknown": say("it names something that is not in the feed"),
    "is twice": say("it is there twice"),
    "is no time": say("it is no time such as 08:05:00 or 25:10:00"),
    "goes back": say("it is before the stop that comes before it"),
    "is no day": say("it is no day such as 20261201"),
    "is no number": say("it is no number that fits here"),
    "is no degrees": say("it is no latitude or longitude"),
    "is no zone": say("it is no time zone such as Europe/Paris"),
    "is another": say("it differs from the first line"),
    "ends before": say("it ends before it begins"),
    "is too long": say("it is too long"),
}


class Archive:
    """A GTFS archive. Raises `FeedInvalid` for what is none, or grows too large."""

    def __init__(self, content: bytes) -> None:
        if len(content) > ARCHIVE_BYTES_MAX:
            raise FeedInvalid("This archive weighs more than 20 MB.", field="file")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise FeedInvalid("This is no ZIP archive.", field="file") from None
        if len(infos) > FILES_MAX:
            raise FeedInvalid("This archive has more than 60 files.", field="file")
        if any(one.file_size > RATIO_MAX * max(one.compress_size, 1024) for one in infos):
            raise FeedInvalid("A file of this archive grows more than 200 times.", field="file")
        if sum(one.file_size for one in infos) > FILE_BYTES_MAX:
            raise FeedInvalid("Unpacked, this archive weighs more than 120 MB.", field="file")
        self._names = {one.filename for one in infos}
        if len(self._names) != len(infos):
            raise FeedInvalid("This archive has two files of one name.", field="file")

    def has(self, file: str) -> bool:
        return file in self._names

    def lines(self, file: str, *needed: str) -> Iterator[Line]:
        """The rows of a file, which must have the fields that are needed."""
        if file not in self._names:
            inside = any(name.endswith(f"/{file}") for name in self._names)
            if inside:
                raise FeedInvalid("Its files lie in a folder: put them at the top of the archive.",
                                  field="file")  # fmt: skip
            raise FeedInvalid(say("%(file)s is missing.", file=file), field="file")
        rows = csv.reader(io.StringIO(self._text(file), newline=""), strict=True)
        try:
            yield from _lines(file, rows, needed)
        except csv.Error:
            says = say("%(file)s, line %(line)s: this is no CSV.", file=file, line=rows.line_num)
            raise FeedInvalid(says, field="file") from None

    def _text(self, file: str) -> str:
        info = self._zip.getinfo(file)
        if info.flag_bits & 1:
            raise FeedInvalid("This archive is locked with a password.", field="file")
        try:
            with self._zip.open(info) as opened:  # what a header promises, a file need not keep
                content = opened.read(info.file_size + 1)
        except DAMAGES:
            raise FeedInvalid(say("%(file)s is damaged.", file=file), field="file") from None
        if b"\0" in content:
            line = content.partition(b"\0")[0].count(b"\n") + 1
            says = say("%(file)s, line %(line)s: it holds a letter that no text has.", file=file,
                       line=line)  # fmt: skip
            raise FeedInvalid(says, field="file")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            says = say("%(file)s, line %(line)s: this is not UTF-8.", file=file, line=line)
            raise FeedInvalid(says, field="file") from None


def _lines(file: str, rows: Iterator[list[str]], needed: tuple[str, ...]) -> Iterator[Line]:
    head = [name.strip() for name in next(rows, [])]
    for name in needed:
        if name not in head:
            says = say("%(file)s, line 1: the field %(field)s is missing.", file=file, field=name)
            raise FeedInvalid(says, field="file")
    for number, row in enumerate(rows, 2):
        if number > ROWS_MAX:
            raise FeedInvalid(say("%(file)s has more than 300,000 lines.", file=file), field="file")
        if not row or (len(row) == 1 and not row[0].strip()):
            continue
        if len(row) > len(head):
            says = say("%(file)s, line %(line)s: it has more cells than the first line.",
                       file=file, line=number)  # fmt: skip
            raise FeedInvalid(says, field="file")
        line = Line(
            file, number, {name: cell.strip() for name, cell in zip(head, row, strict=False)}
        )
        for name in needed:
            if len(line.get(name)) > CELL_MAX:
                raise line.fault(name, "is too long")
        yield line
