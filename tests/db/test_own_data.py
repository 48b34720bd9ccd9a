"""What is held about one person: all of it, over all walls, and nothing about anybody else."""

import asyncio
import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub import identity, ledger, own_data, tenancy
from hub.app import compose
from hub.audit.actions import link_waiting, verify_chain
from hub.core.caller import FRESH, Caller
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.errors import FactorStale
from hub.core.mail import Letter, write_mail
from hub.core.settings import Settings
from hub.core.vertical import Keeps
from hub.own_data import tasks
from hub.own_data.actions import asking, erasing
from hub.own_data.errors import CopyUnknown, NotMeant, StillOwner, UnderLegalHold
from hub.own_data.models import CopyAsked, Erased, EraseMe, Manifest, State
from hub.own_data.policy import Known, forgotten, rules_of
from hub.tenancy import Kind, OpenOrganisation, Role
from hub.tenancy.actions import LEAVES_WITHIN
from hub.tenancy.errors import LastOwner
from tests.houses import GUEST, House, book, find_house
from tests.orders import legal_hold
from tests.served import Queue
from tourism.booking.actions import forgetting
from tourism.booking.models import Booking
from tourism.desk.actions import messaging
from verticals.seniors.actions import calling, following
from verticals.seniors.errors import NotYours
from verticals.seniors.models import AddContact, AddSenior

PASSWORD = "une phrase de passe"
OTHER = msgspec.structs.replace(
    GUEST, first_name="Zoé", last_name="Autre", email="zoe@demo.example"
)


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def look(demo_settings: Settings):
    connection = await asyncpg.connect(demo_settings.database_url)
    yield connection
    await connection.close()


async def open_account(
    demo: Database, email: str, name: str = "Ada Martin", password: str = ""
) -> Caller:
    hashed = await identity.hash_password(password) if password else "x" * 60
    async with demo.transaction() as tx:
        command = identity.RegisterPerson(email=email, name=name, password_hash=hashed)
        person = await identity.register_person(tx, command)
    return Caller(person=person, name=name, email=email)


async def prove(look: asyncpg.Connection, caller: Caller) -> None:
    await look.execute(
        "insert into stay_email (id, person, email, asked_at, asked, proven_at)"
        " values (gen_random_uuid(), $1, $2, now(), 1, now())",
        caller.person,
        caller.email,
    )


async def ask(demo: Database, caller: Caller) -> UUID:
    async with demo.transaction(actor=caller.actor) as tx:
        return (await asking.ask_copy(tx, caller)).id


async def copy_of(demo: Database, caller: Caller) -> zipfile.ZipFile:
    id = await ask(demo, caller)
    await tasks.build_copy_later.run(demo, None, CopyAsked(copy=id))
    async with demo.transaction(actor=caller.actor) as tx:
        found = await asking.begin_fetching(tx, caller, id)
    assert caller.person is not None
    content = b"".join([piece async for piece in asking.read_pieces(demo, caller.person, id)])
    assert (len(content), hashlib.sha256(content).hexdigest()) == (found.bytes, found.sha256)
    return zipfile.ZipFile(io.BytesIO(content))


def manifest_of(copy: zipfile.ZipFile) -> Manifest:
    return msgspec.json.decode(copy.read("manifest.json"), type=Manifest)


def rows_of(copy: zipfile.ZipFile, table: str) -> list[dict]:
    return json.loads(copy.read(f"json/{table.replace('_', '-')}.json"))


async def test_no_table_that_may_hold_something_about_a_person_is_forgotten(
    admin: asyncpg.Connection,
) -> None:
    rules = rules_of(compose().slices)
    found = await admin.fetch(
        """
        select c.relname as name,
               array(select a.attname::text from pg_attribute a
                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                        and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'bytea'::regtype)
               ) as texts,
               array(select distinct k.confrelid::regclass::text from pg_constraint k
                      where k.conrelid = c.oid and k.contype = 'f') as names
          from pg_class c
         where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
           and not c.relispartition
        """
    )
    known = [Known(name=t["name"], texts=t["texts"], names=t["names"]) for t in found]
    lost = forgotten(rules, known)
    assert lost == [], lost
    names = {table.name for table in known}
    said = {*rules.about, *rules.nobody}
    assert said - names == set(), "a slice speaks of a table that is not there"
    for name, about in rules.about.items():
        columns = {
            row["attname"]
            for row in await admin.fetch(
                "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0",
                name,
            )
        }
        named = {column.partition(".")[0] for column in about.email}
        named |= {*about.person, *about.actor, *about.follows, *about.refers, *about.hides}
        assert named <= columns, name
        assert {*about.follows.values(), *about.refers.values()} <= rules.about.keys(), name
    planted = Known(name="diary", texts=("words",), names=())
    follower = Known(name="page", texts=(), names=("booking",))
    assert forgotten(rules, [*known, planted, follower]) == ["diary", "page"]


async def test_a_traveller_is_given_stays_payments_letters_and_messages_and_nothing_of_others(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    booked = await book(demo, house.wish())
    others = await book(demo, house.wish(nights=2))
    guest = msgspec.to_builtins(OTHER)
    await look.execute("update booking set guest = $2 where id = $1", others.id, json.dumps(guest))
    for stay, text in ((booked, "Mon train arrive tard"), (others, "Le secret de Zoé")):
        async with demo.transaction(house.tenant, actor="guest") as tx:
            await messaging.write_guest_message(tx, stay.id, text, f"key {stay.id}")
    async with demo.transaction(house.tenant) as tx:
        for guest in (GUEST, OTHER):
            words = f"Bonjour {guest.first_name}"
            letter = Letter(
                recipient=guest.email.upper(),
                language="fr",
                subject="Votre séjour",
                body_text=words,
                body_html=words,
            )
            await write_mail(tx, letter)
    caller = await open_account(demo, GUEST.email)
    before = await copy_of(demo, caller)
    assert manifest_of(before).addresses == ()
    assert "json/booking.json" not in before.namelist(), "an address that nobody proved"
    await prove(look, caller)

    copy = await copy_of(demo, caller)
    manifest = manifest_of(copy)
    assert manifest.addresses == (GUEST.email,)
    assert [(one.id, one.kind) for one in manifest.organisations] == [(house.tenant, "lodging")]
    [stay] = rows_of(copy, "booking")
    assert (stay["id"], stay["total_cents"]) == (str(booked.id), booked.total_cents)
    assert stay["guest"]["email"] == GUEST.email
    paid = await look.fetchval(
        "select sum(amount_cents) from charge where subject = $1", f"booking:{booked.id}"
    )
    assert sum(row["amount_cents"] for row in rows_of(copy, "charge")) == paid > 0
    assert [row["body"] for row in rows_of(copy, "stay_message")] == ["Mon train arrive tard"]
    assert [row["recipient"] for row in rows_of(copy, "mail")] == [GUEST.email.upper()]
    for table in ("reservation", "booking_revision"):
        assert {row["booking"] for row in rows_of(copy, table)} == {str(booked.id)}
    whole = b"".join(copy.read(name) for name in copy.namelist()).decode()
    for secret in (str(others.id), OTHER.email, "Zoé", "x" * 60):
        assert secret not in whole

    files = {file.name: file for file in manifest.files}
    for name, file in files.items():
        assert hashlib.sha256(copy.read(name)).hexdigest() == file.sha256
        if name.startswith("json/"):
            rows = json.loads(copy.read(name))
            schema = json.loads(copy.read(f"schemas/{name[5:-5]}.schema.json"))
            assert len(rows) == file.rows == manifest.tables[name[5:-5].replace("-", "_")] > 0
            for row in rows:
                assert set(row) == set(schema["items"]["required"])
            lines = copy.read(f"csv/{name[5:-5]}.csv").decode("utf-8-sig").split("\r\n")
            assert lines[0].split(";") == schema["items"]["required"]
    sums = dict(
        reversed(line.split("  ")) for line in copy.read("SHA256SUMS").decode().split("\n")[:-1]
    )
    assert sums.keys() | {"SHA256SUMS"} == set(copy.namelist())


async def test_who_works_for_houses_is_given_their_own_acts_over_all_organisations(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    caller, other = (
        await open_account(demo, "a@demo.example"),
        await open_account(demo, "b@x.example"),
    )
    opened = []
    for one in (caller, other):
        async with demo.transaction(actor=one.actor) as tx:
            command = OpenOrganisation(kind=Kind.LODGING, name=f"Maison {one.person}")
            opened.append(await tenancy.open_organisation(tx, command, owner=one.person))
    await look.execute(
        "insert into membership (tenant, person, role, since) values ($1, $2, 'member', now())",
        house.tenant,
        caller.person,
    )
    copy = await copy_of(demo, caller)
    assert {row["tenant"] for row in rows_of(copy, "membership")} == {opened[0], house.tenant}
    [entry] = rows_of(copy, "audit_entry")
    assert (entry["actor"], entry["tenant"]) == (caller.actor, opened[0])
    [person] = rows_of(copy, "person")
    assert person.keys() == {"id", "email", "name", "created_at", "language"}
    assert "json/booking.json" not in copy.namelist(), "a house's guests are not its people's data"


async def test_a_senior_is_given_what_the_association_holds_once_the_screen_is_tied(
    demo: Database, look: asyncpg.Connection
) -> None:
    odette = await open_account(demo, "odette@demo.example", "Odette")
    lucie = await open_account(demo, "lucie@demo.example", "Lucie")
    await prove(look, lucie)
    async with demo.transaction() as tx:
        command = OpenOrganisation(kind=Kind.ASSOCIATION, name="Voisins")
        tenant = await tenancy.open_organisation(tx, command, owner=None)
    async with demo.transaction(tenant) as tx:
        senior, neighbour = tx.uuid(), tx.uuid()
        await following.add_senior(tx, senior, AddSenior(name="Odette Petit"))
        await following.add_senior(tx, neighbour, AddSenior(name="Renée Voisine"))
        for one in (senior, neighbour):
            named = AddContact(name="Lucie Petit", email="Lucie@demo.example")
            await following.add_contact(tx, one, tx.uuid(), named)
            await calling.call_help(tx, one)
        # A volunteer has the link as well, and acts for nobody at this moment.
        volunteer = await open_account(demo, "paul@demo.example", "Paul")
        assert volunteer.person
        await tenancy.add_member(
            tx, person=volunteer.person, role=Role.MEMBER, caller_role=Role.OWNER
        )
        with pytest.raises(NotYours):
            await following.tie_account(tx, senior, volunteer)
        await following.tie_account(tx, senior, odette)
    copy = await copy_of(demo, odette)
    assert [row["name"] for row in rows_of(copy, "senior")] == ["Odette Petit"]
    assert {row["senior"] for row in rows_of(copy, "senior_call")} == {str(senior)}
    assert {row["what"] for row in rows_of(copy, "senior_step")} == {"called", "asked"}
    whole = b"".join(copy.read(name) for name in copy.namelist()).decode()
    assert "Lucie" not in whole
    assert "Renée" not in whole
    called = await copy_of(demo, lucie)
    assert len(rows_of(called, "senior_contact")) == 2
    assert "json/senior.json" not in called.namelist()


async def test_a_copy_is_one_person_s_alone_asked_once_and_destroyed_with_its_time(
    demo: Database, clock: DrivenClock
) -> None:
    caller, other = await open_account(demo, GUEST.email), await open_account(demo, OTHER.email)
    id = await ask(demo, caller)
    assert await ask(demo, caller) == id
    for _ in range(2):  # a task may run twice
        await tasks.build_copy_later.run(demo, None, CopyAsked(copy=id))
    async with demo.transaction(actor=other.actor) as tx:
        with pytest.raises(CopyUnknown):
            await asking.begin_fetching(tx, other, id)
    assert other.person is not None
    assert [piece async for piece in asking.read_pieces(demo, other.person, id)] == []
    async with demo.transaction(actor=caller.actor) as tx:
        [mine] = (await asking.describe_standing(tx, caller)).copies
        assert (mine.id, mine.state) == (id, State.READY)
        stale = msgspec.structs.replace(caller, has_factor=True, factor_at=tx.now - 2 * FRESH)
        with pytest.raises(FactorStale):
            await asking.begin_fetching(tx, stale, id)
    clock.forward(timedelta(days=8))
    async with demo.transaction(actor=caller.actor) as tx:
        with pytest.raises(CopyUnknown):
            await asking.find_copy(tx, caller, id)
        assert await asking.destroy_old_copies(tx) == 1


async def test_the_command_writes_the_same_into_a_folder(demo: Database, tmp_path: Path) -> None:
    caller = await open_account(demo, GUEST.email)
    for _ in range(2):
        async with demo.transaction() as tx:
            owner = await own_data.find_person(tx, GUEST.email.upper())
        manifest = await own_data.write_folder(demo, owner, tmp_path / "mine")
        assert manifest.person == caller.person
        assert {"session.token", "second_factor.secret"} <= set(manifest.left_out)
        for file in manifest.files:
            content = (tmp_path / "mine" / file.name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file.sha256


async def test_nobody_is_erased_whose_rows_an_order_keeps_however_late_it_comes(
    demo: Database, house: House, look: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    lapsed = await book(demo, house.wish())
    await look.execute("update booking set state = 'expired' where id = $1", lapsed.id)
    caller = await open_account(demo, GUEST.email, password=PASSWORD)
    await prove(look, caller)
    command = EraseMe(email=GUEST.email, password=PASSWORD)
    async with legal_hold(look, house.tenant):
        with pytest.raises(UnderLegalHold):
            await erasing.erase_person(demo, caller, command, host=None)

    check = identity.check_password

    async def wait_for_an_order(*given: object, **named: object) -> None:
        await check(*given, **named)  # type: ignore[arg-type]
        await look.execute("insert into legal_hold values ($1, now(), 'TJ 12')", house.tenant)

    with monkeypatch.context() as slow:
        slow.setattr(identity, "check_password", wait_for_an_order)
        with pytest.raises(UnderLegalHold):
            await erasing.erase_person(demo, caller, command, host=None)
    named = "select guest ->> 'email' from booking where id = $1"
    assert await look.fetchval(named, lapsed.id) == GUEST.email
    await look.execute("delete from legal_hold")
    assert (await erasing.erase_person(demo, caller, command, host=None)).left == {}
    assert await look.fetchval(named, lapsed.id) == ""


async def test_an_erasure_takes_what_no_law_keeps_and_the_ledger_and_the_audit_chain_stand(
    demo: Database, house: House, look: asyncpg.Connection
) -> None:
    booked = await book(demo, house.wish())
    lapsed = await book(demo, house.wish(nights=2))
    other = await book(demo, house.wish(nights=1))
    await look.execute("update booking set state = 'expired' where id = $1", lapsed.id)
    zoe = json.dumps(msgspec.to_builtins(OTHER))
    await look.execute("update booking set guest = $2 where id = $1", other.id, zoe)
    for stay, email in ((booked, GUEST.email), (other, OTHER.email)):
        await review_of(look, stay, email)
    caller = await open_account(demo, GUEST.email, password=PASSWORD)
    await prove(look, caller)
    await ask(demo, caller)
    async with demo.transaction(house.tenant) as tx:
        balances = await ledger.list_balances(tx)
    command = EraseMe(email=GUEST.email.upper(), password=PASSWORD)
    for wrong, error in (
        (msgspec.structs.replace(command, email="x@demo.example"), NotMeant),
        (msgspec.structs.replace(command, password="not this one"), identity.WrongCredentials),
    ):
        with pytest.raises(error):
            await erasing.erase_person(demo, caller, wrong, host=None)
    foreseen = await erasing.foresee_erasure(demo, caller)
    done = await erasing.erase_person(demo, caller, command, host=None)
    assert done.left == {}
    assert {"person", "review", "booking", "stay_email", "person_copy"} <= done.erased.keys()
    assert sum(done.erased.values()) > foreseen.goes > 4
    kept = {one.table: one for one in done.kept}
    assert (kept["booking"].rows, kept["booking"].why) == (1, Keeps.ACCOUNTS)
    assert kept["booking"].until == date(2036, 12, 31)
    assert all(kept[table].rows for table in ("reservation", "charge", "allocation"))
    assert await look.fetchval("select count(*) from person where email = $1", GUEST.email) == 0
    guest = await look.fetchval("select guest ->> 'email' from booking where id = $1", lapsed.id)
    assert guest == ""
    emails = [row["email"] for row in await look.fetch("select email from review")]
    assert GUEST.email not in emails
    assert OTHER.email in emails
    theirs = await look.fetchval("select guest ->> 'email' from booking where id = $1", other.id)
    assert theirs == OTHER.email
    async with demo.transaction(house.tenant) as tx:
        assert await ledger.list_balances(tx) == balances
    async with demo.transaction() as tx:
        while await link_waiting(tx):
            pass
        assert (await verify_chain(tx)).broken_at is None


async def test_a_stay_that_never_came_about_keeps_a_name_for_a_month(
    demo: Database, house: House, look: asyncpg.Connection, clock: DrivenClock
) -> None:
    booked, lapsed = await book(demo, house.wish()), await book(demo, house.wish(nights=2))
    await look.execute("update booking set state = 'lapsed' where id = $1", lapsed.id)

    async def names() -> list[str]:
        async with demo.transaction() as tx:
            await forgetting.announce_unborn(tx)
        await Queue(demo, look).run()
        rows = await look.fetch(
            "select guest ->> 'email' from booking where id = any($1) order by state",
            [booked.id, lapsed.id],
        )
        return [row[0] for row in rows]

    clock.forward(timedelta(days=29))
    assert await names() == [GUEST.email, GUEST.email]
    clock.forward(timedelta(days=2))
    assert await names() == [GUEST.email, ""]


async def test_who_alone_answers_for_an_organisation_hands_it_over_first(demo: Database) -> None:
    caller = await open_account(demo, "gerante@demo.example", password=PASSWORD)
    other = await open_account(demo, "autre@demo.example")
    assert other.person is not None
    async with demo.transaction(actor=caller.actor) as tx:
        command = OpenOrganisation(kind=Kind.LODGING, name="Le Mas")
        tenant = await tenancy.open_organisation(tx, command, owner=caller.person)
    erase = EraseMe(email="gerante@demo.example", password=PASSWORD)
    assert (await erasing.foresee_erasure(demo, caller)).owns == ("Le Mas",)
    with pytest.raises(StillOwner):
        await erasing.erase_person(demo, caller, erase, host=None)
    async with demo.transaction(tenant, actor=caller.actor) as tx:
        await tenancy.add_member(
            tx, person=other.person, role=tenancy.Role.OWNER, caller_role="owner"
        )
    done = await erasing.erase_person(demo, caller, erase, host=None)
    assert done.erased["membership"] == 1
    assert {one.table: one.why for one in done.kept} == {"audit_entry": Keeps.ACTS}
    async with demo.transaction(tenant) as tx:
        assert [member.person for member in await tenancy.list_members(tx)] == [other.person]


@pytest.fixture
async def owners(demo: Database, look: asyncpg.Connection) -> tuple[int, dict[str, Caller]]:
    """An organisation with two owners, by their e-mails, each with a proven address."""
    both = {
        name: await open_account(demo, name, password=PASSWORD) for name in ("a@x.fr", "b@x.fr")
    }
    first, second = both.values()
    assert second.person is not None
    async with demo.transaction(actor=first.actor) as tx:
        command = OpenOrganisation(kind=Kind.LODGING, name="Le Mas")
        tenant = await tenancy.open_organisation(tx, command, owner=first.person)
    async with demo.transaction(tenant, actor=first.actor) as tx:
        await tenancy.add_member(
            tx, person=second.person, role=tenancy.Role.OWNER, caller_role="owner"
        )
    for one in both.values():
        await prove(look, one)
    return tenant, both


async def review_of(look: asyncpg.Connection, stay: Booking, email: str) -> None:
    await look.execute(
        "insert into review (id, tenant, property, booking, author, email, language, score,"
        " text, stayed_from, stayed_until, state, published_at) select gen_random_uuid(),"
        " tenant, property, id, 'Ada M.', $2, 'fr', 5, 'Très bien', arrival, departure,"
        " 'published', now() from booking where id = $1",
        stay.id,
        email,
    )


async def test_of_two_owners_who_erase_themselves_at_once_one_stays_with_all_their_rows(
    demo: Database,
    house: House,
    look: asyncpg.Connection,
    owners: tuple[int, dict[str, Caller]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tenant, both = owners
    for email in both:
        booked = await book(demo, house.wish(nights=1))
        guest = json.dumps(msgspec.to_builtins(msgspec.structs.replace(GUEST, email=email)))
        await look.execute("update booking set guest = $2 where id = $1", booked.id, guest)
        await review_of(look, booked, email)
    foreseen = {email: await erasing.foresee_erasure(demo, one) for email, one in both.items()}
    together, check = asyncio.Barrier(2), identity.check_password

    async def check_together(*args: Any, **named: Any) -> None:
        await check(*args, **named)
        await together.wait()  # both were told that there is another owner

    monkeypatch.setattr(identity, "check_password", check_together)
    done = await asyncio.gather(
        *(
            erasing.erase_person(demo, one, EraseMe(email=email, password=PASSWORD), host=None)
            for email, one in both.items()
        ),
        return_exceptions=True,
    )
    by_email = dict(zip(both, done, strict=True))
    [stays] = [email for email, said in by_email.items() if isinstance(said, StillOwner)]
    [gone] = [email for email, said in by_email.items() if isinstance(said, Erased)]
    assert "Le Mas" in str(by_email[stays])
    async with demo.transaction(tenant) as tx:
        [member] = await tenancy.list_members(tx)
    assert (member.role, member.person) == ("owner", both[stays].person)
    reviews = {row["email"] for row in await look.fetch("select email from review")}
    assert stays in reviews
    assert gone not in reviews
    after = await erasing.foresee_erasure(demo, both[stays])
    assert after == msgspec.structs.replace(foreseen[stays], owns=("Le Mas",))


async def test_who_begins_to_go_is_counted_before_their_commit_and_answers_for_nothing_after_it(
    demo: Database,
    look: asyncpg.Connection,
    owners: tuple[int, dict[str, Caller]],
    clock: DrivenClock,
) -> None:
    tenant, both = owners
    first, second = (one.person for one in both.values())
    assert first is not None
    assert second is not None

    async def begin() -> list[str]:
        async with demo.transaction() as tx:
            return await tenancy.lock_sole_ownerships(tx, second)

    async with demo.transaction() as tx:
        assert await tenancy.lock_sole_ownerships(tx, first) == []
        waiting = asyncio.create_task(begin())
        blocked = (
            "select exists (select from pg_stat_activity where wait_event_type = 'Lock'"
            " and datname = current_database())"
        )
        while not await look.fetchval(blocked):
            assert not waiting.done(), "the second was not kept waiting"
    assert await waiting == ["Le Mas"]
    async with demo.transaction(tenant) as tx:
        with pytest.raises(LastOwner):
            await tenancy.remove_member(tx, person=second, caller_role="owner")
    # An erasure that never went on is over some time later: its person is an owner like any other.
    clock.forward(LEAVES_WITHIN)
    assert await begin() == []


async def test_an_erasure_cut_off_is_done_again(
    demo: Database, house: House, look: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await book(demo, house.wish())
    caller = await open_account(demo, GUEST.email, password=PASSWORD)
    await prove(look, caller)
    command = EraseMe(email=GUEST.email, password=PASSWORD)

    async def die(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "_end", die)
        with pytest.raises(ConnectionError):
            await erasing.erase_person(demo, caller, command, host=None)
    assert await look.fetchval("select count(*) from person where id = $1", caller.person) == 1
    done = await erasing.erase_person(demo, caller, command, host=None)
    assert done.left == {}
    assert await look.fetchval("select count(*) from person where id = $1", caller.person) == 0
