"""The audit of the drills in which guests book: each fault, planted alone, is found by its name."""

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import msgspec
import pytest

from hub import ledger
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.ledger.models import Draft, Side
from loadtests.caller import Answer, Connection
from loadtests.crowd import Booked, Crowd, make_room
from loadtests.crowd_audit import look_after
from tests.houses import GUEST, House, find_house, hold, pay, quote
from tests.served import Queue
from tourism.booking.models import Booking

SEED = 7


class AskedAgain(Crowd):
    """A crowd whose repeated requests do what is planted, and are answered as at first."""

    planted: Callable[[], Awaitable[object]] | None = None
    answer = b"as at first"

    async def send(self, line: Connection, request: bytes) -> Answer | None:
        del line, request
        if self.planted is not None:
            planted, self.planted = self.planted, None
            await planted()
        return Answer(200, self.answer, 0.0)


class World(msgspec.Struct):
    """Two stays that a crowd has booked, with their letters, and a hold."""

    demo: Database
    admin: asyncpg.Connection
    house: House
    crowd: AskedAgain
    first: Booking

    async def audit(self) -> set[str]:
        """The names of what is wrong."""
        found = await look_after(self.crowd, self.admin, settled_s=0)
        return {name for name in found.__struct_fields__ if getattr(found, name)}

    async def hold(self) -> Booking:
        return await hold(self.demo, await quote(self.demo, self.house.wish()))

    async def run(self, sql: str, *values: object) -> None:
        await self.admin.execute(f"set app.tenant = '{self.first.tenant}'")
        done = await self.admin.execute(sql, *values)
        assert not done.endswith(" 0"), "nothing was planted"


@pytest.fixture
async def world(
    demo: Database, demo_settings: Settings, clock: DrivenClock
) -> AsyncIterator[World]:
    admin = await asyncpg.connect(demo_settings.database_url)
    house, room = await find_house(demo), await make_room(admin)
    # The clock of the service is driven here.
    crowd = AskedAgain(("nowhere", 0), msgspec.structs.replace(room, since=clock.now()), SEED)
    wish, booked = house.wish(), []
    for number in range(2):
        guest = msgspec.structs.replace(GUEST, email=f"crowd-{SEED}-{number}@drill.example")
        booked.append(await pay(demo, await hold(demo, await quote(demo, wish)), guest=guest))
        writes = ((b"hold", AskedAgain.answer), (b"pay", AskedAgain.answer))
        crowd.notes.booked.append(Booked(guest.email, booked[-1].reference, writes, 0, 0))
    await hold(demo, await quote(demo, wish))
    crowd.notes.held = 3
    await Queue(demo, admin).run(only="booking.write_confirmation")
    yield World(demo, admin, house, crowd, booked[0])
    await admin.close()


async def test_nothing_is_wrong_with_what_was_booked_well(world: World) -> None:
    assert await world.audit() == set()


NIGHT = (
    "update ari_month set units_left[1] = units_left[1] - 1 where room_type = $1"
    " and month = (select max(month) from ari_month where room_type = $1)"
)
LETTER = (
    "insert into mail select gen_random_uuid(), tenant, recipient, language, subject, body_text,"
    " body_html, calendar, created_at, sent_at from mail where recipient = $1"
)
MOVEMENT = (
    "insert into sandbox_movement select gen_random_uuid(), kind, amount_cents, decline_code,"
    " reference, at from sandbox_movement where key ="
    " (select id from charge where subject = 'booking:' || $1::uuid)"
)
AMOUNT = (
    "update sandbox_movement set amount_cents = amount_cents + 1 where key ="
    " (select id from charge where subject = 'booking:' || $1::uuid)"
)
NO_STAY = (
    "update charge set subject = 'booking:' || gen_random_uuid()"
    " where subject = 'booking:' || $1::uuid"
)
CANCELLED = "update booking set state = 'cancelled', cancelled_at = now() where id = $1"


async def a_ledger_line(world: World) -> None:
    platform = world.first.quote.split.platform
    draft = Draft(
        reference=f"booking:{world.first.id}:again",
        debit=Side(holder=platform, code="psp.cash"),
        credit=Side(holder=platform, code="guest.deposits"),
        amount_cents=7,
    )
    async with world.demo.transaction(platform, actor="nobody") as tx:
        await ledger.post(tx, platform, [draft])


async def fewer_answers(world: World) -> None:
    world.crowd.notes.held -= 1


async def a_forgotten_stay(world: World) -> None:
    world.crowd.notes.booked.pop()


PLANTS: dict[str, tuple[Callable[[World], Awaitable[object]], set[str]]] = {
    "a night without a stay": (
        lambda w: w.run(NIGHT, w.crowd.room.room_type),
        {"nights_wrong"},
    ),
    "a movement without a charge": (
        lambda w: w.run(MOVEMENT, w.first.id),
        {"moved_without_booking"},
    ),
    "a charge of no stay": (
        lambda w: w.run(NO_STAY, w.first.id),
        {"moved_without_booking", "moved_wrong"},
    ),
    "a cent too much": (
        lambda w: w.run(AMOUNT, w.first.id),
        {"moved_without_booking", "moved_wrong"},
    ),
    "a stay lost": (
        lambda w: w.run(CANCELLED, w.first.id),
        {"lost", "moved_without_booking", "nights_wrong"},
    ),
    "a stay that nobody knows": (a_forgotten_stay, {"strange"}),
    "a hold that nobody knows": (fewer_answers, {"strange_holds"}),
    "a letter twice": (
        lambda w: w.run(LETTER, w.crowd.notes.booked[0].email),
        {"letters_twice"},
    ),
    "a ledger line too many": (a_ledger_line, {"ledger_unbalanced"}),
}
REPEATED: dict[str, set[str]] = {
    "a letter twice": {"letters_twice"},
    "a movement without a charge": {"moved_without_booking"},
    "a ledger line too many": {"ledger_unbalanced"},
}


@pytest.mark.parametrize("name", PLANTS)
async def test_what_is_planted_is_found_by_its_name(world: World, name: str) -> None:
    plant, names = PLANTS[name]
    await plant(world)
    assert await world.audit() == names


@pytest.mark.parametrize("name", REPEATED)
async def test_what_a_repeated_request_does_again_is_found(world: World, name: str) -> None:
    world.crowd.planted = lambda: PLANTS[name][0](world)
    assert await world.audit() == {"repeated_effects", *REPEATED[name]}


async def test_a_repeated_request_that_holds_again_is_found(world: World) -> None:
    world.crowd.planted = world.hold
    assert await world.audit() == {"repeated_effects", "strange_holds"}


async def test_another_answer_to_a_repeated_request_is_found(world: World) -> None:
    world.crowd.answer = b"something else"
    assert await world.audit() == {"answers_changed"}
