"""The conditions of a stay are kept in the words in which it was sold: six languages, to the cent,
once, whatever the words of a later release are."""

import hashlib
import json

import asyncpg
import pytest

from hub.core.db import Database
from hub.core.i18n import LANGUAGES
from tests.db.test_booking_changes import DAY, change, wish
from tests.houses import ARRIVAL, House, book, find_house, hold, quote
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking, StayBooked
from tourism.changing.models import StayChanged
from tourism.wording import actions, policy
from tourism.wording.manifest import slice as wording_slice
from tourism.wording.models import Wording


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def hear(demo: Database, stay: Booking, message: StayBooked | StayChanged) -> None:
    tasks = wording_slice.on[type(message)]
    assert tasks
    for task in tasks:
        await task.run(demo, stay.tenant, message)


async def words_of(demo: Database, stay: Booking) -> Wording:
    async with demo.transaction(stay.tenant) as tx:
        return await actions.find_words(tx, await find_booking(tx, stay.id))


def euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


def plain(text: str) -> str:
    return text.replace("\u202f", "").replace("\xa0", "").replace(" ", "")


async def test_the_words_are_kept_in_six_languages_to_the_cent(
    demo: Database, house: House
) -> None:
    stay = await book(demo, house.wish())
    await hear(demo, stay, StayBooked(booking=stay.id))
    kept = await words_of(demo, stay)
    assert kept.kept_at == demo.clock.now()
    assert set(kept.words) == set(LANGUAGES)
    assert len(set(kept.words.values())) == len(LANGUAGES)
    terms = stay.quote.terms
    assert terms.penalty_cents > 0
    assert euros(terms.penalty_cents) in plain(kept.words["fr"])
    assert "Annulation gratuite jusqu'au" in kept.words["fr"]
    assert "<" not in "".join(kept.words.values())
    said = json.dumps(kept.words, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert kept.digest == hashlib.sha256(said.encode()).hexdigest()


async def test_the_first_words_stay_whatever_later_ones_are(
    demo: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay = await book(demo, house.wish())
    await hear(demo, stay, StayBooked(booking=stay.id))
    kept = await words_of(demo, stay)
    monkeypatch.setattr(actions, "make_words", lambda _: dict.fromkeys(LANGUAGES, "otherwise"))
    await hear(demo, stay, StayBooked(booking=stay.id))
    assert await words_of(demo, stay) == kept


async def test_a_changed_stay_has_words_of_its_own_beside_the_first(
    demo: Database, house: House
) -> None:
    stay = await book(demo, house.wish())
    await hear(demo, stay, StayBooked(booking=stay.id))
    first = await words_of(demo, stay)
    changed = await change(demo, stay, wish(house, ARRIVAL, ARRIVAL + DAY))
    told = StayChanged(booking=stay.id, revision=changed.revision, cents=0)
    await hear(demo, stay, told)
    second = await words_of(demo, stay)
    assert (first.version, second.version) == (1, 2)
    assert second.kept_at is not None
    assert first.digest != second.digest
    async with demo.transaction(stay.tenant) as tx:
        con = await tx.connection()
        found = await con.fetch("select version from stay_terms where booking = $1", stay.id)
    assert sorted(row["version"] for row in found) == [1, 2]


async def test_before_they_are_kept_they_are_told_as_they_would_be(
    demo: Database, house: House
) -> None:
    held = await hold(demo, await quote(demo, house.wish()))
    told = await words_of(demo, held)
    assert told.kept_at is None
    assert told.words == actions.make_words(held.quote)


@pytest.mark.parametrize("act", ["update stay_terms set digest = digest", "delete from stay_terms"])
async def test_nobody_changes_what_was_kept(demo: Database, house: House, act: str) -> None:
    stay = await book(demo, house.wish())
    await hear(demo, stay, StayBooked(booking=stay.id))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with demo.transaction(stay.tenant) as tx:
            await (await tx.connection()).execute(act)


def test_words_of_before_a_language_was_spoken_are_read_in_french() -> None:
    kept = {"fr": "Gratuit jusqu'au soir.", "en": "Free until the evening."}
    assert policy.said_in(kept, "en") == kept["en"]
    assert policy.said_in(kept, "pt") == kept["fr"]
