"""Marks that come from a tool: columns of a class, told by the tool, read by who may."""

from collections.abc import Sequence
from uuid import UUID

from hub import audit
from hub.core.db import Tx
from verticals.education.classwork import actions, store
from verticals.education.classwork.models import Column, Filled, Told
from verticals.education.roster import Person, Place

TITLE_MOST, COMMENT_MOST, OUT_OF_MOST, GIVEN_MOST = 200, 5_000, 1_000_000, 1_000_000_000


async def make_column(tx: Tx, id: UUID, classroom: UUID, title: str, out_of: float) -> None:
    """A class has one more column; made twice, it is there once. `title` has 1 to `TITLE_MOST`
    letters, `out_of` is above 0 and at most `OUT_OF_MOST`."""
    if await store.insert_column(tx, id, classroom, title, out_of):
        await audit.record(tx, action="school.column_made", subject=f"school-column:{id}")


async def change_column(tx: Tx, id: UUID, title: str, out_of: float) -> None:
    """It is called otherwise; marks that are there count for the new points."""
    await store.change_column(tx, id, title, out_of)


async def delete_column(tx: Tx, id: UUID) -> None:
    """It goes, with its marks; done twice, it is done."""
    if await store.delete_column(tx, id):
        await audit.record(tx, action="school.column_deleted", subject=f"school-column:{id}")


async def tell_mark(tx: Tx, told: Told) -> bool:
    """Keep what a tool tells of a pupil; False when something later is told already."""
    kept = await store.keep_told(tx, told)
    if kept:
        detail: dict[str, object] = {"member": str(told.member), "given": told.given}
        await audit.record(tx, action="school.marked_by_tool",
                           subject=f"school-column:{told.part}", detail=detail)  # fmt: skip
    return kept


async def list_told_of(
    tx: Tx, part: UUID, *, member: UUID | None, after: UUID | None, wanted: int
) -> list[Told]:
    """The marks of a column that are whole, by who has them: those after somebody."""
    return await store.list_told_of(tx, part, member, after, wanted)


async def list_of_class(tx: Tx, place: Place, reader: Person) -> list[Filled]:
    """The columns of a class: with everybody's marks for its teacher, with their own for a
    pupil."""
    columns = await store.list_columns(tx, place.classroom)
    return await _fill(tx, columns, None if place.role == actions.TEACHER else [reader.id])


async def list_of_member(tx: Tx, member: UUID, wanted: int = 50) -> list[Filled]:
    """The columns where somebody has a mark, in whatever class that was, the latest first."""
    columns = await store.list_columns_of_member(tx, member, wanted)
    return await _fill(tx, columns, [member])


async def _fill(tx: Tx, columns: Sequence[Column], members: Sequence[UUID] | None) -> list[Filled]:
    if not columns:
        return []
    found: dict[UUID, list[Told]] = {one.id: [] for one in columns}
    for told in await store.list_told(tx, list(found), members):
        found[told.part].append(told)
    return [Filled(column=one, marks=found[one.id]) for one in columns]
