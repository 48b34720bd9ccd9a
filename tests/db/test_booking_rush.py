"""Everybody wants the same rooms at once: one batch, one count, nobody wronged."""

import asyncio
from datetime import date, timedelta
from itertools import count
from typing import Any

import asyncpg
import msgspec
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database, Tx
from hub.core.idempotency import KeyReused, Once, Reply
from hub.core.sql import Query
from tests.houses import ARRIVAL, NIGHTS, House, find_house, hold, left, quote
from tourism.booking import store
from tourism.booking.actions import holding, reading, rushing
from tourism.booking.actions.still_true import StillTrue
from tourism.booking.models import Booking
from tourism.quoting.errors import NotSellable, PriceChanged, QuoteExpired, SoldOut
from tourism.quoting.models import QUOTE_MINUTES, Quote, RoomWanted
from tourism.rates.models import RatePlan, Windows

_keys = count()
MOST_RECORDS = 33  # one of them for each two kilobytes of the frozen offer


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def double(house: House) -> RoomWanted:
    return RoomWanted(room_type=house.types["double"], adults=2)


def suite(house: House) -> RoomWanted:
    return RoomWanted(room_type=house.types["suite"], adults=2)


def render(booking: Booking) -> bytes:
    return msgspec.json.encode({"reference": booking.reference})


def wish(quoted: Quote, key: str | None = None, fingerprint: bytes = b"same") -> rushing.Wish:
    once = Once(
        scope=f"guest:{quoted.id}", key=key or f"key-{next(_keys)}", fingerprint=fingerprint
    )
    return rushing.Wish(
        tenant=quoted.tenant, quote=quoted.id, actor="guest", once=once, render=render
    )


async def rush(demo: Database, *wishes: rushing.Wish) -> list[Reply | BaseException]:
    return await asyncio.gather(
        *[rushing.hold_now(demo, one) for one in wishes], return_exceptions=True
    )


async def units(demo: Database, house: House, code: str, nights: int = NIGHTS) -> list[int]:
    async with demo.transaction(house.tenant) as tx:
        return await left(tx, house.types[code], ARRIVAL, nights)


async def test_the_last_units_go_to_those_who_came_first(demo: Database, house: House) -> None:
    quotes = [await quote(demo, house.wish(double(house))) for _ in range(20)]
    answers = await rush(demo, *[wish(one) for one in quotes])
    assert [isinstance(answer, Reply) for answer in answers] == [True] * 12 + [False] * 8
    assert all(isinstance(answer, SoldOut) for answer in answers[12:])
    assert await units(demo, house, "double") == [0] * NIGHTS


async def test_a_batch_shares_out_overlapping_stays_night_by_night(
    demo: Database, house: House
) -> None:
    """Two suites a night; the third who wants the first night is refused and takes nothing, so the
    smaller stay behind him still fits."""
    wishes = [
        house.wish(suite(house), nights=3),
        house.wish(suite(house), nights=1),
        house.wish(suite(house), nights=2),
        house.wish(suite(house), nights=2, arrival=ARRIVAL + timedelta(days=1)),
    ]
    quotes = [await quote(demo, one) for one in wishes]
    drafts = await drafted(demo, quotes)
    verdicts = await store.hold_quotes(demo.at_once, house.tenant, demo.clock.now(), drafts)
    assert verdicts == ["held", "held", "sold_out", "held"]
    assert await units(demo, house, "suite") == [0, 0, 0]


async def test_two_rooms_of_one_quote_are_held_together_or_not_at_all(
    demo: Database, house: House
) -> None:
    pair = [await quote(demo, house.wish(suite(house), suite(house))) for _ in range(2)]
    mixed = await quote(demo, house.wish(double(house), suite(house)))
    drafts = await drafted(demo, [pair[0], mixed, pair[1]])
    verdicts = await store.hold_quotes(demo.at_once, house.tenant, demo.clock.now(), drafts)
    assert verdicts == ["held", "sold_out", "sold_out"]
    assert await units(demo, house, "suite") == [0] * NIGHTS
    assert await units(demo, house, "double") == [12] * NIGHTS


async def test_a_key_and_a_quote_in_one_batch_twice_make_one_booking(
    demo: Database, house: House
) -> None:
    once, twice = [await quote(demo, house.wish(double(house))) for _ in range(2)]
    answers = await rush(
        demo, wish(once, "k"), wish(once, "k"), wish(twice, "a"), wish(twice, "b"), wish(once, "k")
    )
    assert all(isinstance(answer, Reply) for answer in answers), answers
    bodies = [answer.body for answer in answers if isinstance(answer, Reply)]
    assert bodies[0] == bodies[1] == bodies[4]
    assert bodies[2] == bodies[3]
    assert await units(demo, house, "double") == [10] * NIGHTS


async def test_an_offer_that_is_sent_twice_takes_no_room_from_who_is_behind(
    demo: Database, house: House
) -> None:
    """Two suites a night: one for who sends the same offer under two keys, one for the next."""
    first, second = [await quote(demo, house.wish(suite(house))) for _ in range(2)]
    answers = await rush(demo, wish(first, "a"), wish(first, "b"), wish(second))
    assert all(isinstance(answer, Reply) for answer in answers), answers
    assert await units(demo, house, "suite") == [0] * NIGHTS


async def test_a_key_gives_its_first_answer_though_the_room_is_sold_out_now(
    demo: Database, house: House
) -> None:
    first, second = [await quote(demo, house.wish(suite(house), suite(house))) for _ in range(2)]
    [answer] = await rush(demo, wish(first, "k"))
    again, other, refused = await rush(
        demo, wish(first, "k"), wish(first, "k", b"another request"), wish(second)
    )
    assert isinstance(answer, Reply)
    assert again == msgspec.structs.replace(answer, replayed=True)
    assert isinstance(other, KeyReused)
    assert isinstance(refused, SoldOut)


async def test_a_refused_key_may_be_used_again(demo: Database, house: House) -> None:
    quotes = [await quote(demo, house.wish(suite(house), suite(house))) for _ in range(2)]
    first, refused = await rush(demo, *[wish(one, "k") for one in quotes])
    assert isinstance(first, Reply)
    assert isinstance(refused, SoldOut)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        held = await holding.hold_stay(tx, quotes[0].id)
        await holding.release_hold(tx, held.id)
    [again] = await rush(demo, wish(quotes[1], "k"))
    assert isinstance(again, Reply)


async def test_a_price_that_changes_between_the_look_and_the_writing_holds_nothing(
    demo: Database, house: House
) -> None:
    quoted = await quote(demo, house.wish(double(house)))
    drafts = await drafted(demo, [quoted])
    await raise_prices(demo, house)
    with pytest.raises(store.TermsChanged):
        await store.hold_quotes(demo.at_once, house.tenant, demo.clock.now(), drafts)
    assert await units(demo, house, "double") == [12] * NIGHTS
    [answer] = await rush(demo, wish(quoted))
    assert isinstance(answer, PriceChanged)


async def test_units_that_go_meanwhile_do_not_change_the_terms(
    demo: Database, house: House
) -> None:
    early, late = [await quote(demo, house.wish(double(house))) for _ in range(2)]
    drafts = await drafted(demo, [late])
    await hold(demo, early)
    verdicts = await store.hold_quotes(demo.at_once, house.tenant, demo.clock.now(), drafts)
    assert verdicts == ["held"]


async def test_who_waited_for_the_row_of_the_last_unit_finds_it_gone(
    demo: Database, house: House
) -> None:
    """The look saw the unit; the writing waits for a rival's row, and is asked again of it."""
    pair = house.wish(suite(house), suite(house))
    first, second = [await quote(demo, pair) for _ in range(2)]
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await holding.hold_stay(tx, first.id)
        waiting = asyncio.create_task(rushing.hold_now(demo, wish(second)))
        await until_somebody_waits(tx)
    with pytest.raises(SoldOut):
        await waiting
    assert await units(demo, house, "suite") == [0] * NIGHTS


async def test_who_finds_the_last_unit_gone_takes_no_answer_from_those_beside_them(
    demo: Database, house: House
) -> None:
    """In the same batch somebody repeats the key of a stay that is held: theirs is the answer that
    they were given, not the other's refusal."""
    pair = house.wish(suite(house), suite(house))
    mine, first, second = [
        await quote(demo, one) for one in (house.wish(double(house)), pair, pair)
    ]
    [kept] = await rush(demo, wish(mine, "k"))
    assert isinstance(kept, Reply)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await holding.hold_stay(tx, first.id)
        waiting = asyncio.create_task(rush(demo, wish(mine, "k"), wish(second)))
        await until_somebody_waits(tx)
    again, refused = await waiting
    assert again == msgspec.structs.replace(kept, replayed=True)
    assert isinstance(refused, SoldOut)


async def test_a_batch_that_the_database_ended_for_a_rival_is_written_again(
    demo: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who holds by themselves has written the quote and wants its nights; the batch has locked
    the nights and wants the quote: the database ends one of the two."""
    reads, to_end = type(demo.at_once), [0]
    value = reads.value

    async def end(self: Any, kind: type, query: Query, **arguments: object) -> object:
        if query in {store.q.hold_quote, store.q.hold_quotes} and to_end[0]:
            to_end[0] -= 1
            raise asyncpg.DeadlockDetectedError
        return await value(self, kind, query, **arguments)

    monkeypatch.setattr(reads, "value", end)
    for times, answer in ((1, Reply), (2, store.StoodInTheWay)):
        to_end[0] = times
        quotes = [await quote(demo, house.wish(double(house))) for _ in range(2)]
        answers = await rush(demo, *[wish(one) for one in quotes])
        assert [type(one) for one in answers] == [answer, answer]
    assert await units(demo, house, "double") == [10] * NIGHTS


async def until_somebody_waits(tx: Tx) -> None:
    con = await tx.connection()
    for _ in range(3_000):
        if await con.fetchval("select exists (select from pg_locks where not granted)"):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


async def test_an_expired_quote_is_refused_alone(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    old = await quote(demo, house.wish(double(house)))
    clock.forward(timedelta(minutes=QUOTE_MINUTES))
    good = await quote(demo, house.wish(double(house)))
    fresh, refused = await rush(demo, wish(good), wish(old))
    assert isinstance(fresh, Reply)
    assert isinstance(refused, QuoteExpired)


async def test_what_is_written_in_a_batch_is_what_is_written_alone(
    demo: Database, house: House
) -> None:
    """Booking, rooms, revision: the same rows either way, but for ids."""
    alone = await hold(demo, await quote(demo, house.wish(double(house))))
    others = [await quote(demo, house.wish(double(house))) for _ in range(2)]
    drafts = await drafted(demo, others)
    await store.hold_quotes(demo.at_once, house.tenant, demo.clock.now(), drafts)
    async with demo.transaction(house.tenant) as tx:
        seen = [await reading.find_booking(tx, draft.booking.id) for draft in drafts]
        assert seen == [draft.booking for draft in drafts]
        same = await reading.find_booking(tx, alone.id)
        assert same == alone
        con = await tx.connection()
        rows = [
            await con.fetch(
                "select r.revision, r.state, r.event, r.reason, r.actor, r.at,"
                " s.number, s.room_type, s.rate_plan, s.adults, s.child_ages, s.gross_cents"
                " from booking_revision r"
                " join reservation s on s.booking = r.booking where r.booking = $1",
                one,
            )
            for one in (alone.id, *[draft.booking.id for draft in drafts])
        ]
    assert len(rows[0]) == 1
    assert rows[0] == rows[1] == rows[2]


class Explained:
    """Asks PostgreSQL what a statement wrote; the answer of the statement itself is not seen."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    async def value(self, kind: object, query: Query, /, **values: object) -> object:
        con = await self.tx.connection()
        asked = f"explain (analyze, wal, format json) {query.sql}"
        [found] = msgspec.json.decode(await con.fetchval(asked, *query.arguments(values)))
        self.written = found["Plan"]["WAL Records"]
        return store.Verdict.HELD


async def test_a_hold_writes_few_records(demo: Database, house: House) -> None:
    """Each row, index entry and lock on another row is one; the first also begins each index."""
    first, quoted = [await quote(demo, house.wish(double(house))) for _ in range(2)]
    await rush(demo, wish(first))
    [draft] = await drafted(demo, [quoted])
    once = Once(scope=f"guest:{quoted.id}", key="k", fingerprint=b"same")
    draft = msgspec.structs.replace(draft, once=once, body=render(draft.booking))
    async with demo.transaction(house.tenant, actor="guest") as tx:
        asked = Explained(tx)
        await store.hold_quotes(asked, house.tenant, tx.now, [draft])  # pyright: ignore[reportArgumentType]
        assert 0 < asked.written <= MOST_RECORDS
    assert await units(demo, house, "double") == [10] * NIGHTS


async def drafted(demo: Database, quotes: list[Quote]) -> list[store.Draft]:
    """What would be written for quotes that were looked at together."""
    tenant, now = quotes[0].tenant, demo.clock.now()
    look = await store.look_at_quotes(demo.at_once, tenant, [(one.id, None) for one in quotes])
    offers = sorted(look.offers, key=lambda offer: offer.n)
    return [holding.decide_hold(demo, look, offer, now, "guest") for offer in offers]


async def raise_prices(demo: Database, house: House) -> None:
    async with demo.transaction(house.tenant) as tx:
        con = await tx.connection()
        await con.execute(
            "update ari_month set price_cents = array(select c + 100 from unnest(price_cents) c)"
            " where room_type = $1",
            house.types["double"],
        )


async def test_who_was_quoted_another_price_is_refused_beside_those_who_were_quoted_this_one(
    demo: Database, house: House
) -> None:
    """What many want is checked once; whose quote says something else is checked by itself."""
    before = await quote(demo, house.wish(double(house)))
    await raise_prices(demo, house)
    after = [await quote(demo, house.wish(double(house))) for _ in range(2)]
    pair = await quote(demo, house.wish(double(house), double(house)))
    answers = await rush(demo, wish(after[0]), wish(before), wish(after[1]), wish(pair))
    assert [type(answer) for answer in answers] == [Reply, PriceChanged, Reply, Reply]
    assert await units(demo, house, "double") == [8] * NIGHTS


async def test_a_plan_that_can_be_booked_until_an_hour_looks_at_each_quotes_own_instant(
    demo: Database, house: House
) -> None:
    """Who was quoted in time holds it, and who was quoted too late does not, in one look."""
    quoted = [await quote(demo, house.wish(double(house))) for _ in range(3)]
    look = await store.look_at_quotes(demo.at_once, house.tenant, [(q.id, None) for q in quoted])
    look = book_until(look, quoted[0].rate_plan, quoted[0].made_at.date())
    offers = sorted(look.offers, key=lambda offer: offer.n)
    late = quoted[1].made_at + timedelta(days=1)
    in_time, too_late, also_in_time = (one.quote for one in offers)
    assert in_time is not None
    assert too_late is not None
    assert also_in_time is not None
    still_true = StillTrue(look)
    still_true.check(in_time, offers[0].stay)
    with pytest.raises(NotSellable):
        still_true.check(msgspec.structs.replace(too_late, made_at=late), offers[1].stay)
    still_true.check(also_in_time, offers[2].stay)


def book_until(look: store.Look, plan: int, last: date) -> store.Look:
    """The same look, with a plan that can be booked until a day only."""
    replace = msgspec.structs.replace

    def closed(one: RatePlan) -> RatePlan:
        if one.id != plan:
            return one
        return replace(one, details=replace(one.details, windows=Windows(book_until=last)))

    stays = [
        None
        if stay is None
        else replace(stay, terms=replace(stay.terms, plans=tuple(map(closed, stay.terms.plans))))
        for stay in look.stays
    ]
    return replace(look, stays=stays)


async def test_a_look_counts_the_rooms_that_each_offer_wants(demo: Database, house: House) -> None:
    """With one suite left: whoever wants it may have it, in whatever order they name their rooms,
    and who wants two is refused at the look."""
    first = await quote(demo, house.wish(suite(house)))
    rooms = [
        (suite(house), suite(house)),
        (suite(house),),
        (double(house), suite(house)),
        (suite(house), double(house)),
        (double(house), double(house)),
    ]
    quoted = [await quote(demo, house.wish(*some)) for some in rooms]
    await rush(demo, wish(first))
    look = await store.look_at_quotes(demo.at_once, house.tenant, [(q.id, None) for q in quoted])
    offers = sorted(look.offers, key=lambda offer: offer.n)
    assert [offer.sold_out for offer in offers] == [True, False, False, False, False]
