"""What is counted and what is shown are of the same houses, also while they are written."""

from datetime import timedelta
from pathlib import Path

import asyncpg
import numpy as np
import pytest
from msgspec.structs import replace

from hub.core.db import Database, Session
from loadtests.truth import Truth
from tests.conftest import NOW
from tests.db.test_index_search import LOZERE, PLAIN, generation_of, houses_of, root, session
from tourism.index import CalendarAsk, Places
from tourism.index import search as searching
from tourism.index.generation import Generation
from tourism.index.search import calendar, list_rows, search
from tourism.indexing.catalogue import Catalogue
from tourism.indexing.following import Follower
from tourism.indexing.reading import read_houses
from tourism.nights.layout import Tables
from tourism.offers import SqlEngine
from tourism.reckoning.seeking import CARD, Answer

__all__ = ["root", "session"]  # fixtures


async def test_a_house_whose_room_types_are_all_retired_does_not_stand_for_sale(
    session: Session, root: asyncpg.Connection, demo: Database, tmp_path: Path
) -> None:
    house = (await houses_of(root))[0][0]
    ask, follower = replace(PLAIN, area=LOZERE), await follower_of(session, tmp_path)
    generation = Generation(follower.tables)

    async def count() -> list[int]:
        truth = Truth(ask)
        await truth.read(demo.reader)
        found = await SqlEngine(demo.reader).search(ask)
        await follower.follow()
        return [search(generation, ask).houses, len(truth.houses), found.houses]

    before = await count()
    await root.execute("update room_type set retired = true where property = $1", house)
    assert await count() == [before[0] - 1] * 3
    assert before == [before[0]] * 3


async def follower_of(session: Session, folder: Path) -> Follower:
    return Follower(session, (await generation_of(session, folder)).tables)


async def test_a_house_that_is_sold_after_it_was_counted_leaves_no_gap(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation, ask = await generation_of(session, tmp_path), replace(PLAIN, limit=5)
    tables, seek, before = generation.tables, searching.seek, search(generation, ask)
    known, house = tables.left.copy(), before.offers[0].house
    sold, card = np.isin(tables.room_type, [room.id for room in house.rooms]), cards_of(tables)

    def sell_meanwhile(*given: object) -> Answer:
        answer = seek(*given)  # pyright: ignore[reportArgumentType]
        tables.left[:, sold] = 0
        return answer._replace(page=answer.page[answer.page[:, CARD] != card[house.property]])

    monkeypatch.setattr(searching, "seek", sell_meanwhile)
    found = search(generation, ask)
    assert (found.total, len(found.offers)) == (before.total - 1, 5)
    tables.left[:] = known
    rows = list_rows(generation, ask)
    assert rows is not None
    assert (rows.total, len(rows.page)) == (before.total - 1, 5)
    tables.left[:] = known
    (day,) = calendar(
        generation,
        CalendarAsk(area=LOZERE, first=ask.arrival, days=1, nights=3, parties=ask.parties, now=NOW),
    )
    assert (day.houses, day.total_cents) == (before.total - 1, found.offers[0].total_cents)


async def test_what_is_known_of_a_commune_is_found_again_once_a_house_has_left_it(
    session: Session, root: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by whoever looked while the house was being put elsewhere."""
    follower = await follower_of(session, tmp_path)
    generation = Generation(follower.tables)
    house, commune, *_ = next(
        house for house in await houses_of(root) if house[0] in {o.house.property for o in
        search(generation, replace(PLAIN, area=LOZERE, limit=200)).offers}
    )  # fmt: skip
    ask = replace(PLAIN, area=Places(kind="commune", codes=(commune,)))
    days = ask.arrival, ask.arrival + timedelta(days=ask.nights)
    close, known = Catalogue._close, dict[tuple[int, ...], int]()

    def look_and_close(catalogue: Catalogue, number: int) -> None:
        stamp = generation.atlas.stamp(ask.area, *days)
        known[stamp] = search(generation, ask).total
        close(catalogue, number)

    monkeypatch.setattr(Catalogue, "_close", look_and_close)
    await root.execute("update property set commune_code = '48095' where id = $1", house)
    await follower.follow()
    assert len(known) == 1
    (found,) = known.values()
    assert search(generation, ask).total == found - 1
    assert generation.atlas.stamp(ask.area, *days) not in known


async def test_what_is_counted_while_a_house_is_put_elsewhere_is_not_remembered(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation, ask = await generation_of(session, tmp_path), replace(PLAIN, area=LOZERE)
    monkeypatch.setattr(searching, "MOVED_S", 0)
    with generation.tables.moving():
        search(generation, ask)
        assert LOZERE not in generation.standing
    found = search(generation, ask)
    assert generation.standing[LOZERE][1] == found.houses > 0


def cards_of(tables: Tables) -> dict[int, int]:
    """Where the card of each property is."""
    return {int(row["property"]): int(row["card"]) for row in tables.houses[: tables["houses"]]}


async def test_a_page_that_stays_short_is_asked_for_a_few_times_only(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation, seek, asked = await generation_of(session, tmp_path), searching.seek, list[int]()

    def never_show(*given: object) -> Answer:
        answer = seek(*given)  # pyright: ignore[reportArgumentType]
        asked.append(answer.total)
        return answer._replace(page=answer.page[:0])

    monkeypatch.setattr(searching, "seek", never_show)
    assert search(generation, PLAIN).offers == ()
    assert len(asked) == searching.TRIES
    asked.clear()
    for ask in (replace(PLAIN, offset=10_000), replace(PLAIN, limit=0)):
        search(generation, ask)
    assert len(asked) == 2


async def test_houses_that_are_counted_while_one_moves_are_counted_again(
    session: Session, tmp_path: Path
) -> None:
    generation = await generation_of(session, tmp_path)
    before = search(generation, PLAIN).houses
    generation.standing.clear()
    catalogue, wholes = Catalogue(generation.tables), await read_houses(session)
    whole = next(w for w in wholes if len(w.rooms) > 1 and w.house.department_code == "48")
    moved = replace(whole, rooms=whole.rooms[::-1])
    assert catalogue.place_house(moved)
    assert search(generation, PLAIN).houses == before - 1
    catalogue.open_house(moved)
    assert search(generation, PLAIN).houses == before


async def test_a_house_that_is_put_elsewhere_meanwhile_is_looked_for_again(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = await generation_of(session, tmp_path)
    tables, seek, before = generation.tables, searching.seek, search(generation, PLAIN)
    asked = list[int]()
    kept = {name: getattr(tables, name).copy() for name in ("adults_max", "occupancy_max")}
    standing = np.isin(tables.room_type, [room.id for room in before.offers[0].house.rooms])

    def move_meanwhile(*given: object) -> Answer:
        if not asked:  # it stands nowhere while this one looks
            tables.header["moving"] += 1
            for name in kept:
                getattr(tables, name)[standing] = 0
        answer = seek(*given)  # pyright: ignore[reportArgumentType]
        if not asked:
            for name, known in kept.items():
                getattr(tables, name)[:] = known
            tables.header["moving"] += 1
        asked.append(answer.total)
        return answer

    monkeypatch.setattr(searching, "seek", move_meanwhile)
    assert search(generation, PLAIN).total == before.total
    assert asked == [before.total - 1, before.total]


async def test_a_writer_that_was_killed_while_it_moved_a_house_keeps_nobody_waiting(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation, asked, seek = await generation_of(session, tmp_path), list[int](), searching.seek

    def count(*given: object) -> Answer:
        asked.append(1)
        return seek(*given)  # pyright: ignore[reportArgumentType]

    generation.tables.header["moving"] += 1
    monkeypatch.setattr(searching, "seek", count)
    assert search(generation, PLAIN).total > 0
    assert len(asked) == searching.TRIES
