"""Hold in two messages to PostgreSQL, alone or together with everybody who wants the same house.

One message looks (no lock; most refusals end there), one writes: each is a transaction of its own.
Who comes while the house's writers are busy waits in the gate and is served in the next batch, in
the order of arrival. What a batch cannot do goes the long way, in a transaction by itself: a hold
that exists already, a main residence whose nights are limited. It waits in the same gate, in a line
of its own: a crowd that may not be served together does not take every connection either.
"""

from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import cache
from pathlib import Path
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec

from hub.core.db import Database
from hub.core.errors import HubError, NotFound
from hub.core.gate import Gate
from hub.core.idempotency import Once, Reply, once, replay
from hub.core.settings import Settings, read_settings
from hub.core.slots import Slots
from tourism.booking import store
from tourism.booking.actions.holding import decide_hold, hold_stay
from tourism.booking.actions.still_true import StillTrue
from tourism.booking.models import Booking
from tourism.quoting.errors import QuoteExpired, SoldOut

Render = Callable[[Booking], bytes]
AGAIN = (store.TermsChanged, store.StoodInTheWay)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A quote to be held: for whom, under which key, and how the answer is written."""

    tenant: int
    quote: UUID
    actor: str
    once: Once
    render: Render


class _Alone(msgspec.Struct, frozen=True):  # the line of those who are served one by one
    tenant: int


class _LongWay(Exception):
    """Not in a batch: in a transaction by itself."""


_gates: "WeakKeyDictionary[Database, Gate[Wish, Reply]]" = WeakKeyDictionary()


async def hold_now(database: Database, wish: Wish) -> Reply:
    """Hold a quote and keep the answer under its key; the same key gives the same answer again.

    Raises as `hold_stay` does, `KeyReused`, and `Crowded` when the line is too long.
    """
    gate = _gates.get(database)
    if gate is None:
        settings = read_settings()
        gate = _gates[database] = Gate(
            lambda key, wishes: _serve_line(database, key, wishes),
            writers=settings.hold_writers_each,
            # One connection is left to those who pay; waiting here is better than in the pool.
            at_once=max(1, settings.pool_size - 1) if settings.hold_batch > 1 else 1_000,
            batch=lambda key: 1 if isinstance(key, _Alone) else settings.hold_batch,
            shared=turns_of(settings),
        )
    try:
        return await gate.ask(_key(wish), wish)
    except _LongWay:
        return await gate.ask(_Alone(wish.tenant), wish)


def turns_of(settings: Settings) -> Callable[[Hashable], AbstractAsyncContextManager[None]]:
    """Where the workers are more than a house may have writers, they take turns."""
    if settings.workers <= settings.hold_writers:
        return lambda _: nullcontext()
    slots = _slots(settings.data / "holding.slots", settings.hold_writers)
    return lambda key: slots.hold(key.tenant if isinstance(key, _Alone) else key)


@cache
def _slots(path: Path, count: int) -> Slots:
    return Slots(path, count)


def _key(wish: Wish) -> Hashable:
    return wish.tenant  # one tenant a house, and a house's room types often go together


async def _serve_line(
    database: Database, key: Hashable, wishes: Sequence[Wish]
) -> Sequence[Reply | Exception]:
    if isinstance(key, _Alone):
        return [await _go_the_long_way(database, wish) for wish in wishes]
    return await _serve(database, wishes)


async def _serve(database: Database, wishes: Sequence[Wish]) -> Sequence[Reply | Exception]:
    """All of them, once more when the house has changed its prices in between, or when one who
    holds by themselves and these wait for each other."""
    try:
        return await _serve_once(database, wishes, refusals=())
    except AGAIN:
        return await _serve_once(database, wishes, refusals=AGAIN)


async def _serve_once(
    database: Database, wishes: Sequence[Wish], *, refusals: tuple[type[HubError], ...]
) -> Sequence[Reply | Exception]:
    """Look, decide, write: two messages. What refuses the writing whole, and these `refusals`, is
    the answer of those for whom something was to be written; whoever has an answer keeps it."""
    now, tenant = database.clock.now(), wishes[0].tenant
    asked = [(wish.quote, wish.once) for wish in wishes]
    look = await store.look_at_quotes(database.at_once, tenant, asked)
    answers: list[Reply | Exception] = [NotFound("This offer is unknown.") for _ in wishes]
    drafts: dict[int, store.Draft] = {}
    seen: set[Hashable] = set()
    still_true = StillTrue(look)
    for offer in look.offers:
        wish = wishes[offer.n]
        same: set[Hashable] = {(wish.once.scope, wish.once.key), wish.quote}
        try:
            decided = _decide(database, look, offer, wish, still_true)
            if isinstance(decided, Reply):
                answers[offer.n] = decided
            elif same & seen:  # counted twice, it would take a room from who is behind
                answers[offer.n] = _LongWay()
            else:
                drafts[offer.n] = decided
                seen |= same
        except (HubError, _LongWay) as refused:
            answers[offer.n] = refused
    if drafts:
        order = sorted(drafts)
        try:
            verdicts = await store.hold_quotes(
                database.at_once, tenant, now, [drafts[n] for n in order]
            )
        except (SoldOut, QuoteExpired, *refusals) as refused:
            for n in order:
                answers[n] = refused
            return answers
        for n, verdict in zip(order, verdicts, strict=True):
            answers[n] = _answer(drafts[n], verdict)
    return answers


def _decide(
    database: Database,
    look: store.Look,
    offer: store.Offer,
    wish: Wish,
    still_true: StillTrue,
) -> Reply | store.Draft:
    if offer.kept is not None:
        return replay(wish.once, offer.kept)
    limited = offer.quote is not None and offer.quote.night_limited
    if offer.held is not None or limited:
        raise _LongWay
    now = database.clock.now()
    draft = decide_hold(database, look, offer, now, wish.actor, still_true=still_true)
    return msgspec.structs.replace(draft, once=wish.once, body=wish.render(draft.booking))


def _answer(draft: store.Draft, verdict: store.Verdict) -> Reply | Exception:
    match verdict:
        case store.Verdict.HELD:
            assert draft.body is not None
            return Reply(status=201, body=draft.body)
        case store.Verdict.SOLD_OUT:
            return SoldOut("Somebody was quicker. Search again for what is free.")
        case store.Verdict.AGAIN:
            return _LongWay()


async def _go_the_long_way(database: Database, wish: Wish) -> Reply:
    async with database.transaction(wish.tenant, actor=wish.actor) as tx:

        async def act() -> msgspec.Raw:
            return msgspec.Raw(wish.render(await hold_stay(tx, wish.quote)))

        return await once(
            tx,
            scope=wish.once.scope,
            key=wish.once.key,
            fingerprint=wish.once.fingerprint,
            status=201,
            act=act,
        )
