"""A state machine of the ledger: whatever is posted, settled, reversed, repeated or got wrong,
debits equal credits by currency and holder after each step, and the model agrees."""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from hub import audit, ledger, tenancy
from hub.app import compose
from hub.audit.actions import link_waiting
from hub.core import postgres
from hub.core.db import Database, connect
from hub.core.errors import Conflict
from hub.core.migrate import migrate, role_dsn
from hub.ledger import Draft, Kind, Side

SECRET = b"a drill's secret key, long enough to be one"
SCHEME, PLATFORM, OFFICE = 1, 2, 3
LODGINGS = (4, 5)
CODES = ("psp.cash", "guest.deposits", "lodging.payable", "office.share")
KINDS = (
    tenancy.Kind.FEDERATION,
    tenancy.Kind.OPERATOR,
    tenancy.Kind.OFFICE,
    tenancy.Kind.LODGING,
    tenancy.Kind.LODGING,
)
AMOUNTS = st.integers(1, 1_000_000)
FLOORS = {"office.share": -500_000}
SIDES = st.builds(
    Side, holder=st.sampled_from([PLATFORM, OFFICE, *LODGINGS]), code=st.sampled_from(CODES)
)


async def open_organisations(database: Database) -> None:
    async with database.transaction() as tx:
        await tenancy.open_organisations(
            tx, [tenancy.OpenOrganisation(kind=kind, name=kind.value) for kind in KINDS]
        )


class Books:
    """The ledger under test, the count of steps, and what everything should come to."""

    def __init__(
        self, database: Database, admin: asyncpg.Connection, run: Callable[..., Any]
    ) -> None:
        self.database, self.admin, self.run = database, admin, run
        self.steps = 0
        self.number = 0
        self.held: Counter[tuple[int, str]] = Counter()
        self.leaving: Counter[tuple[int, str]] = Counter()
        self.seen = 0
        self.credits: Counter[tuple[str, int, str]] = Counter()
        self.debits: Counter[tuple[str, int, str]] = Counter()

    def reference(self) -> str:
        self.number += 1
        return f"m:{self.number}"

    def post(self, draft: Draft) -> bool:
        """Whether it was taken; the model moves with it."""
        self.steps += 1
        return self.run(self._post(draft))

    async def _post(self, draft: Draft) -> bool:
        try:
            async with self.database.transaction(LODGINGS[0]) as tx:
                await ledger.post(tx, SCHEME, [draft])
        except Conflict:
            return False
        return True

    def move(self, draft: Draft) -> None:
        self.held[draft.debit.holder, draft.debit.code] -= draft.amount_cents
        self.held[draft.credit.holder, draft.credit.code] += draft.amount_cents

    def fits(self, draft: Draft) -> bool:
        """Whether the debited account stays above the floor of its class."""
        key = draft.debit.holder, draft.debit.code
        floor = FLOORS.get(draft.debit.code)
        return floor is None or self.held[key] - self.leaving[key] - draft.amount_cents >= floor

    def look(self) -> None:
        """The books as the new transfers left them; what was counted before cannot change."""
        self.run(self._look(self.seen))

    def look_at_all(self) -> None:
        """The books counted from the first transfer on."""
        self.credits.clear()
        self.debits.clear()
        self.run(self._look(0))

    async def _look(self, after: int) -> None:
        rows = await self.admin.fetch(_SIDES, after)
        for row in rows:
            key = row["currency"], row["holder"], row["code"]
            self.credits[key] += row["credit"]
            self.debits[key] += row["debit"]
            self.seen = max(self.seen, row["newest"])
        for currency in {key[0] for key in self.credits}:
            of_it = [key for key in self.credits if key[0] == currency]
            assert sum(self.debits[key] for key in of_it) == sum(self.credits[key] for key in of_it)
        found = {key[1:]: self.credits[key] - self.debits[key] for key in self.credits}
        expected = {key: cents for key, cents in self.held.items() if cents}
        assert {key: cents for key, cents in found.items() if cents} == expected


# What moved on each account after a transfer. Pending and void ones move nothing.
_SIDES = """
select a.tenant as holder, a.code, t.currency, max(t.id) as newest,
       coalesce(sum(t.amount_cents) filter (where a.id = t.credit_account), 0)::bigint as credit,
       coalesce(sum(t.amount_cents) filter (where a.id = t.debit_account), 0)::bigint as debit
  from ledger_transfer t
  join ledger_account a on a.id in (t.debit_account, t.credit_account)
 where t.kind in ('posted', 'post', 'reversal') and t.id > $1 group by 1, 2, 3"""


def machine_of(books: Books) -> type[RuleBasedStateMachine]:
    """The machine on these books; one database serves all its runs."""

    class Ledger(RuleBasedStateMachine):
        waiting = Bundle("waiting")
        posted = Bundle("posted")

        @initialize()
        def begin(self) -> None:
            self.left: dict[str, int] = {}

        @rule(target=posted, debit=SIDES, credit=SIDES, cents=AMOUNTS, shared=st.booleans())
        def post(self, debit: Side, credit: Side, cents: int, shared: bool) -> Any:
            if debit == credit:
                return multiple()
            draft = Draft(
                reference=books.reference(),
                debit=debit,
                credit=credit,
                amount_cents=cents,
                shared=shared,
            )
            fits = books.fits(draft)
            assert books.post(draft) is fits
            if not fits:
                return multiple()
            books.move(draft)
            self.left[draft.reference] = cents
            return draft

        @rule(target=waiting, debit=SIDES, credit=SIDES, cents=AMOUNTS)
        def hold(self, debit: Side, credit: Side, cents: int) -> Any:
            if debit == credit:
                return multiple()
            draft = Draft(
                reference=books.reference(),
                debit=debit,
                credit=credit,
                amount_cents=cents,
                kind=Kind.PENDING,
            )
            fits = books.fits(draft)
            assert books.post(draft) is fits
            if not fits:
                return multiple()
            books.leaving[debit.holder, debit.code] += cents
            return draft

        @rule(target=posted, pending=consumes(waiting), taken=st.booleans(), less=AMOUNTS)
        def settle(self, pending: Draft, taken: bool, less: int) -> Any:
            cents = pending.amount_cents
            draft = msgspec.structs.replace(
                pending,
                reference=books.reference(),
                kind=Kind.POST if taken else Kind.VOID,
                settles=pending.reference,
                amount_cents=max(1, cents - less) if taken else cents,
            )
            assert books.post(draft)
            books.leaving[pending.debit.holder, pending.debit.code] -= cents
            again = msgspec.structs.replace(draft, reference=books.reference())
            assert not books.post(again), "settled twice"
            if not taken:
                return multiple()
            books.move(draft)
            self.left[draft.reference] = draft.amount_cents
            return draft

        @rule(original=posted, part=st.integers(1, 1_000_000))
        def take_back(self, original: Draft, part: int) -> None:
            draft = Draft(
                reference=books.reference(),
                debit=original.credit,
                credit=original.debit,
                amount_cents=part,
                kind=Kind.REVERSAL,
                reverses=original.reference,
                shared=original.shared,
            )
            fits = part <= self.left[original.reference]
            assert books.post(draft) is fits
            if fits:
                books.move(draft)
                self.left[original.reference] -= part

        @rule(original=posted, more=st.integers(0, 3))
        def repeat(self, original: Draft, more: int) -> None:
            other = msgspec.structs.replace(original, amount_cents=original.amount_cents + more)
            assert books.post(other) is (more == 0)

        @invariant()
        def debits_are_credits(self) -> None:
            books.look()

        def teardown(self) -> None:
            books.look_at_all()

    return Ledger


def run_machine(books: Books, steps: int, seed: int) -> None:
    """Run machines of fifty steps until so many acts were posted or refused."""
    from hypothesis import seed as seeded  # noqa: PLC0415

    while books.steps < steps:
        machine = seeded(seed + books.steps)(machine_of(books))
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=10,
                stateful_step_count=50,
                deadline=None,
                database=None,
                suppress_health_check=[HealthCheck.too_slow],  # however busy the machine is
            ),
        )


async def tamper(
    database: Database, admin: asyncpg.Connection, entries: int, bytes_changed: int, seed: int
) -> int:
    """Write an audit record, seal it, and change one random byte after another; how many changes
    the walk along the chain found."""
    for n in range(entries):
        async with database.transaction(LODGINGS[0], actor=f"person:{n}") as tx:
            await audit.record(
                tx, action="share.posted", subject=f"booking:{n}", reason="r" * 20, detail={"n": n}
            )
    async with database.transaction() as tx:
        await link_waiting(tx, entries + 1_000)
    draw = random.Random(seed)
    ids = [row["id"] for row in await admin.fetch("select id from audit_entry order by id")]
    found = 0
    await admin.execute("set session_replication_role = replica")
    for _ in range(bytes_changed):
        found += await _tamper_once(database, admin, draw, ids)
    await admin.execute("set session_replication_role = default")
    return found


async def _tamper_once(
    database: Database, admin: asyncpg.Connection, draw: random.Random, ids: Sequence[int]
) -> int:
    id = draw.choice(ids)
    column = draw.choice(["actor", "action", "subject", "reason", "hash", "previous_hash"])
    sealed = column in {"hash", "previous_hash"}
    table, key = ("audit_link", "entry") if sealed else ("audit_entry", "id")
    before = await admin.fetchval(f"select {column} from {table} where {key} = $1", id)
    raw = bytearray(before if sealed else before.encode())
    at = draw.randrange(len(raw))
    raw[at] = (raw[at] + draw.randint(1, 90)) % 256 if sealed else 33 + (raw[at] - 32) % 90
    after = bytes(raw) if sealed else raw.decode()
    assert after != before
    change = f"update {table} set {column} = $2 where {key} = $1"
    await admin.execute(change, id, after)
    async with database.transaction() as tx:
        broken = (await audit.verify_chain(tx)).broken_at
    await admin.execute(change, id, before)
    return broken is not None


def run_in_loop(loop: asyncio.AbstractEventLoop) -> Callable[..., Any]:
    """Runs a coroutine of synchronous rules on a loop."""
    return loop.run_until_complete


def run_ledger_drill(steps: int, bytes_changed: int) -> tuple[int, int]:
    """The machine and the tampering on an embedded database of their own: steps, tampers found."""
    loop = asyncio.new_event_loop()
    run = run_in_loop(loop)
    server = postgres.start(Path(tempfile.mkdtemp(prefix="hub-ledger-")), settings={"fsync": "off"})
    try:
        run(migrate(server.dsn(), SECRET, compose().packages))
        app, index = (role_dsn(server.dsn(), role, SECRET) for role in ("hub_app", "hub_index"))
        database = run(connect(app, index, on=compose().on))
        admin = run(asyncpg.connect(server.dsn()))
        run(open_organisations(database))
        books = Books(database, admin, run)
        run_machine(books, steps, seed=2026)
        found = run(tamper(database, admin, 20, bytes_changed, seed=2026))
        run(database.close())
        run(admin.close())
    finally:
        server.stop()
    return books.steps, found
