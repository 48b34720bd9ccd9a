"""Two real PostgreSQL servers as two zones: health is refused on the wrong one, and an association
moves to the right one while it is served."""

import asyncio
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from hub import trust
from hub.app import compose
from hub.approvals import State
from hub.core import postgres
from hub.core.clock import DrivenClock
from hub.core.db import Database, Session, open_session
from hub.core.migrate import migrate
from hub.core.settings import Settings
from hub.hosting import (
    HostingError,
    Mover,
    ServersByZone,
    Zone,
    command,
    find_halts,
    find_reasons,
    read_zones,
)
from hub.kit.world import open_example
from tests.conftest import NOW, SECRET, quick_folder
from verticals.seniors.manifest import vertical as seniors

REFERENTIAL = trust.read_referential("secure-cloud", NOW.date())
HEALTH = msgspec.structs.replace(seniors, data_classes=("identity", "health"))
COUNT = "select count(*) from senior where tenant = {}"


@pytest.fixture(scope="module")
def lyon() -> Iterator[postgres.Server]:
    """Another server, with an empty hub."""
    home = quick_folder("hub-zone-")
    quick = {"fsync": "off", "synchronous_commit": "off", "shared_buffers": "32MB"}
    server = postgres.start(home, settings=quick)
    asyncio.run(migrate(server.dsn(), SECRET, compose().packages))
    yield server
    server.stop()
    shutil.rmtree(home)


@pytest.fixture
def place() -> Iterator[Path]:
    """For exports: in memory, because each file of them is flushed."""
    folder = quick_folder("hub-move-")
    yield folder
    shutil.rmtree(folder)


def _zones(lyon: postgres.Server, folder: Path) -> dict[str, Zone]:
    file = folder / "zones.toml"
    file.write_text(
        f"""
        [[zone]]
        code = "lyon"
        title = "Lyon, HDS"
        country = "FR"
        operator = "Exemple Santé SAS"
        level = "silver"
        database = "{lyon.dsn()}"
        certificates = [{{ kind = "hds", until = 2027-01-31 }}]
        service = "exemple"
        [[zone]]
        code = "cheap"
        title = "Ailleurs"
        country = "US"
        operator = "Example Inc."
        level = "bronze"
        database = "$NO_SUCH_ADDRESS"
        """
    )
    return read_zones(file)


async def _count(session: Session, tenant: int) -> int:
    return int(await session.con.fetchval(COUNT.format(tenant)))


async def test_health_moves_to_the_zone_that_may_hold_it_and_nothing_is_lost_on_the_way(
    lyon: postgres.Server, database: Database, settings: Settings, clock: DrivenClock,
    place: Path,
) -> None:  # fmt: skip
    assert seniors.example is not None
    assert settings.database_url is not None
    tenant, _ = await open_example(seniors.example, database, "odette@example.org", "")
    zones = _zones(lyon, place)
    here, there = await open_session(settings.database_url), await open_session(lyon.dsn())

    def mover(zone: str, halts: Sequence[str] = ()) -> Mover:
        return Mover(
            here, ServersByZone(zones.values()), zones[zone], place / zone,
            compose().slices, [HEALTH], REFERENTIAL, halts,
        )  # fmt: skip

    try:
        with pytest.raises(HostingError) as refused:
            await mover("cheap").copy(tenant, NOW)
        for reason in ("US is outside", "health needs silver, the zone reaches bronze", "HDS-01"):
            assert reason in str(refused.value)

        with pytest.raises(HostingError, match="the approval of exemple, which runs it, is withdr"):
            await mover("lyon", find_halts(zones["lyon"], State.WITHDRAWN)).copy(tenant, NOW)
        good = mover("lyon")
        with pytest.raises(HostingError, match="has not been copied"):
            await good.confirm(tenant, NOW)
        copied = await good.copy(tenant, NOW)
        assert copied.rows > 10
        assert await _count(there, tenant) == await _count(here, tenant) == 1

        # It is thought over: the copy goes, nothing here has changed.
        gone = await good.back(tenant, NOW)
        assert (gone.erased > 0, await _count(there, tenant)) == (True, 0)
        await good.copy(tenant, NOW)

        # Somebody writes while both stand: it is found, copied again, and only then given up here.
        clock.forward(timedelta(hours=1))
        async with database.transaction(tenant) as tx:
            con = await tx.connection()
            await con.execute("update senior set name = 'Odette Martin'")
        with pytest.raises(HostingError, match="Both sides differ in senior:"):
            await good.confirm(tenant, NOW)
        with pytest.raises(HostingError, match="Both sides differ in senior:"):
            await good.back(tenant, NOW)
        await good.copy(tenant, NOW)
        # Who answers for it there is who answers for it here.
        await there.con.execute("update person set email = 'x' || email")
        with pytest.raises(HostingError, match=r"lyon holds somebody else: .*person"):
            await good.confirm(tenant, NOW)
        await there.con.execute("update person set email = substr(email, 2)")
        done = await good.confirm(tenant, NOW)
        assert (done.erased > 0, await _count(here, tenant)) == (True, 0)
        assert (place / "lyon" / "here" / "erasure-certificate.json").exists()
        held = await ServersByZone(zones.values()).measure("lyon")
        assert (held.organisations, held.bytes > 1_000_000) == (1, True)
        name = await there.con.fetchval(f"select name from senior where tenant = {tenant}")
        assert name == "Odette Martin"
    finally:
        await here.close()
        await there.close()


def test_zones_are_metered_and_one_that_does_not_answer_says_so(
    lyon: postgres.Server, settings: Settings, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _zones(lyon, place)
    monkeypatch.setenv("HUB_ZONES", str(place / "zones.toml"))
    lines = command.list_zones(settings, metered=True)
    assert re.fullmatch(r"  holds \d+ organisations, \d+ MB", lines[1]), lines
    assert "  NO_SUCH_ADDRESS, the address of cheap, is not set." in lines
    assert not any("holds" in line for line in command.list_zones(settings))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"country": "NO"}, None),
        ({"country": "GB"}, "GB is outside"),
        ({"level": "bronze"}, " needs silver, the zone reaches bronze"),
        ({"level": ""}, "reaches no level"),
        ({"certificates": ()}, "HDS-01"),
    ],
)
def test_each_reason_is_told(changed: dict[str, object], reason: str | None) -> None:
    zone = _good(**changed)
    found = find_reasons(zone, {"identity", "health"}, {"silver"}, REFERENTIAL, NOW.date())
    assert [reason in one for one in found] == [True] * len(found) if reason else found == []
    assert bool(found) == bool(reason)


@pytest.mark.parametrize("state", [None, *State])
def test_nobody_new_comes_to_a_zone_whose_provider_is_not_approved(state: State | None) -> None:
    approved = state in {State.GRANTED, State.RENEWED, State.WARNED}
    assert bool(find_halts(_good(service="exemple"), state)) is not approved
    assert find_halts(_good(), state) == []  # the operator answers for it


def test_a_certificate_counts_until_its_last_day_and_for_health_only() -> None:
    zone = _good()
    last, next_day = date(2027, 1, 31), date(2027, 2, 1)
    assert find_reasons(zone, {"health"}, set(), REFERENTIAL, last) == []
    assert "ended on 2027-01-31" in find_reasons(zone, {"health"}, set(), REFERENTIAL, next_day)[0]
    assert find_reasons(zone, {"booking"}, set(), REFERENTIAL, next_day) == []


def _good(**changed: object) -> Zone:
    zone = {
        "code": "lyon", "title": "Lyon", "country": "FR", "operator": "Exemple", "level": "silver",
        "database": "", "certificates": ({"kind": "hds", "until": date(2027, 1, 31)},),
    }  # fmt: skip
    return msgspec.convert(zone | changed, Zone)


def test_a_file_of_zones_is_read_strictly(tmp_path: Path) -> None:
    assert read_zones(tmp_path / "zones.toml") == {}
    for spoilt in ("[[zone]]\ncode = 'a'", "zone = 1", "[[zone"):
        (tmp_path / "zones.toml").write_text(spoilt)
        with pytest.raises(HostingError, match=r"zones\.toml"):
            read_zones(tmp_path / "zones.toml")
