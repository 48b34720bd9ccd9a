"""The life of a police sheet on a real database, with a driven clock."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from hub import audit
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.settings import Settings
from hub.core.vertical import Nothing
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house
from tourism.police import actions
from tourism.police.errors import SheetIncomplete, SheetNotSigned, SheetSigned
from tourism.police.models import (
    Child,
    Content,
    ExportSheets,
    Sheet,
    SheetsOld,
    State,
    WriteSheet,
)
from tourism.police.policy.sealing import is_intact
from tourism.police.tasks import DAILY, announce_old_sheets_later, destroy_old_sheets_later

CONTENT = Content(
    last_name="Keller",
    first_names="Anna",
    born_on=date(1980, 5, 31),
    birth_place="Bern",
    nationality="CH",
    address="1 Musterweg, 3000 Bern",
    children=(
        Child(
            last_name="Keller",
            first_names="Mia",
            born_on=date(2015, 1, 1),
            birth_place="Bern",
            nationality="CH",
        ),
    ),
)
ALONE = msgspec.structs.replace(CONTENT, children=())
TODAY = date(2026, 12, 1)
WRITTEN = WriteSheet(arrival=TODAY, departure=TODAY + timedelta(days=NIGHTS), content=CONTENT)
# Every column of every table of this slice. A new one is a decision about personal data.
COLUMNS = {
    "id", "tenant", "property", "booking", "arrival", "departure", "content", "made_at",
    "signed_at", "signed_name", "content_hash", "refused_at", "replaces",
}  # fmt: skip
# What article R814-2 lists; nothing else can be written on a sheet.
PERSON = {"last_name", "first_names", "born_on", "birth_place", "nationality"}
LISTED = PERSON | {"address", "mobile", "email", "children"}


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def prepare(demo: Database, tenant: int, booking: UUID | None = None) -> UUID:
    async with demo.transaction(tenant, actor="person:1") as tx:
        return await actions.prepare_sheet(tx, booking)


async def sign(demo: Database, tenant: int, id: UUID, written: WriteSheet = WRITTEN) -> Sheet:
    async with demo.transaction(tenant, actor="person:1") as tx:
        await actions.sign_sheet(tx, id, written, "Anna Keller")
    return await find(demo, tenant, id)


async def find(demo: Database, tenant: int, id: UUID) -> Sheet:
    async with demo.transaction(tenant) as tx:
        return await actions.find_sheet(tx, id)


async def acts(demo: Database, tenant: int, action: str) -> list[audit.AuditEntry]:
    async with demo.transaction(tenant) as tx:
        return [one for one in await audit.list_entries(tx) if one.action == action]


async def other_house(demo_settings: Settings, house: House) -> int:
    admin = await asyncpg.connect(demo_settings.database_url)
    found = await admin.fetchval(
        "select tenant from property where tenant <> $1 order by id limit 1", house.tenant
    )
    await admin.close()
    return found


async def test_the_first_sheet_takes_over_who_booked_and_the_next_ones_the_dates(
    demo: Database, house: House
) -> None:
    booked = await book(demo, house.wish())
    first = await find(demo, house.tenant, await prepare(demo, house.tenant, booked.id))
    second = await find(demo, house.tenant, await prepare(demo, house.tenant, booked.id))
    assert booked.guest is not None
    assert first.content == Content(
        last_name="Martin", first_names="Ada", email="ada@demo.example", mobile=""
    )
    assert second.content == Content()
    for sheet in (first, second):
        assert (sheet.arrival, sheet.departure, sheet.booking) == (
            booked.arrival,
            booked.departure,
            booked.id,
        )
        assert sheet.state is State.DRAFT


async def test_somebody_who_did_not_book_here_has_a_sheet_of_today(
    demo: Database, house: House
) -> None:
    sheet = await find(demo, house.tenant, await prepare(demo, house.tenant))
    assert (sheet.booking, sheet.arrival) == (None, date(2026, 12, 1))


async def test_the_day_shows_its_arrivals_with_their_sheets(demo: Database, house: House) -> None:
    booked = await book(demo, house.wish())
    await prepare(demo, house.tenant, booked.id)
    await prepare(demo, house.tenant)
    async with demo.transaction(house.tenant) as tx:
        own = await actions.find_house(tx)
        arrivals = await actions.list_day(tx, own, ARRIVAL)
        today = await actions.list_day(tx, own, None)
    assert [len(arrival.sheets) for arrival in arrivals.arrivals] == [1]
    assert arrivals.others == ()
    assert (len(today.arrivals), len(today.others)) == (3, 1)


async def test_a_signed_sheet_has_its_seal_and_never_changes(
    demo: Database, house: House, demo_settings: Settings
) -> None:
    id = await prepare(demo, house.tenant)
    sheet = await sign(demo, house.tenant, id)
    assert sheet.state is State.SIGNED
    assert is_intact(sheet)
    for act in (actions.write_sheet, actions.refuse_to_sign):
        with pytest.raises(SheetSigned):
            async with demo.transaction(house.tenant) as tx:
                await act(tx, id, WRITTEN)
    with pytest.raises(SheetSigned):
        await sign(demo, house.tenant, id)
    with pytest.raises(SheetSigned):
        async with demo.transaction(house.tenant) as tx:
            await actions.discard_sheet(tx, id)
    admin = await asyncpg.connect(demo_settings.database_url)
    with pytest.raises(asyncpg.PostgresError, match="cannot be changed"):
        await admin.execute("update police_sheet set departure = departure + 1")
    await admin.close()
    assert await find(demo, house.tenant, id) == sheet
    (entry,) = await acts(demo, house.tenant, "police.sign")
    assert entry.detail == {"hash": sheet.content_hash}
    assert "Keller" not in str(entry)


async def test_a_signed_sheet_is_replaced_once_by_one_that_names_it(
    demo: Database, house: House
) -> None:
    old = await prepare(demo, house.tenant)
    async with demo.transaction(house.tenant) as tx:
        with pytest.raises(SheetNotSigned):
            await actions.replace_sheet(tx, old)
    await sign(demo, house.tenant, old)
    async with demo.transaction(house.tenant) as tx:
        new = await actions.replace_sheet(tx, old)
    async with demo.transaction(house.tenant) as tx:
        assert await actions.replace_sheet(tx, old) == new
    draft = await find(demo, house.tenant, new)
    assert (draft.replaces, draft.content) == (old, CONTENT)
    assert (await find(demo, house.tenant, old)).state is State.SIGNED  # until the new one is
    await sign(demo, house.tenant, new)
    assert (await find(demo, house.tenant, old)).state is State.REPLACED
    assert len(await acts(demo, house.tenant, "police.replace")) == 1


async def test_a_refusal_is_noted_and_the_guest_may_still_sign(
    demo: Database, house: House
) -> None:
    id = await prepare(demo, house.tenant)
    async with demo.transaction(house.tenant) as tx:
        await actions.refuse_to_sign(tx, id, WRITTEN)
    assert (await find(demo, house.tenant, id)).state is State.REFUSED
    assert len(await acts(demo, house.tenant, "police.refusal")) == 1
    assert (await sign(demo, house.tenant, id)).state is State.SIGNED


async def test_nothing_of_a_french_guest_is_kept(demo: Database, house: House) -> None:
    id = await prepare(demo, house.tenant)
    french = msgspec.structs.replace(CONTENT, nationality="FR")
    with pytest.raises(SheetIncomplete):
        async with demo.transaction(house.tenant) as tx:
            await actions.write_sheet(tx, id, msgspec.structs.replace(WRITTEN, content=french))
    assert (await find(demo, house.tenant, id)).content == Content()
    async with demo.transaction(house.tenant) as tx:
        await actions.discard_sheet(tx, id)
    with pytest.raises(NotFound):
        await find(demo, house.tenant, id)


async def test_handing_over_gives_what_counts_and_is_written_down(
    demo: Database, house: House
) -> None:
    replaced, draft, refused = [await prepare(demo, house.tenant) for _ in range(3)]
    await sign(demo, house.tenant, replaced)
    async with demo.transaction(house.tenant) as tx:
        new = await actions.replace_sheet(tx, replaced)
    await sign(demo, house.tenant, new)
    async with demo.transaction(house.tenant) as tx:
        await actions.write_sheet(tx, draft, WRITTEN)
        await actions.refuse_to_sign(tx, refused, WRITTEN)
    reason = "Brigade du lac, réquisition du jour"
    command = ExportSheets(first=TODAY, last=TODAY, reason=reason)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        handed = await actions.export_sheets(tx, command)
    assert {sheet.id for sheet in handed} == {new, refused}
    (entry,) = await acts(demo, house.tenant, "police.export")
    assert (entry.actor, entry.reason) == ("person:1", reason)
    assert entry.detail == {"first": str(TODAY), "last": str(TODAY), "sheets": 2}


async def test_a_sheet_is_there_on_day_182_and_gone_on_day_183(
    demo: Database, house: House, clock: DrivenClock, demo_settings: Settings
) -> None:
    id = await prepare(demo, house.tenant)
    await sign(demo, house.tenant, id)
    kept = await prepare(demo, house.tenant)
    tomorrow = TODAY + timedelta(days=1)
    later = WriteSheet(arrival=tomorrow, departure=tomorrow, content=CONTENT)
    clock.forward(timedelta(days=1))
    await sign(demo, house.tenant, kept, later)

    def noon(days: int) -> datetime:
        return datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(days=days, hours=12)

    message = SheetsOld(on=TODAY)
    # 23:30 in Paris on day 182 is still day 182, however late it is elsewhere.
    for moment in (noon(182), noon(182) + timedelta(hours=10, minutes=-30)):
        clock.set(moment)
        await destroy_old_sheets_later.run(demo, house.tenant, message)
        assert (await find(demo, house.tenant, id)).id == id
    assert await acts(demo, house.tenant, "police.purge") == []
    clock.set(noon(183))
    await destroy_old_sheets_later.run(demo, house.tenant, message)
    await destroy_old_sheets_later.run(demo, house.tenant, message)
    with pytest.raises(NotFound):
        await find(demo, house.tenant, id)
    assert (await find(demo, house.tenant, kept)).id == kept
    (entry,) = await acts(demo, house.tenant, "police.purge")
    assert (entry.subject, entry.detail, entry.reason) == ("police-sheets", {"sheets": 1}, "")


@pytest.mark.parametrize("act", ["sign", "refuse"])
async def test_nobody_signs_before_the_eve_of_the_arrival_by_the_house_s_own_day(
    demo: Database, house: House, clock: DrivenClock, act: str
) -> None:
    clock.set(datetime(2026, 12, 1, 23, 30, tzinfo=UTC))  # the second of December in Annecy

    async def do(arrival: date) -> None:
        id = await prepare(demo, house.tenant)
        written = WriteSheet(arrival=arrival, departure=arrival, content=ALONE)
        async with demo.transaction(house.tenant) as tx:
            if act == "sign":
                await actions.sign_sheet(tx, id, written, "Anna Keller")
            else:
                await actions.refuse_to_sign(tx, id, written)

    for far in (date(2026, 12, 4), date(2100, 12, 31)):
        with pytest.raises(SheetIncomplete) as caught:
            await do(far)
        assert set(caught.value.extra["faults"]) == {"arrival"}  # pyright: ignore
    await do(date(2026, 12, 3))


async def test_what_is_typed_keeps_no_sheet_beyond_its_time(
    demo: Database, house: House, clock: DrivenClock, demo_settings: Settings
) -> None:
    far = WriteSheet(arrival=date(2100, 1, 1), departure=date(2100, 1, 1), content=ALONE)
    id = await prepare(demo, house.tenant)
    async with demo.transaction(house.tenant) as tx:
        await actions.write_sheet(tx, id, far)
    assert (await find(demo, house.tenant, id)).began_on == TODAY
    admin = await asyncpg.connect(demo_settings.database_url)
    signed = await prepare(demo, house.tenant)  # as one could be until now
    await admin.execute(
        "update police_sheet set signed_at = made_at, signed_name = 'Anna Keller',"
        " content_hash = repeat('0', 64), arrival = '2100-01-01', departure = '2100-01-01'"
        " where id = $1",
        signed,
    )

    async def left(days: int) -> int:
        clock.set(
            datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(days=days, hours=12)
        )
        await admin.execute("delete from pgmq.q_celery")
        await announce_old_sheets_later.run(demo, None, Nothing())
        rows = await admin.fetch("select message from pgmq.q_celery")
        if any("police.destroy_old_sheets" in row["message"] for row in rows):
            await destroy_old_sheets_later.run(demo, house.tenant, SheetsOld(on=TODAY))
        return await admin.fetchval("select count(*) from police_sheet")

    assert [await left(182), await left(183)] == [2, 0]
    await admin.close()


async def test_every_day_wakes_the_houses_that_hold_old_sheets_and_no_others(
    demo: Database, house: House, clock: DrivenClock, demo_settings: Settings
) -> None:
    await sign(demo, house.tenant, await prepare(demo, house.tenant))
    assert DAILY.every == timedelta(days=1)
    admin = await asyncpg.connect(demo_settings.database_url)

    async def waiting(days: int) -> int:
        clock.set(datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(days=days))
        await admin.execute("delete from pgmq.q_celery")
        await announce_old_sheets_later.run(demo, None, Nothing())
        rows = await admin.fetch("select message from pgmq.q_celery")
        return sum("police.destroy_old_sheets" in row["message"] for row in rows)

    assert [await waiting(181), await waiting(183)] == [0, 1]
    await admin.close()


async def test_another_house_can_do_nothing_with_a_sheet(
    demo: Database, house: House, demo_settings: Settings
) -> None:
    booked = await book(demo, house.wish())
    id = await prepare(demo, house.tenant, booked.id)
    await sign(demo, house.tenant, id)
    stranger = await other_house(demo_settings, house)
    for act in (
        lambda tx: actions.find_sheet(tx, id),
        lambda tx: actions.write_sheet(tx, id, WRITTEN),
        lambda tx: actions.sign_sheet(tx, id, WRITTEN, "x"),
        lambda tx: actions.replace_sheet(tx, id),
        lambda tx: actions.discard_sheet(tx, id),
        lambda tx: actions.prepare_sheet(tx, booked.id),
    ):
        with pytest.raises(NotFound):
            async with demo.transaction(stranger) as tx:
                await act(tx)
    async with demo.transaction(stranger) as tx:
        command = ExportSheets(first=TODAY, last=TODAY, reason="a reason long enough")
        assert await actions.export_sheets(tx, command) == []
        assert await actions.destroy_old_sheets(tx) == 0
    assert (await find(demo, house.tenant, id)).state is State.SIGNED


async def test_nothing_but_what_the_law_lists_can_be_written(
    admin: asyncpg.Connection,
) -> None:
    columns = await admin.fetch(
        "select column_name, data_type from information_schema.columns"
        " where table_name like 'police%' and table_schema = 'public'"
    )
    assert {row["column_name"] for row in columns} == COLUMNS
    assert "bytea" not in {row["data_type"] for row in columns}
    assert set(Content.__struct_fields__) == LISTED
    assert set(Child.__struct_fields__) == PERSON
    forbidden = re.compile("passport|identity|document|number|image|photo|scan|file|card")
    assert not [name for name in COLUMNS | LISTED if forbidden.search(name)]


@pytest.mark.parametrize(
    "content",
    [
        {"passport_number": "X1"},
        {"last_name": "Keller", "image": "aGVsbG8="},
        {"children": [{"last_name": "Keller", "id_card": "1"}]},
    ],
)
async def test_the_database_refuses_any_other_field(
    demo_settings: Settings, demo: Database, house: House, content: dict[str, object]
) -> None:
    admin = await asyncpg.connect(demo_settings.database_url)
    insert = (
        "insert into police_sheet (id, tenant, property, arrival, departure, content, made_at)"
        " values ($1, $2, $3, $4, $4, $5, now())"
    )
    listed = msgspec.json.encode(CONTENT).decode()
    await admin.execute(insert, uuid4(), house.tenant, house.id, ARRIVAL, listed)
    text = msgspec.json.encode(content).decode()
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute(insert, uuid4(), house.tenant, house.id, ARRIVAL, text)
    await admin.close()
