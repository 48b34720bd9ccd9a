"""The files of a OneRoster bundle, read with suspicion: bounded in bytes, rows and cells. Every
fault is told with its file, line and column, and none stops the search for the next."""

import csv
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Protocol

import msgspec

from hub.core.sentences import Sentence, say
from verticals.education.roster.errors import RosterInvalid
from verticals.education.roster.models import Fault

ARCHIVE_BYTES_MAX, FILE_BYTES_MAX, RATIO_MAX = 20_000_000, 120_000_000, 200
FILES_MAX, ROWS_MAX, CELL_MAX, FAULTS_MAX = 60, 60_000, 500, 200
DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError,
    NotImplementedError, ValueError,
)  # fmt: skip
SAYS: Mapping[str, Sentence] = {
    "empty": say("It is empty."),
    "unknown": say("It names something that is not in the list."),
    "twice": say("It is there twice."),
    "no date": say("It is no date such as 2026-09-01."),
    "no instant": say("It is no instant such as 2026-09-01T08:00:00.000Z."),
    "no word": say("It is none of the words that OneRoster knows here."),
    "no role": say("This person has no role."),
    "early": say("It is before the day on which it begins."),
    "long": say("It is too long."),
    "bulk": say("It must be empty: this file is sent whole."),
    "missing column": say("This column is missing."),
    "cells": say("This line has more cells than the first line."),
    "not utf-8": say("This is not UTF-8 (perhaps Windows-1252): save the file as CSV UTF-8."),
    "no text": say("It holds a letter that no text has."),
    "no csv": say("This is no CSV."),
    "many rows": say("This file has more than 60,000 lines."),
    "missing": say("This file is missing."),
    "not announced": say("This file is here, and manifest.csv says that it is absent."),
    "version": say("OneRoster 1.1 and 1.2 are understood, nothing else."),
    "mode": say("A file is bulk, delta or absent."),
    "damaged": say("This file is damaged."),
}


class Faults:
    """What was found so far; no more than can be shown."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, file: str, line: int, column: str, what: str) -> None:
        if len(self.found) < FAULTS_MAX:
            self.found.append(Fault(file, line, column, SAYS[what]))


class Line(msgspec.Struct, frozen=True):
    """A row with the place where it stands."""

    file: str
    number: int
    cells: Mapping[str, str]
    faults: Faults

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    def need(self, column: str) -> str:
        text = self.get(column)
        if not text:
            self.fault(column, "empty")
        return text

    def fault(self, column: str, what: str) -> None:
        self.faults.add(self.file, self.number, column, what)


class Reader(Protocol):
    """What `csv.reader` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


class Archive:
    """A bundle. Raises `RosterInvalid` for what is none, or grows too large."""

    def __init__(self, content: bytes, faults: Faults) -> None:
        self._faults = faults
        if len(content) > ARCHIVE_BYTES_MAX:
            raise RosterInvalid("This archive weighs more than 20 MB.", field="file")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise RosterInvalid("This is no ZIP archive.", field="file") from None
        if len(infos) > FILES_MAX:
            raise RosterInvalid("This archive has more than 60 files.", field="file")
        if any(one.file_size > RATIO_MAX * max(one.compress_size, 1024) for one in infos):
            raise RosterInvalid("A file of this archive grows more than 200 times.", field="file")
        if sum(one.file_size for one in infos) > FILE_BYTES_MAX:
            raise RosterInvalid("Unpacked, this archive weighs more than 120 MB.", field="file")
        self._names = {one.filename for one in infos}
        if len(self._names) != len(infos):
            raise RosterInvalid("This archive has two files of one name.", field="file")

    def has(self, file: str) -> bool:
        return file in self._names

    def lines(self, file: str, *needed: str) -> Iterator[Line]:
        """The rows of a file, which must have the columns that are needed; its faults are told."""
        if file not in self._names:
            if any(name.endswith(f"/{file}") for name in self._names):
                raise RosterInvalid(
                    "Its files lie in a folder: put them at the top of the archive.", field="file"
                )
            self._faults.add(file, 1, "", "missing")
            return
        text = self._text(file)
        if text is None:
            return
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        yield from self._rows(file, rows, needed)

    def _text(self, file: str) -> str | None:
        info = self._zip.getinfo(file)
        if info.flag_bits & 1:
            raise RosterInvalid("This archive is locked with a password.", field="file")
        try:
            with self._zip.open(info) as opened:  # what a header promises, a file need not keep
                content = opened.read(info.file_size + 1)
        except DAMAGES:
            self._faults.add(file, 1, "", "damaged")
            return None
        if b"\0" in content:
            self._faults.add(file, content.partition(b"\0")[0].count(b"\n") + 1, "", "no text")
            return None
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._faults.add(file, content[: error.start].count(b"\n") + 1, "", "not utf-8")
            return None

    def _rows(self, file: str, rows: Reader, needed: tuple[str, ...]) -> Iterator[Line]:
        begins = 1
        try:
            head = [name.strip() for name in next(rows, [])]
            lacking = [name for name in needed if name not in head]
            for name in lacking:
                self._faults.add(file, 1, name, "missing column")
            begins = rows.line_num + 1
            for count, row in enumerate(() if lacking else rows, 1):
                number, begins = begins, rows.line_num + 1
                if count > ROWS_MAX:
                    self._faults.add(file, number, "", "many rows")
                    return
                if len(row) > len(head):
                    self._faults.add(file, number, "", "cells")
                elif any(cell.strip() for cell in row):
                    cells = {name: cell.strip() for name, cell in zip(head, row, strict=False)}
                    yield Line(file, number, cells, self._faults)
        except csv.Error:  # in the line that begins here
            self._faults.add(file, begins, "", "no csv")
