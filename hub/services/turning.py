"""What the rows of an archive of another vertical, or of another version, become here: by the
migration that this vertical declares (`Takeover`), wholly or not at all. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from hub.core.sentences import say
from hub.core.vertical import Takeover, Vertical
from hub.core.vertical_schema import schema_of
from hub.services.errors import ArchiveInvalid
from hub.services.models import Manifest

_rows = msgspec.json.Decoder(dict[str, Any])


def find_takeover(vertical: Vertical, came: Manifest) -> Takeover | None:
    """The migration for an archive; None for one that arrives as it is. Raises `ArchiveInvalid`
    where there is none."""
    same = came.vertical == vertical.code
    if same and came.schema == schema_of(vertical):
        return None
    for one in vertical.takes:
        if (one.vertical, one.schema) == (came.vertical, came.schema):
            return one
    if same:
        raise ArchiveInvalid("This archive is of another version.", field="archive")
    raise ArchiveInvalid("This archive is of another vertical.", field="archive")


def turn(takeover: Takeover, table: str, lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The rows that those of a table become: the table and the line of each. Raises
    `ArchiveInvalid` for one that would be lost, or that the migration does not know."""
    if table in takeover.leaves:
        return
    for line in lines:
        try:
            made = [
                (name, msgspec.json.encode(dict(row)).decode())
                for name, row in takeover.turn(table, _rows.decode(line))
            ]
        except (msgspec.MsgspecError, AttributeError, LookupError, TypeError, ValueError) as error:
            says = say("A row of %(table)s cannot be taken along.", table=table)
            raise ArchiveInvalid(says, field="archive") from error
        if not made:
            says = say("A row of %(table)s would be lost.", table=table)
            raise ArchiveInvalid(says, field="archive")
        yield from made


def count(turned: Iterable[tuple[str, str]], known: Mapping[str, object]) -> Counter[str]:
    """How many rows arrive in each table. Raises `ArchiveInvalid` for a table that is not here."""
    found: Counter[str] = Counter(name for name, _ in turned)
    for name in found:
        if name not in known:
            says = say("There is no table %(table)s here.", table=name)
            raise ArchiveInvalid(says, field="archive")
    return found
