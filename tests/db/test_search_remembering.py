"""An answer is given again only as long as it is what a new search would say."""

import asyncio
import time

import msgspec
import pytest

from hub.core.db import Database
from hub.core.settings import Settings
from loadtests.changes import Changer
from tests.conftest import NOW
from tests.db.test_search_parity import TODAY, Searching, root
from tests.indexed import fresh_engine, kept_index
from tourism.indexing.following import Follower
from tourism.search import search_stays
from tourism.search.actions.remembering import Answers, answer_search
from tourism.search.models import Party, Search, Stay

__all__ = ["root"]
ROUNDS, SEARCHES = 40, 12
LOZERE = Search(
    place="department:48",
    stay=Stay(arrival=TODAY.replace(year=TODAY.year + 1, month=2, day=26),
              departure=TODAY.replace(year=TODAY.year + 1, month=2, day=28)),
    party=Party(adults=2),
)  # fmt: skip


PATIENCE_S = 60


class Counted(Answers):
    """Answers that tell how often one was known."""

    known = 0

    def find(self, key, stamp):
        found = super().find(key, stamp)
        self.known += found is not None
        return found


async def until_seen(follower: Follower) -> None:
    """Until everything committed so far is in the index."""
    began = time.monotonic()
    while float(follower.tables.header["caught_up"]) < began:
        assert time.monotonic() < began + PATIENCE_S
        await asyncio.sleep(0.005)


async def houses_of(root) -> list[tuple[int, str, float, float]]:
    rows = await root.fetch(
        "select id, commune_code, lat, lng from property where lat is not null"
        " and department_code = '48' order by id"
    )
    return [(r["id"], r["commune_code"], r["lat"], r["lng"]) for r in rows]


async def test_answers_given_again_are_what_a_new_search_says(
    demo_settings: Settings, demo: Database, root
) -> None:
    """The same searches again and again while everything changes at random."""
    houses = await houses_of(root)
    changer, searching = Changer(root, 31, TODAY, [id for id, *_ in houses]), Searching(32, houses)
    searches, answers = [searching.search() for _ in range(SEARCHES)], Counted()
    async with kept_index(demo_settings) as follower:
        for number in range(ROUNDS):
            if number % 3 == 0:
                await changer.change()
            await until_seen(follower)
            for search in searches:
                engine = await fresh_engine(demo.reader, demo_settings.data)
                results, _ = await search_stays(engine, demo.reader, search, NOW, whole=False)
                told = await answer_search(answers, engine, demo.reader, search, NOW, whole=False)
                assert told == msgspec.json.encode(results), (number, search)
    assert answers.known > ROUNDS * SEARCHES // 4


@pytest.mark.parametrize(
    ("inside", "month", "again"),
    [(True, "2027-02-01", False), (True, "2027-05-01", True), (False, "2027-02-01", True)],
    ids=["there and then", "in another month", "elsewhere"],
)
async def test_only_what_is_written_in_the_place_and_its_months_counts(
    demo_settings: Settings, demo: Database, root, inside: bool, month: str, again: bool
) -> None:
    _, commune, lat, lng = (await houses_of(root))[0]
    near = msgspec.structs.replace(LOZERE, place=f"point:{lat:.3f},{lng:.3f}", radius_km=3)
    async with kept_index(demo_settings) as follower:
        await until_seen(follower)
        engine = await fresh_engine(demo.reader, demo_settings.data)
        answers = Counted()
        for _ in range(2):
            await answer_search(answers, engine, demo.reader, near, NOW, whole=False)
        assert answers.known == 1
        where = "p.commune_code = $1" if inside else "abs(p.lat - $1::float8) > 0.3"
        changed = await root.execute(
            "update ari_month set price_cents[26] = price_cents[26] + 100"
            f" where month = '{month}' and room_type in (select r.id from room_type r"
            f" join property p on p.id = r.property where {where})",
            commune if inside else lat,
        )
        assert changed != "UPDATE 0"
        await until_seen(follower)
        await answer_search(answers, engine, demo.reader, near, NOW, whole=False)
        assert answers.known == (2 if again else 1)


def test_the_oldest_answers_make_room() -> None:
    answers = Answers(most_bytes=10)
    keys = [b"first", b"second", b"third"]
    for key in keys:
        answers.keep(key, (1,), b"12345")
    assert [answers.find(key, (1,)) for key in keys] == [None, b"12345", b"12345"]
    answers.keep(keys[1], (2,), b"1234")
    assert answers.find(keys[1], (1,)) is None
    assert answers.find(keys[1], (2,)) == b"1234"
