"""An archive holds everything a house has, and says so: read back, counted, summed, hashed."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from uuid import UUID

import asyncpg
import icalendar
import msgspec
import pytest

from hub.core.caller import Caller
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.settings import Settings
from tests import pictures
from tests.houses import ARRIVAL, House, book, find_house, quote
from tourism.desk.actions import messaging
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.photos.actions import taking
from tourism.photos.models import Upload
from tourism.police import actions as police
from tourism.takeaway import tasks
from tourism.takeaway.actions import asking
from tourism.takeaway.errors import OnlyOwners, TakeawayNotReady
from tourism.takeaway.models import Manifest, State, TakeawayAsked, TakeawaysOld
from tourism.takeaway.policy.contents import LEFT_OUT, PARTS, part_of

PERSON = "person:7"
# A house sees these rows by another column than `tenant`.
SEEN_BY = {
    "organisation": "id = $1",
    "ledger_transfer": "$1 in (tenant, debit_tenant, credit_tenant)",
}


@pytest.fixture
async def house(demo: Database) -> House:
    """The invented house after a few days: booked, cancelled, written to, photographed."""
    house = await find_house(demo)
    await book(demo, house.wish())
    booked = await book(demo, house.wish(nights=2))
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await messaging.write_guest_message(tx, booked.id, "=1+1 : à quelle heure ?", "first")
    async with demo.transaction(house.tenant, actor="guest") as tx:
        _, refund = await cancelling.preview_refund(tx, booked.id)
        command = CancelBooking(refund_cents=refund.refund_cents)
        await cancelling.cancel_booking(tx, booked.id, command)
    await quote(demo, house.wish())
    caller = Caller(person=7, tenant=house.tenant, organisation_kind="lodging", role="owner")
    await taking.take_upload(demo, caller, [Upload(name="a", content=pictures.file())], None)
    async with demo.transaction(house.tenant, actor=PERSON) as tx:
        await police.prepare_sheet(tx, booked.id)
    return house


@pytest.fixture
async def look(demo_settings: Settings):
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


async def ask(demo: Database, house: House) -> UUID:
    async with demo.transaction(house.tenant, actor=PERSON) as tx:
        return (await asking.ask_takeaway(tx)).id


async def build(demo: Database, house: House) -> tuple[UUID, zipfile.ZipFile]:
    id = await ask(demo, house)
    await tasks.build_takeaway_later.run(demo, house.tenant, TakeawayAsked(takeaway=id))
    return id, await fetch(demo, house, id)


async def fetch(demo: Database, house: House, id: UUID) -> zipfile.ZipFile:
    async with demo.transaction(house.tenant, actor=PERSON) as tx:
        found = await asking.begin_fetching(tx, id)
    content = b"".join([piece async for piece in asking.read_pieces(demo, house.tenant, id)])
    assert (len(content), hashlib.sha256(content).hexdigest()) == (found.bytes, found.sha256)
    return zipfile.ZipFile(io.BytesIO(content))


def manifest_of(archive: zipfile.ZipFile) -> Manifest:
    return msgspec.json.decode(archive.read("manifest.json"), type=Manifest)


async def tables_with_rows(look: asyncpg.Connection, house: House) -> dict[str, int]:
    """Every table of the catalogue that has the house's rows, with their number."""
    named = await look.fetch(
        "select c.relname as name from pg_class c where c.relkind in ('r', 'p')"
        " and c.relnamespace = 'public'::regnamespace and (c.relname = 'organisation' or exists ("
        " select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant'"
        " and not a.attisdropped))"
    )
    found = {}
    for row in named:
        where = SEEN_BY.get(row["name"], "tenant = $1")
        count = await look.fetchval(
            f"select count(*) from {row['name']} where {where}", house.tenant
        )
        if count:
            found[row["name"]] = count
    return found


async def test_every_table_with_rows_of_the_house_is_taken_or_named_with_a_reason(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    _, archive = await build(demo, house)
    files = {file.name: file for file in manifest_of(archive).files}
    counted = await tables_with_rows(look, house)
    assert len(counted) > 20
    for table, rows in counted.items():
        if table in LEFT_OUT:
            assert len(LEFT_OUT[table]) > 10
            continue
        file = files.get(f"json/{part_of(table).file}.json")
        assert file is not None, f"{table} is neither taken away nor left out with a reason"
        assert len(json.loads(archive.read(file.name))) == file.rows
        if table == "audit_entry":  # the building itself adds none; asking and fetching do
            assert rows - 1 <= (file.rows or 0) <= rows
        else:
            assert file.rows == rows, table


async def test_sums_of_cents_equal_the_database_s(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    _, archive = await build(demo, house)
    files = {file.name: file for file in manifest_of(archive).files}
    checked = 0
    for table in ("booking", "reservation", "charge", "refund", "ledger_transfer", "quote"):
        sums = files[f"json/{part_of(table).file}.json"].sums_cents
        assert sums, table
        where = SEEN_BY.get(table, "tenant = $1")
        for column, cents in sums.items():
            asked = f"select sum({column}) from {table} where {where}"
            assert await look.fetchval(asked, house.tenant) == cents, (table, column)
            assert sum(row[column] for row in rows_of(archive, table)) == cents
            checked += 1
    assert checked >= 7


def rows_of(archive: zipfile.ZipFile, table: str) -> list[dict]:
    return json.loads(archive.read(f"json/{part_of(table).file}.json"))


async def test_every_file_has_its_hash_and_every_table_a_schema_that_its_rows_keep(
    demo: Database, house: House
) -> None:
    _, archive = await build(demo, house)
    files = manifest_of(archive).files
    assert {file.name for file in files} | {"manifest.json"} == set(archive.namelist())
    for file in files:
        content = archive.read(file.name)
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.bytes, file.sha256)
    for name in archive.namelist():
        if name.startswith("json/"):
            schema = json.loads(
                archive.read(name.replace("json", "schemas", 1)[:-4] + "schema.json")
            )
            for row in json.loads(archive.read(name)):
                check(row, schema["items"], schema["$defs"], name)


def check(value, shape: dict, definitions: dict, where: str) -> None:
    """As much of JSON Schema as the files use, so that no package more is needed."""
    if "$ref" in shape:
        shape = definitions[shape["$ref"].rpartition("/")[2]]
    if "anyOf" in shape:
        branches = [one for one in shape["anyOf"] if fits(value, one, definitions)]
        assert branches, (where, value, shape)
        return
    if "enum" in shape:
        assert value in shape["enum"], (where, value)
    kinds = {
        "object": dict, "array": list, "string": str, "integer": int,
        "number": (int, float), "boolean": bool, "null": type(None),
    }  # fmt: skip
    if "type" in shape:
        assert isinstance(value, kinds[shape["type"]]), (where, value, shape)
    for name, inner in shape.get("properties", {}).items():
        if name in value:
            check(value[name], inner, definitions, f"{where}.{name}")
    if isinstance(value, dict):
        assert set(shape.get("required", ())) <= set(value), (where, set(value))
        if shape.get("type") == "object" and where.startswith("json/") and "." not in where[5:-5]:
            assert set(value) <= set(shape["properties"]), where
    if isinstance(value, list) and isinstance(shape.get("items"), dict):
        for inner in value:
            check(inner, shape["items"], definitions, f"{where}[]")


def fits(value, shape: dict, definitions: dict) -> bool:
    try:
        check(value, shape, definitions, "branch")
    except AssertionError:
        return False
    return True


async def test_calendars_nights_pictures_and_spreadsheets_say_the_same(
    demo: Database, house: House
) -> None:
    _, archive = await build(demo, house)
    double = house.types["double"]
    calendar = icalendar.Calendar.from_ical(archive.read(f"ical/room-type-{double}.ics"))
    rooms = [row for row in rows_of(archive, "reservation") if row["room_type"] == double]
    events = list(calendar.walk("VEVENT"))
    assert len(events) == len(rooms) >= 2
    assert {str(event["status"]) for event in events} == {"CONFIRMED", "CANCELLED"}
    assert ARRIVAL in {event["dtstart"].dt for event in events}
    nights = archive.read("csv/nights.csv").decode("utf-8-sig").splitlines()
    months = rows_of(archive, "ari_month")
    assert len(nights) == 1 + sum(len(month["units_left"]) for month in months)
    (photo,) = rows_of(archive, "photo")
    assert archive.read(f"photos/{photo['id']}.webp")[8:12] == b"WEBP"
    messages = archive.read("csv/messages.csv").decode("utf-8-sig")
    assert ";'=1+1" in messages
    assert rows_of(archive, "stay_message")[0]["body"].startswith("=1+1")
    codes = {row["debit_code"] for row in rows_of(archive, "ledger_transfer")}
    assert None not in codes
    assert "CESEDA" in archive.read("README.fr.md").decode()


async def test_nothing_of_another_house_is_in_it(demo: Database, house: House) -> None:
    _, archive = await build(demo, house)
    for table in PARTS:
        if f"json/{part_of(table).file}.json" not in archive.namelist():
            continue
        for row in rows_of(archive, table):
            owners = {row.get("tenant"), row.get("debit_tenant"), row.get("credit_tenant")}
            owners.add(row["id"] if table == "organisation" else None)
            assert house.tenant in owners, (table, row)


async def test_one_archive_at_a_time_and_building_twice_changes_nothing(
    demo: Database, house: House
) -> None:
    first = await ask(demo, house)
    assert await ask(demo, house) == first
    async with demo.transaction(house.tenant, actor=PERSON) as tx:
        with pytest.raises(TakeawayNotReady):
            await asking.begin_fetching(tx, first)
    message = TakeawayAsked(takeaway=first)
    await tasks.build_takeaway_later.run(demo, house.tenant, message)
    async with demo.transaction(house.tenant) as tx:
        ready = await asking.find_takeaway(tx, first)
    assert (ready.state, ready.done) == (State.READY, ready.parts)
    await tasks.build_takeaway_later.run(demo, house.tenant, message)
    async with demo.transaction(house.tenant) as tx:
        assert await asking.find_takeaway(tx, first) == ready
    assert await ask(demo, house) != first


async def test_a_building_that_died_is_said_to_have_failed_and_another_can_be_asked_for(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    first = await ask(demo, house)
    clock.forward(timedelta(minutes=31))
    second = await ask(demo, house)
    assert second != first
    async with demo.transaction(house.tenant) as tx:
        assert [one.state for one in await asking.list_takeaways(tx)] == [
            State.WAITING,
            State.FAILED,
        ]


async def test_an_archive_is_destroyed_after_a_week(
    demo: Database, house: House, clock: DrivenClock, look: asyncpg.Connection
) -> None:
    id, _ = await build(demo, house)
    async with demo.transaction() as tx:
        assert await asking.announce_old_takeaways(tx) == 0
    clock.forward(timedelta(days=7, seconds=1))
    async with demo.transaction(house.tenant) as tx:
        with pytest.raises(NotFound):
            await asking.find_takeaway(tx, id)
    async with demo.transaction() as tx:
        assert await asking.announce_old_takeaways(tx) == 1
    await tasks.destroy_old_takeaways_later.run(demo, house.tenant, TakeawaysOld())
    assert await look.fetchval("select count(*) from takeaway_piece") == 0


@pytest.mark.parametrize("role", ["member", "treasurer", None])
def test_only_who_answers_for_the_house_takes_everything(role: str | None) -> None:
    with pytest.raises(OnlyOwners):
        asking.check_may_take(Caller(person=1, tenant=1, role=role))
