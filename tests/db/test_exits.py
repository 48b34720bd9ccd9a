"""An organisation leaves by its own notice: the clock, the archive, what stops it, the erasure and
the certificate; a pass that is killed anywhere is made again (DOMAIN 6, Data Act art. 25)."""

import asyncio
import hashlib
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from hub import portability, tenancy
from hub.app import compose
from hub.audit import own_chain
from hub.core.clock import DrivenClock
from hub.core.db import Database, Tx, open_session
from hub.core.settings import Settings
from hub.core.sql import parse_query
from hub.exits import policy
from hub.exits.actions import deciding, following
from hub.exits.errors import (
    ArchiveNotReady,
    DutiesOpen,
    ExitChanged,
    ExitStepNotPossible,
    NoticeStands,
)
from hub.exits.models import Exit, Fetched, LetGo, State, Step
from hub.exits.performing import Busy, Clearing
from hub.portability import keeping
from tests.crashing import stop_at
from tests.exits import ACTOR, World, add_owner, clear_stays, open_world
from tests.houses import ARRIVAL, NIGHTS, book, find_house
from tourism.lodging import Listing, find_own_property
from tourism.mandate.actions.ending import end_sale
from tourism.onboarding.actions import progressing
from tourism.onboarding.errors import HouseLeaves, NotReady

DAY = timedelta(days=1)
SOON = parse_query(
    "soon", "select set_config('idle_in_transaction_session_timeout', '200ms', true)"
)
ACTS = "select count(*) from audit_entry where tenant = $1"
HEAD = """
select encode(hash, 'hex') from audit_own_link where tenant = $1 order by number desc limit 1
"""
REFUSED = [
    (state, step)
    for state in State
    for step in (Step.END, Step.ERASE, Step.TAKE_BACK)
    if step not in policy.STEPS[state]
]


@pytest.fixture
async def world(database: Database, settings: Settings, clock: DrivenClock) -> World:
    return await open_world(database, settings, clock)


async def test_the_clock_ends_the_service_keeps_all_a_month_then_erases_with_a_certificate(
    world: World, clock: DrivenClock, tmp_path: Path
) -> None:
    given = await world.give(30)
    assert given.state is State.NOTICED
    assert given.transition_until - given.given_at == timedelta(days=60)
    assert await world.perform() == {"archived": 1, "erased": 0, "failed": 0}
    assert await world.perform() == {"archived": 0, "erased": 0, "failed": 0}
    clock.forward(timedelta(days=59))
    await world.perform()
    assert (await world.look()).state is State.NOTICED
    assert not await world.is_held()
    clock.forward(DAY)
    assert (await world.perform())["archived"] == 1
    held = await world.look()
    assert held.state is State.RETRIEVAL
    assert await world.is_held()
    assert held.retrieve_until == clock.now() + timedelta(days=30)
    archive = await world.fetch()
    assert hashlib.sha256(archive).hexdigest() == held.archive_sha256
    assert len(archive) == held.archive_bytes
    with zipfile.ZipFile(world.archive) as file:
        names = set(file.namelist())
        sums = hashlib.sha256(file.read("manifest.json")).hexdigest()
        acts = Path(file.extract("acts.jsonl", tmp_path))
    assert {"manifest.json", "SHA256SUMS"} <= names
    chain = own_chain.check_file(acts)
    assert (chain.broken, chain.own) == (None, await world.ask(ACTS, world.organisation))
    assert chain.own > 0
    assert chain.head == await world.ask(HEAD, world.organisation)
    assert any(name.startswith("tables/senior/") for name in names)
    clock.forward(timedelta(days=29))
    await world.perform()
    assert await world.count_seniors() > 0
    clock.forward(DAY)
    assert (await world.perform())["erased"] == 1
    gone = await world.look()
    assert gone.state is State.ERASED
    assert await world.count_seniors() == 0
    assert not await world.is_held()
    certificate = msgspec.convert(gone.certificate, portability.Certificate)
    assert certificate.organisation == world.organisation
    assert certificate.erased["senior"] > 0
    assert {one.table for one in certificate.kept} >= {"organisation"}
    assert all(one.why and one.until > date(2027, 1, 1) for one in certificate.kept)
    assert len(certificate.export_sha256) == 64
    assert sums != "", "the manifest itself is in the archive"
    assert world.folders == [], "nothing of it lies on the disk"
    said = await world.letters()
    assert said == [
        "Les Amis s'en va : le préavis est donné",
        "Les Amis : prenez vos données jusqu'au 1 mars 2027",
        "Les Amis est effacé : votre certificat",
    ]
    async with world.database.transaction(gone.tenant) as tx:
        steps = [one.step for one in await deciding.list_steps(tx, gone.id)][::-1]
    assert steps == [Step.GIVE, Step.HOLD, Step.LAPSE, Step.FINISH]
    assert await world.ask("select count(*) from exit_reader") == 0
    assert await world.perform() == {"archived": 0, "erased": 0, "failed": 0}


async def test_what_was_fetched_is_erased_at_once_by_wish_and_the_certificate_names_that_export(
    world: World,
) -> None:
    await world.give(60)
    with pytest.raises(ExitStepNotPossible):
        await world.decide(Step.ERASE)
    await world.decide(Step.END)
    with pytest.raises(ArchiveNotReady):
        await world.decide(Step.ERASE)
    await world.perform()
    with pytest.raises(ExitStepNotPossible):
        await world.decide(Step.ERASE)
    await world.fetch()
    with pytest.raises(ExitChanged):
        await world.decide(Step.ERASE, version=1)
    fetched = await world.decide(Step.ERASE)
    assert fetched.state is State.ERASING
    assert (await world.perform())["erased"] == 1
    gone = await world.look()
    assert gone.state is State.ERASED
    assert await world.count_seniors() == 0
    assert archive_in(gone) == (fetched.archive_sha256, fetched.fetched_at)


async def test_an_erasure_that_one_owner_wishes_waits_until_the_others_could_stop_it(
    world: World, clock: DrivenClock
) -> None:
    await add_owner(world.settings, world.organisation)
    wished = await world.reach(State.ERASING)
    assert wished.erase_from == clock.now() + timedelta(days=3)
    for subject in ("%préavis est donné", "%prenez vos données%", "%l'effacement est demandé"):
        told = await world.ask("select count(*) from mail where subject like $1", subject)
        assert told == 1, subject
    german = "select count(*) from mail where recipient = 'zoe@example.org'"
    assert await world.ask(german) == 3, "the notice, the end of the service, the wish"
    clock.forward(timedelta(days=2, hours=23))
    assert await world.perform() == {"archived": 0, "erased": 0, "failed": 0}
    assert (await world.decide(Step.TAKE_BACK)).erase_from is None
    assert await world.count_seniors() > 0
    await world.reach(State.ERASING)
    clock.forward(timedelta(days=3))
    assert (await world.perform())["erased"] == 1


async def test_who_became_an_owner_after_the_notice_is_told_and_waited_for(
    world: World, clock: DrivenClock
) -> None:
    await world.give()
    await world.decide(Step.END)
    await world.perform()
    await world.fetch()
    await add_owner(world.settings, world.organisation)
    assert (await world.decide(Step.ERASE)).erase_from is not None
    assert await world.perform() == {"archived": 0, "erased": 0, "failed": 0}


def archive_in(gone: Exit) -> tuple[str, datetime | None]:
    """What the certificate says of the archive: its hash, and when it was fetched."""
    assert gone.certificate is not None
    said = msgspec.convert(gone.certificate["archive"], Fetched)
    return said.sha256, said.fetched_at


async def test_the_certificate_of_what_nobody_fetched_says_so(
    world: World, clock: DrivenClock
) -> None:
    await world.give(0)
    for _ in range(2):
        clock.forward(timedelta(days=30))
        await world.perform()
    gone = await world.look()
    assert gone.state is State.ERASED
    assert archive_in(gone) == (gone.archive_sha256, None)


async def test_it_stays_in_hand_however_long_its_rows_take_to_go(
    world: World, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, clear = following.lock, Clearing.clear

    async def lock_in_haste(tx: Tx, exit: Exit) -> Exit | None:
        await tx.value(str, SOON)
        return await lock(tx, exit)

    async def clear_slowly(clearing: Clearing) -> object:
        await asyncio.sleep(1)
        return await clear(clearing)

    monkeypatch.setattr(following, "lock", lock_in_haste)
    monkeypatch.setattr(Clearing, "clear", clear_slowly)
    await world.give(0)
    clock.forward(timedelta(days=30))
    await world.perform()
    clock.forward(timedelta(days=30))
    assert await world.perform() == {"archived": 0, "erased": 1, "failed": 0}


async def test_there_are_thirty_days_to_fetch_from_the_archive_on(
    world: World, clock: DrivenClock
) -> None:
    await world.give(0)
    await world.decide(Step.END)
    clock.forward(timedelta(days=29))
    assert (await world.perform())["archived"] == 1
    assert (await world.look()).retrieve_until == clock.now() + timedelta(days=30)
    clock.forward(timedelta(days=29))
    assert (await world.perform())["erased"] == 0
    assert (await world.look()).state is State.RETRIEVAL
    clock.forward(DAY)
    assert (await world.perform())["erased"] == 1


async def test_who_is_let_go_after_months_has_thirty_days_to_fetch_what_came_meanwhile(
    world: World, clock: DrivenClock
) -> None:
    held = await world.reach(State.RETRIEVAL)
    await world.perform()
    await world.fetch()
    clock.forward(policy.DUTIES_HOLD + policy.TRANSITION)
    command = LetGo(exit=held.id, version=held.version, why="paid by hand")
    async with world.database.transaction(held.tenant, actor=ACTOR) as tx:
        free = await deciding.let_go(tx, command)
    assert (free.state, free.archive_at, free.fetched_at) == (State.RETRIEVAL, None, None)
    assert await world.perform() == {"archived": 1, "erased": 0, "failed": 0}
    assert (await world.look()).retrieve_until == clock.now() + policy.RETRIEVAL
    told = await world.letters()
    again = "Les Amis : plus rien ne retient votre départ, prenez de nouveau vos données"
    assert len([one for one in told if "prenez vos données" in one]) == 1
    assert told.count(again) == 1
    clock.forward(policy.RETRIEVAL)
    assert (await world.perform())["erased"] == 1


async def test_what_changed_since_it_was_fetched_is_fetched_again_first(world: World) -> None:
    await world.reach(State.ERASING)
    await world.ask("update senior set name = 'Renée' where tenant = $1", world.organisation)
    assert (await world.perform())["erased"] == 0
    back = await world.look()
    assert (back.state, back.fetched_at, back.archive_at) == (State.RETRIEVAL, None, None)
    assert await world.count_seniors() > 0
    assert "Les Amis : rien n'est effacé, prenez l'archive de nouveau" in await world.letters()
    await world.perform()
    with pytest.raises(ExitStepNotPossible):
        await world.decide(Step.ERASE)
    await world.fetch()
    await world.decide(Step.ERASE)
    assert (await world.perform())["erased"] == 1


async def test_a_notice_is_taken_back_until_the_erasure(world: World) -> None:
    for state in (State.NOTICED, State.RETRIEVAL, State.ERASING):
        await world.reach(state)
        assert (await world.decide(Step.TAKE_BACK)).state is State.STAYED
        assert not await world.is_held()
        assert await world.ask("select count(*) from exit_reader") == 0
        assert await world.perform() == {"archived": 0, "erased": 0, "failed": 0}
        assert world.folders == []
    assert await world.count_seniors() > 0


@pytest.mark.parametrize(("state", "step"), REFUSED, ids=str)
async def test_what_does_not_lead_anywhere_is_refused_and_changes_nothing(
    world: World, state: State, step: Step
) -> None:
    before = await world.reach(state)
    with pytest.raises(ExitStepNotPossible):
        await world.decide(step)
    assert await world.look() == before


async def test_one_notice_stands_at_a_time(world: World) -> None:
    await world.give()
    with pytest.raises(NoticeStands):
        await world.give()
    await world.decide(Step.TAKE_BACK)
    assert (await world.give()).state is State.NOTICED


async def test_nothing_is_held_by_a_way_out_for_another_reason(world: World) -> None:
    await world.ask(
        "insert into held_organisation values ($1, now(), 'not here yet')", world.organisation
    )
    await world.reach(State.RETRIEVAL)
    await world.decide(Step.TAKE_BACK)
    assert await world.is_held(), "what a withdrawal holds stays held"


async def test_one_pass_at_a_time(world: World, settings: Settings) -> None:
    await world.give()
    assert settings.database_url
    other = await open_session(settings.database_url)
    await other.execute("select pg_advisory_lock(7346206)")
    with pytest.raises(Busy):
        await world.perform()
    await other.close()
    assert (await world.perform())["archived"] == 1


@pytest.mark.parametrize("at", [5, 40, 150, 300])
async def test_an_archive_that_is_cut_off_is_made_again(world: World, at: int) -> None:
    await world.give()
    stopped, _ = await stop_at(world.perform(), at)
    found = await world.look()
    if stopped and found.archive_at is not None:  # cut off after it was whole
        assert hashlib.sha256(world.archive.read_bytes()).hexdigest() == found.archive_sha256
    await asyncio.sleep(0)
    await world.perform()
    one = await world.look()
    assert one.archive_at is not None
    assert hashlib.sha256(world.archive.read_bytes()).hexdigest() == one.archive_sha256


@pytest.mark.parametrize("at", [10, 120, 300, 500, 700, 900])
async def test_an_erasure_that_is_cut_off_is_finished_whole_or_did_not_begin(
    world: World, at: int
) -> None:
    await world.reach(State.ERASING)
    before = await world.count_seniors()
    await stop_at(world.perform(), at)
    one = await world.look()
    left = await world.count_seniors()
    assert left in {0, before}, "all of it or nothing"
    if one.state is State.ERASING:
        await world.perform()
    gone = await world.look()
    assert gone.state is State.ERASED
    assert await world.count_seniors() == 0
    assert msgspec.convert(gone.certificate, portability.Certificate).erased["senior"] == before


async def test_a_pass_that_died_between_the_erasure_and_the_certificate_gives_the_certificate(
    world: World, settings: Settings, clock: DrivenClock
) -> None:
    await world.reach(State.ERASING)
    [folder] = world.folders
    assert settings.database_url
    session = await open_session(settings.database_url)
    certificate = await portability.erase_tenant(
        session, world.organisation, folder / keeping.ESCROW, compose().slices, now=clock.now()
    )
    await session.close()
    assert (await world.perform())["erased"] == 1
    kept = msgspec.convert((await world.look()).certificate, portability.Certificate)
    assert kept == certificate


@pytest.fixture
async def house(demo: Database, demo_settings: Settings, clock: DrivenClock) -> World:
    made = World(demo, demo_settings, clock)
    made.organisation = (await find_house(demo)).tenant
    return made


async def test_a_house_leaves_no_guest_standing(
    house: World, demo: Database, clock: DrivenClock
) -> None:
    one = await find_house(demo)
    await book(demo, one.wish())
    await house.give()
    duties = await deciding.list_duties(demo, one.tenant)
    assert [(duty.says, duty.many > 0) for duty in duties][:1] == [
        ("Séjours réservés : %(many)s", True)
    ]
    assert duties[0].until is not None
    assert duties[0].until >= ARRIVAL + timedelta(days=NIGHTS)
    with pytest.raises(DutiesOpen):
        await house.decide(Step.END)
    clock.forward(timedelta(days=31))
    await following.advance(demo)
    still = await house.look()
    if await deciding.list_duties(demo, one.tenant):
        assert still.state is State.NOTICED, "nobody is held who has guests to receive"
        assert not await house.is_held()


async def test_a_stay_booked_in_the_last_moment_stops_the_erasure(
    house: World, demo: Database
) -> None:
    one = await find_house(demo)
    await clear_stays(house.settings, one.tenant)
    await house.give()
    await house.decide(Step.END)
    await house.perform()
    await house.fetch()
    await house.decide(Step.ERASE)
    await book(demo, one.wish())
    assert (await house.perform())["erased"] == 0
    back = await house.look()
    assert back.state is State.RETRIEVAL
    assert await house.ask("select count(*) from property where tenant = $1", one.tenant) == 1


async def test_the_archive_stays_whole_when_nothing_is_erased_after_all(
    house: World, demo: Database, clock: DrivenClock
) -> None:
    one = await find_house(demo)
    await clear_stays(house.settings, one.tenant)
    await house.give()
    await house.decide(Step.END)
    await house.perform()
    clock.forward(timedelta(days=30))
    assert await following.advance(demo) == 1
    await book(demo, one.wish())
    assert (await house.perform())["erased"] == 0
    back = await house.look()
    assert (back.state, back.fault) == (State.RETRIEVAL, "")
    assert any(said.endswith("rien n'est effacé encore") for said in await house.letters())
    archive = await house.fetch()
    assert len(archive) == back.archive_bytes
    assert hashlib.sha256(archive).hexdigest() == back.archive_sha256


async def test_sales_end_with_the_notice(house: World, demo: Database, clock: DrivenClock) -> None:
    await house.give(30)
    await following.advance(demo)
    assert (await house.look()).sale_ended_at is None
    clock.forward(timedelta(days=30))
    assert await following.advance(demo) == 1
    assert await following.advance(demo) == 0
    assert (await house.look()).sale_ended_at == clock.now()
    async with demo.transaction(house.organisation) as tx:
        assert await end_sale(tx)
        assert not await end_sale(tx)
        found = await find_own_property(tx)
    assert found is not None
    assert found.listing is Listing.DRAFT


async def tell_of_sales(world: World) -> int:
    """How often it is told, to whoever sells for it, that it sells nothing any more."""
    sql = "select count(*) from pgmq.q_celery where message::text like '%mandate.end_sale%'"
    found = await world.ask(sql)
    assert isinstance(found, int)
    return found


async def test_a_house_is_not_published_from_the_end_of_its_notice_until_it_takes_it_back(
    house: World, demo: Database, clock: DrivenClock
) -> None:
    async def publish() -> None:
        async with demo.transaction(house.organisation, actor=ACTOR) as tx:
            await progressing.withdraw_house(tx)
            await progressing.publish_house(tx)

    await clear_stays(house.settings, house.organisation)
    await house.give(30)
    with pytest.raises(NotReady):
        await publish()
    clock.forward(timedelta(days=30))
    with pytest.raises(HouseLeaves):
        await publish()
    await house.decide(Step.END)
    with pytest.raises(HouseLeaves):
        await publish()
    await house.decide(Step.TAKE_BACK)
    with pytest.raises(NotReady):
        await publish()


async def test_every_hold_tells_that_nothing_is_sold_any_more(world: World) -> None:
    await world.give(0)
    told = await tell_of_sales(world)
    await world.decide(Step.END)
    assert await tell_of_sales(world) == told + 1


BREAK = """
    create function break_exit() returns trigger language plpgsql as $$
    begin raise exception 'this one is broken'; end $$
"""
BROKEN = """
    create trigger broken before insert on exit_step for each row when (new.exit = '%s')
      execute function break_exit()
"""


async def open_second(world: World) -> World:
    """Another association of the same hub, which leaves too."""
    other = World(world.database, world.settings, world.clock)
    person = await world.ask("select person from membership where tenant = $1", world.organisation)
    assert isinstance(person, int)
    async with world.database.transaction() as tx:
        opening = tenancy.OpenOrganisation(kind=tenancy.Kind.ASSOCIATION, name="Les Amis")
        other.organisation = await tenancy.open_organisation(
            tx, opening, owner=person, caller_kind=tenancy.Kind.OPERATOR
        )
    return other


async def test_one_broken_way_out_stops_no_other_and_says_why(
    world: World, clock: DrivenClock
) -> None:
    other = await open_second(world)
    broken, whole = await world.give(0), await other.give(0)
    await world.ask(BREAK)
    await world.ask(BROKEN % broken.id)
    clock.forward(timedelta(days=30))
    assert (await world.perform())["failed"] == 1
    assert (await other.look()).state is State.RETRIEVAL
    stopped = await world.look()
    assert stopped.state is State.NOTICED
    assert "this one is broken" in stopped.stalled
    async with world.database.transaction(whole.tenant) as tx:
        shown = await following.list_under_way(tx)
    assert [one.id for one in shown] == [broken.id, whole.id], "what stands still comes first"
    await world.ask("drop trigger broken on exit_step")
    clock.forward(policy.RETRY)
    assert (await world.perform())["failed"] == 0
    after = await world.look()
    assert (after.state, after.stalled) == (State.RETRIEVAL, "")


async def test_the_clock_waits_for_nobody_who_has_a_way_out_in_hand(
    world: World, clock: DrivenClock
) -> None:
    other = await open_second(world)
    held = await world.give(0)
    await other.give(0)
    clock.forward(timedelta(days=30))
    async with world.database.transaction(held.tenant) as tx:
        assert await following.lock(tx, held) is not None
        await following.advance(world.database)
        assert (await other.look()).state is State.RETRIEVAL
    assert (await world.look()).state is State.NOTICED
    assert (await world.look()).stalled == ""
    await following.advance(world.database)
    assert (await world.look()).state is State.RETRIEVAL
