"""Double entry: posted once, settled once, reversed no further than it went."""

import asyncio
from collections.abc import Sequence

import asyncpg
import msgspec
import pytest

from hub import ledger, tenancy
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.ledger import (
    Balance,
    Draft,
    DraftInvalid,
    Kind,
    NothingPending,
    NothingToReverse,
    ReferenceTaken,
    ReversalTooLarge,
    Side,
    Transfer,
)

LODGING, PLATFORM, FEDERATION, OFFICE, OTHER = 1, 2, 3, 4, 5
KINDS = (
    tenancy.Kind.LODGING,
    tenancy.Kind.OPERATOR,
    tenancy.Kind.FEDERATION,
    tenancy.Kind.OFFICE,
    tenancy.Kind.LODGING,
)
CASH = Side(holder=PLATFORM, code="psp.cash")
DEPOSITS = Side(holder=PLATFORM, code="guest.deposits")
PAYABLE = Side(holder=LODGING, code="lodging.payable")
OFFICE_SHARE = Side(holder=OFFICE, code="office.share")


@pytest.fixture(autouse=True)
async def organisations(database: Database) -> None:
    """A lodging, the platform, the federation, an office and another lodging: 1 to 5."""
    async with database.transaction() as tx:
        opened = await tenancy.open_organisations(
            tx, [tenancy.OpenOrganisation(kind=kind, name=kind.value) for kind in KINDS]
        )
    assert opened == [LODGING, PLATFORM, FEDERATION, OFFICE, OTHER]


def draft(reference: str, debit: Side, credit: Side, cents: int, **more: object) -> Draft:
    made = Draft(reference=reference, debit=debit, credit=credit, amount_cents=cents)
    return msgspec.structs.replace(made, **more)


CHARGE = draft("charge:1", CASH, DEPOSITS, 10_000, kind=Kind.PENDING)
CHARGED = draft("charge:1:post", CASH, DEPOSITS, 10_000, kind=Kind.POST, settles="charge:1")
VOIDED = draft("charge:1:void", CASH, DEPOSITS, 10_000, kind=Kind.VOID, settles="charge:1")
TO_LODGING = draft("booking:1:lodging", DEPOSITS, PAYABLE, 9_700)
TO_OFFICE = draft("booking:1:office", DEPOSITS, OFFICE_SHARE, 300, shared=True)
BOOKING = [CHARGED, TO_LODGING, TO_OFFICE]


def back(cents: int, reference: str = "booking:1:office:back", **more: object) -> Draft:
    made = draft(reference, OFFICE_SHARE, DEPOSITS, cents, shared=True)
    return msgspec.structs.replace(
        made, **({"kind": Kind.REVERSAL, "reverses": "booking:1:office"} | more)
    )


async def post(database: Database, drafts: Sequence[Draft], cause: int = LODGING) -> list[int]:
    async with database.transaction(cause) as tx:
        return await ledger.post(tx, FEDERATION, drafts)


async def balances(database: Database) -> dict[str, Balance]:
    async with database.transaction(FEDERATION) as tx:
        found = await ledger.trial_balance(tx, FEDERATION)
    assert sum(b.debit_cents for b in found) == sum(b.credit_cents for b in found)
    assert sum(b.pending_debit_cents for b in found) == sum(b.pending_credit_cents for b in found)
    return {balance.code: balance for balance in found}


def held(balance: Balance) -> int:
    return balance.credit_cents - balance.debit_cents


async def count(admin: asyncpg.Connection) -> int:
    return await admin.fetchval("select count(*) from ledger_transfer")


async def test_a_booking_is_posted_whole_and_everything_leaves_the_deposits(
    database: Database, clock: DrivenClock
) -> None:
    await post(database, [CHARGE])
    ids = await post(database, BOOKING)
    assert len(set(ids)) == 3
    found = await balances(database)
    assert {code: held(balance) for code, balance in found.items()} == {
        "guest.deposits": 0,
        "lodging.payable": 9_700,
        "office.share": 300,
        "psp.cash": -10_000,
    }
    async with database.transaction(LODGING) as tx:
        first = (await ledger.list_by_reference(tx, "booking:1:"))[0]
    assert first == Transfer(
        id=ids[1],
        reference="booking:1:lodging",
        kind=Kind.POSTED,
        debit_code="guest.deposits",
        credit_code="lodging.payable",
        debit_holder=PLATFORM,
        credit_holder=LODGING,
        amount_cents=9_700,
        currency="EUR",
        shared=False,
        booked_at=clock.now(),
    )


async def test_amounts_of_zero_are_left_out(database: Database, admin: asyncpg.Connection) -> None:
    nothing = draft("booking:1:nothing", DEPOSITS, PAYABLE, 0)
    assert await post(database, [nothing]) == []
    assert len(await post(database, [nothing, TO_LODGING])) == 1
    assert await count(admin) == 1


async def test_a_booking_that_fails_in_the_middle_posts_nothing(
    database: Database, admin: asyncpg.Connection
) -> None:
    with pytest.raises(NothingPending):
        await post(database, [TO_LODGING, CHARGED])
    with pytest.raises(DraftInvalid):
        await post(database, [TO_LODGING, draft("x", CASH, CASH, 1)])
    assert await count(admin) == 0


async def test_posting_the_same_again_gives_the_same_ids_and_changes_nothing(
    database: Database, admin: asyncpg.Connection
) -> None:
    charge = await post(database, [CHARGE])
    first = await post(database, [*BOOKING, back(100)])
    assert await post(database, [*BOOKING, back(100)]) == first
    assert await post(database, [CHARGE]) == charge
    assert await count(admin) == 5


@pytest.mark.parametrize(
    "other",
    [
        msgspec.structs.replace(TO_OFFICE, amount_cents=301),
        msgspec.structs.replace(TO_OFFICE, shared=False),
        msgspec.structs.replace(TO_OFFICE, credit=Side(holder=OFFICE, code="office.vat")),
        msgspec.structs.replace(TO_OFFICE, debit=CASH),
        msgspec.structs.replace(TO_OFFICE, kind=Kind.PENDING),
    ],
)
async def test_a_reference_that_says_something_else_is_refused(
    database: Database, admin: asyncpg.Connection, other: Draft
) -> None:
    await post(database, [TO_OFFICE])
    with pytest.raises(ReferenceTaken):
        await post(database, [TO_LODGING, other])
    assert await count(admin) == 1


async def test_another_organisation_cannot_take_a_reference(database: Database) -> None:
    await post(database, [TO_OFFICE])
    with pytest.raises(ReferenceTaken):
        await post(database, [TO_OFFICE], cause=OTHER)


async def test_twenty_who_post_the_same_booking_at_once_post_it_once(
    database: Database, admin: asyncpg.Connection
) -> None:
    drafts = [TO_LODGING, TO_OFFICE, back(300)]
    all_ids = await asyncio.gather(*(post(database, drafts) for _ in range(20)))
    assert all(ids == all_ids[0] for ids in all_ids)
    assert await count(admin) == 3


async def test_bookings_posted_at_once_open_their_accounts_without_a_circle(
    database: Database, admin: asyncpg.Connection
) -> None:
    sides = [Side(holder=OFFICE, code=f"office.{name}") for name in "abcdef"]

    def booking(n: int) -> list[Draft]:
        order = sides if n % 2 else sides[::-1]
        return [draft(f"b{n}:{side.code}", DEPOSITS, side, 1) for side in order]

    await asyncio.gather(*(post(database, booking(n)) for n in range(20)))
    assert await count(admin) == 120
    assert await admin.fetchval("select count(*) from ledger_account") == 7


async def test_a_pending_transfer_waits_beside_the_balance(database: Database) -> None:
    await post(database, [CHARGE])
    cash = (await balances(database))["psp.cash"]
    assert (cash.debit_cents, cash.pending_debit_cents) == (0, 10_000)
    await post(database, [CHARGED])
    cash = (await balances(database))["psp.cash"]
    assert (cash.debit_cents, cash.pending_debit_cents) == (10_000, 0)


async def test_a_voided_transfer_moved_nothing(database: Database) -> None:
    await post(database, [CHARGE])
    await post(database, [VOIDED])
    cash = (await balances(database))["psp.cash"]
    assert (cash.debit_cents, cash.pending_debit_cents) == (0, 0)


@pytest.mark.parametrize(
    "second",
    [
        VOIDED,
        msgspec.structs.replace(CHARGED, reference="charge:1:again"),
        msgspec.structs.replace(VOIDED, reference="charge:1:post:2"),
    ],
)
async def test_a_pending_transfer_is_settled_once_only(
    database: Database, admin: asyncpg.Connection, second: Draft
) -> None:
    await post(database, [CHARGE, CHARGED])
    with pytest.raises(NothingPending):
        await post(database, [second])
    assert await count(admin) == 2


async def test_of_those_who_settle_at_once_one_succeeds(
    database: Database, admin: asyncpg.Connection
) -> None:
    await post(database, [CHARGE])

    async def settle(n: int) -> bool:
        one = CHARGED if n % 2 else VOIDED
        try:
            await post(database, [msgspec.structs.replace(one, reference=f"settle:{n}")])
        except NothingPending:
            return False
        return True

    assert sum(await asyncio.gather(*(settle(n) for n in range(12)))) == 1
    assert await count(admin) == 2


@pytest.mark.parametrize(
    "settling",
    [
        msgspec.structs.replace(CHARGED, amount_cents=10_001),
        msgspec.structs.replace(VOIDED, amount_cents=9_999),
        msgspec.structs.replace(CHARGED, debit=DEPOSITS, credit=CASH),
        msgspec.structs.replace(CHARGED, settles="charge:2"),
        msgspec.structs.replace(CHARGED, settles="booking:1:office"),
    ],
)
async def test_only_what_is_pending_can_be_settled_and_voided_whole(
    database: Database, settling: Draft
) -> None:
    await post(database, [CHARGE, TO_OFFICE])
    with pytest.raises(NothingPending):
        await post(database, [settling])


async def test_another_organisation_cannot_settle_what_it_did_not_cause(
    database: Database,
) -> None:
    await post(database, [CHARGE])
    with pytest.raises(NothingPending):
        await post(database, [CHARGED], cause=OTHER)


async def test_reversals_go_back_step_by_step_and_never_beyond_the_original(
    database: Database,
) -> None:
    await post(database, [TO_OFFICE])
    await post(database, [back(100, "r:1")])
    await post(database, [back(150, "r:2")])
    with pytest.raises(ReversalTooLarge, match="50 cents remain"):
        await post(database, [back(51, "r:3")])
    await post(database, [back(50, "r:4")])
    with pytest.raises(ReversalTooLarge):
        await post(database, [back(1, "r:5")])
    assert held((await balances(database))["office.share"]) == 0


async def wait_until_blocked(admin: asyncpg.Connection, task: asyncio.Task[object]) -> None:
    """Until another session waits for a lock, or the task that should wait has ended."""
    waiting = "select exists (select from pg_locks where not granted)"
    async with asyncio.timeout(60):
        while not task.done() and not await admin.fetchval(waiting):
            pass


async def test_a_reversal_waits_for_another_one_to_know_what_remains(
    database: Database, admin: asyncpg.Connection
) -> None:
    await post(database, [TO_OFFICE])
    async with database.transaction(LODGING) as tx:
        await ledger.post(tx, FEDERATION, [back(200, "r:1")])
        rival = asyncio.create_task(post(database, [back(200, "r:2")]))
        await wait_until_blocked(admin, rival)
    with pytest.raises(ReversalTooLarge, match="100 cents remain"):
        await rival
    assert held((await balances(database))["office.share"]) == 100


async def test_whoever_repeats_a_posting_that_is_under_way_waits_and_gets_its_ids(
    database: Database, admin: asyncpg.Connection
) -> None:
    await post(database, [CHARGE])
    drafts = [*BOOKING, back(300)]
    async with database.transaction(LODGING) as tx:
        ids = await ledger.post(tx, FEDERATION, drafts)
        repeat = asyncio.create_task(post(database, drafts))
        await wait_until_blocked(admin, repeat)
    assert await repeat == ids
    assert await count(admin) == 5


async def test_a_settlement_waits_for_another_one_and_loses(
    database: Database, admin: asyncpg.Connection
) -> None:
    await post(database, [CHARGE])
    async with database.transaction(LODGING) as tx:
        await ledger.post(tx, FEDERATION, [CHARGED])
        rival = asyncio.create_task(post(database, [VOIDED]))
        await wait_until_blocked(admin, rival)
    with pytest.raises(NothingPending, match="settled already"):
        await rival
    assert await count(admin) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        back(100, reverses="booking:2:office"),
        back(100, debit=DEPOSITS, credit=OFFICE_SHARE),
        back(100, debit=PAYABLE),
    ],
)
async def test_a_reversal_goes_the_other_way_between_the_same_accounts(
    database: Database, wrong: Draft
) -> None:
    await post(database, [TO_OFFICE])
    with pytest.raises(NothingToReverse):
        await post(database, [wrong])


async def test_what_moved_nothing_cannot_be_reversed(database: Database) -> None:
    way_back = draft("r:1", DEPOSITS, CASH, 10_000, kind=Kind.REVERSAL, reverses="charge:1")
    await post(database, [CHARGE])
    with pytest.raises(NothingToReverse):
        await post(database, [way_back])
    await post(database, [VOIDED])
    with pytest.raises(NothingToReverse):
        await post(database, [msgspec.structs.replace(way_back, reverses="charge:1:void")])


async def test_a_posted_charge_can_be_reversed_but_not_a_reversal(database: Database) -> None:
    await post(database, [CHARGE, CHARGED])
    way_back = draft("r:1", DEPOSITS, CASH, 10_000, kind=Kind.REVERSAL, reverses="charge:1:post")
    await post(database, [way_back])
    again = draft("r:2", CASH, DEPOSITS, 10_000, kind=Kind.REVERSAL, reverses="r:1")
    with pytest.raises(NothingToReverse):
        await post(database, [again])


async def test_another_organisation_cannot_reverse_what_it_did_not_cause(
    database: Database,
) -> None:
    await post(database, [TO_OFFICE])
    with pytest.raises(NothingToReverse):
        await post(database, [back(100)], cause=OTHER)
