"""Leaving is rehearsed each night, and restoring each month, by whoever keeps watch."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import msgspec
import pytest

from hub import errands, exit_watch, nights, probes, trust
from hub.core.clock import DrivenClock
from hub.core.db import Database, Session
from hub.core.settings import Settings
from hub.trust.models import Found
from tests.conftest import NOW
from tests.trusted import SERVICE, find_operator

DAY = timedelta(days=1)


@pytest.fixture
async def operator(demo: Database) -> int:
    """Two services run here, and one elsewhere."""
    found = await find_operator(demo)
    async with demo.transaction(found) as tx:
        for code, here in (("tourism", True), ("schools", True), ("far", False)):
            await trust.register_service(
                tx, msgspec.structs.replace(SERVICE, code=code, run_here=here)
            )
    return found


@pytest.fixture
async def admin_of_demo(demo_settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    con = await asyncpg.connect(demo_settings.database_url)
    yield con
    await con.close()


async def latest(demo: Database, service: str) -> dict[str, tuple[int, object]]:
    async with demo.transaction() as tx:
        found = await trust.assess(tx, service)
    return {one.probe: (one.rank, one.at) for one in found.findings}


async def test_the_first_night_comes_once_a_service_stood_here_for_one(
    demo: Database, demo_settings: Settings, clock: DrivenClock, operator: int
) -> None:
    assert await nights.rehearse_due(demo_settings, clock) == (0, [])
    clock.forward(DAY)
    failed, lines = await nights.rehearse_due(demo_settings, clock)
    assert failed == 0, lines
    assert [line.split(":")[0] for line in lines] == [
        "schools, export", "schools, round-trip", "tourism, export", "tourism, round-trip",
    ]  # fmt: skip
    for service in ("schools", "tourism"):
        proved = (3, clock.now())
        assert await latest(demo, service) == {"export": proved, "round-trip": proved}
    assert await latest(demo, "far") == {}
    clock.forward(nights.REST - timedelta(seconds=1))
    assert await nights.rehearse_due(demo_settings, clock) == (0, []), "once a night"


async def test_a_night_that_fails_is_written_down_and_keeps_no_other_from_its_turn(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    operator: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = list[str]()

    async def rehearse(
        settings: Settings, database: Database, service: trust.Service, tenant: int
    ) -> dict[str, Found]:
        seen.append(service.code)
        if service.code == "schools":
            raise OSError("the disk is full")
        await probes.note(database, service, "round-trip", Found(rank=3, says="Mesuré."))
        return {"round-trip": Found(rank=3, says="Mesuré.")}

    monkeypatch.setattr(errands, "rehearse_leaving", rehearse)
    clock.forward(DAY)
    failed, lines = await nights.rehearse_due(demo_settings, clock)
    assert (failed, seen) == (1, ["schools", "tourism"])
    assert any("OSError" in line for line in lines)
    assert (await latest(demo, "schools"))["round-trip"][0] == 0
    assert (await latest(demo, "tourism"))["round-trip"][0] == 3
    clock.forward(DAY)
    await nights.rehearse_due(demo_settings, clock)
    assert seen == ["schools", "tourism"] * 2, "the next night it is tried again"


async def test_another_organisation_is_the_sample_each_night_and_none_that_is_held(
    demo: Database, admin_of_demo: asyncpg.Connection
) -> None:
    session = Session(admin_of_demo)

    async def samples() -> set[int | None]:
        return {
            await probes.find_sample(session, "tourism", (NOW + n * DAY).date().isoformat())
            for n in range(60)
        }

    drawn = await samples()
    people = await admin_of_demo.fetch(
        "select distinct o.id from organisation o join membership m on m.tenant = o.id"
        " where o.kind <> 'operator'"
    )
    assert drawn == {row["id"] for row in people}
    assert len(drawn) > 1
    held = min(one for one in drawn if one is not None)
    await admin_of_demo.execute(
        "insert into held_organisation (tenant, since, reason) values ($1, now(), 'move')", held
    )
    assert await samples() == drawn - {held}


async def test_the_watcher_waits_for_the_night_and_for_what_was_not_rehearsed(
    demo: Database, admin_of_demo: asyncpg.Connection, operator: int
) -> None:
    async def waits(question: str) -> bool:
        return bool(await admin_of_demo.fetchval(f"select {question}"))

    await admin_of_demo.execute("update trust_service set registered_at = now()")
    assert not await waits(exit_watch._UNREHEARSED)
    await admin_of_demo.execute("update trust_service set registered_at = now() - interval '1 day'")
    assert await waits(exit_watch._UNREHEARSED)
    await admin_of_demo.execute(
        "insert into held_organisation (tenant, since, reason)"
        " select id, now(), 'move' from organisation"
    )
    assert not await waits(exit_watch._UNREHEARSED), "there is nobody to rehearse with"
    await admin_of_demo.execute("delete from held_organisation")
    await admin_of_demo.execute(
        "insert into trust_finding (service, probe, rank, at, until, says)"
        " select code, 'round-trip', 0, now(), now(), 'x' from trust_service where run_here"
    )
    assert not await waits(exit_watch._UNREHEARSED)
    for chore in (exit_watch.NIGHTS, exit_watch.NIGHTS_WITH_BACKUPS, exit_watch.MOVES):
        await admin_of_demo.fetchval(chore.waits)
    for hour, night in ((0, False), (1, True), (4, True), (5, False), (13, False)):
        asked = exit_watch._NIGHT.replace("now()", f"timestamptz '2026-12-01 {hour:02}:30+01'")
        assert await waits(asked) is night, hour


async def test_the_watcher_waits_for_a_month_without_a_measured_restore(
    demo: Database, admin_of_demo: asyncpg.Connection
) -> None:
    async def waits() -> bool:
        return bool(await admin_of_demo.fetchval(f"select {exit_watch._UNRESTORED}"))

    await admin_of_demo.execute("update schema_migration set applied_at = now()")
    assert not await waits()
    await admin_of_demo.execute("update schema_migration set applied_at = now() - interval '1 day'")
    assert await waits()
    for days, measured, invariants, waited in (
        (27, True, True, False),
        (29, True, True, True),
        (27, False, True, True),
        (27, True, False, True),
        (0, False, False, False),
    ):
        await admin_of_demo.execute("alter table restore_rehearsal disable trigger append_only")
        await admin_of_demo.execute("delete from restore_rehearsal")
        await admin_of_demo.execute(
            "insert into restore_rehearsal (at, rpo_s, rto_s, sites, invariants, measured)"
            " values (now() - make_interval(days => $1), 1, 1, 1, $2, $3)",
            days,
            invariants,
            measured,
        )
        assert await waits() is waited, (days, measured, invariants)


async def test_backups_that_do_not_come_back_are_written_down_and_tried_again_the_next_night(
    demo: Database, demo_settings: Settings, clock: DrivenClock, tmp_path: Path
) -> None:
    assert await nights.is_restore_due(demo_settings, clock)
    clock.set(nights.SystemClock().now())
    empty = probes.Restored(rpo_s=0, rto_s=0, sites=1, invariants=False, words="x", measured=True)
    async with demo.transaction() as tx:
        await probes.note_restored(tx, empty)
    assert not await nights.is_restore_due(demo_settings, clock), "tried this night"
    clock.forward(DAY)
    assert await nights.is_restore_due(demo_settings, clock)
    async with demo.transaction() as tx:
        await probes.note_restored(tx, msgspec.structs.replace(empty, invariants=True))
    clock.forward(nights.RESTORE_REST)
    assert not await nights.is_restore_due(demo_settings, clock)
    clock.forward(timedelta(seconds=1))
    assert await nights.is_restore_due(demo_settings, clock)


async def test_a_restore_that_was_told_after_a_sound_one_brings_none(
    demo: Database, demo_settings: Settings, clock: DrivenClock
) -> None:
    clock.set(nights.SystemClock().now())
    sound = probes.Restored(rpo_s=0, rto_s=0, sites=1, invariants=True, measured=True)
    for done in (sound, msgspec.structs.replace(sound, measured=False)):
        async with demo.transaction() as tx:
            await probes.note_restored(tx, done)
        clock.forward(DAY)
    assert not await nights.is_restore_due(demo_settings, clock)


def test_what_a_rehearsal_left_goes_after_a_day(tmp_path: Path) -> None:
    for name in ("hub-rehearsal-a", "hub-restored-b", "another"):
        (tmp_path / name / "export").mkdir(parents=True)
    made = (tmp_path / "another").stat().st_mtime
    nights.sweep(tmp_path, made + nights.LEFT_S - 60)
    assert len(list(tmp_path.iterdir())) == 3
    nights.sweep(tmp_path, made + nights.LEFT_S + 60)
    assert [one.name for one in tmp_path.iterdir()] == ["another"]


def test_a_restore_that_fails_is_a_broken_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings
) -> None:
    noted = list[probes.Restored]()

    async def note(settings: Settings, done: probes.Restored) -> None:
        noted.append(done)

    def fail(settings: Settings, folder: Path, sites: int) -> list[str]:
        raise RuntimeError("a gap in the changes")

    monkeypatch.setattr(errands, "note_restored", note)
    done, lines = nights.rehearse_restore(settings, tmp_path, fail)
    assert (done, lines) == (False, ["restore: RuntimeError: a gap in the changes"])
    assert [(one.invariants, one.measured) for one in noted] == [(False, True)]
    assert nights.rehearse_restore(settings, tmp_path, lambda *_: ["good"]) == (True, ["good"])
