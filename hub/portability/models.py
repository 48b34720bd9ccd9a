"""The shape of an export: a manifest, and one JSON line a row in checked files."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

import msgspec

FORMAT = "usage-hub/tenant"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A foreign key: the columns here, and the table and columns that they name."""

    columns: tuple[str, ...]
    table: str
    keys: tuple[str, ...]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column and its PostgreSQL type. A generated one is computed anew and is in no file."""

    name: str
    type: str
    generated: bool = False


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table as the catalogue knows it: its key gives the rows their order. A `guarded` one has a
    trigger that refuses to delete."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    links: tuple[Link, ...]
    guarded: bool

    @property
    def written(self) -> list[str]:
        return [column.name for column in self.columns if not column.generated]


class SchemaStep(msgspec.Struct, frozen=True, kw_only=True):
    """A numbered schema file that the exporting hub had applied."""

    slice: str
    name: str
    checksum: str


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a table: its path inside the export, its rows and its SHA-256 in hex."""

    file: str
    rows: int
    sha256: str


class TableFile(msgspec.Struct, frozen=True, kw_only=True):
    """A table's rows: `sha256` is over all its lines in the order of the key, parts joined."""

    table: str
    columns: tuple[Column, ...]
    rows: int
    sha256: str
    parts: tuple[Part, ...]


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest. `tables` are the tenant's rows; `named` are rows of others that these name,
    with the columns that may go along; `stays` says why a table is in nobody's export; `schemas`
    say what a line is of each table that has rows.

    `departs_at` is the one instant of the move. Since then the folder has held just these rows, but
    for what an erasure keeps. Whoever imports it lives there from then on, and whoever is erased by
    it lived here until then.
    """

    format: Literal["usage-hub/tenant"] = FORMAT
    version: Literal[1] = 1
    tenant: int
    kind: str
    name: str
    made_at: datetime
    schema: tuple[SchemaStep, ...]
    tables: tuple[TableFile, ...]
    named: tuple[TableFile, ...]
    stays: dict[str, str]
    schemas: tuple[Part, ...] = ()
    departs_at: datetime | None = None

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def departure(self) -> datetime:
        """The instant of the move; of an export that does not say it, when it was made."""
        return self.departs_at or self.made_at


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What an export did: `kept` files were already there, word for word, from an earlier run."""

    bundle: Bundle
    written: int
    kept: int


class Arrival(StrEnum):
    """What may stand where a tenant arrives: nothing but the same rows; a former copy, to which
    nobody writes, and which makes room; or the tenant itself, that some late rows follow."""

    FIRST = "first"
    ANEW = "anew"
    BESIDE = "beside"


class Going(StrEnum):
    """Why rows are erased: who had them has left, or never lived here with this copy."""

    LEFT = "left"
    COPY = "copy"


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did: `new` rows; the others were here already, equal. `lives_at` is the
    export's instant of departure."""

    tenant: int
    rows: int
    new: int
    lives_at: datetime


class KeptRows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that stay after an erasure: how many, until when, by which law."""

    table: str
    rows: int
    until: date
    why: str


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that was erased from this hub, the last time on that day."""

    organisation: int
    erased_on: date


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """What went of the rows that the law kept, by table; `stays` are those whose time is over too.
    `next_on` is the day on which the time of others is over."""

    gone: dict[str, int]
    stays: dict[str, int]
    next_on: date | None


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What was erased, what the law keeps, and which export holds all of it (its manifest's
    SHA-256). `left_at` is until when it lived here; none of a copy. `left` are rows written in the
    very moment of the erasure; there are none as a rule.
    """

    organisation: int
    name: str
    erased_at: datetime
    export_sha256: str
    erased: dict[str, int]
    kept: tuple[KeptRows, ...]
    left: dict[str, int]
    left_at: datetime | None = None
