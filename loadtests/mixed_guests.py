"""What guests do in a house of random lives: hold, pay, change, give up, come with a group."""

from datetime import timedelta
from uuid import UUID

import msgspec

from hub.core.errors import NotFound
from hub.core.idempotency import Once
from hub.core.tokens import Reference
from loadtests.mixed_world import GUEST, World
from tourism import quoting
from tourism.booking.actions import holding, rushing
from tourism.booking.models import HOLD_MINUTES, Booking, State
from tourism.changing.actions import changing
from tourism.changing.models import ChangeStay
from tourism.groups.actions import picking
from tourism.groups.models import PickUp
from tourism.groups.store import BlockOf, list_rooms
from tourism.paying.actions import cancelling
from tourism.paying.doors import pay_now
from tourism.paying.models import PAYING_MINUTES, CancelBooking, PayBooking
from tourism.quoting.models import RoomWanted

YOUNG = 10  # who pays or gives back has held of late
CARDS = ("pm_card_visa", "pm_card_visa", "pm_card_visa", "pm_card_visa_chargeDeclined")


class Guests(World):
    """Each of these is one operation of a guest."""

    async def _hold(self) -> None:
        wish = self._wish()
        async with self.database.transaction(actor="guest") as tx:
            house = await quoting.enter_house(tx, self.database.reader, wish)
            quote = await quoting.make_quote(tx, self.database.reader, house, wish)
        held: list[UUID] = []

        def render(booking: Booking) -> bytes:
            held.append(booking.id)
            self.holds[booking.id] = booking.held_until
            return b"{}"

        await rushing.hold_now(
            self.database,
            rushing.Wish(
                tenant=quote.tenant,
                quote=quote.id,
                actor="guest",
                once=Once(scope=f"guest:{quote.id}", key="hold", fingerprint=b"one"),
                render=render,
            ),
        )
        self._note(held[-1], wish.arrival)

    async def _pay(self) -> None:
        booking = await self._some(State.HELD, newest=YOUNG)
        command = PayBooking(
            guest=GUEST,
            payment_method=self.chance.choice(CARDS),
            total_cents=booking.total_cents,
        )
        reference = Reference(tenant=booking.tenant, id=booking.id)
        await pay_now(self.database, reference, command, self._key())

    async def _release(self) -> None:
        booking = await self._some(State.HELD, newest=YOUNG)
        async with self.database.transaction(booking.tenant, actor="guest") as tx:
            await holding.release_hold(tx, booking.id)

    async def _expire(self) -> None:
        """The sweep: every hold whose time is over by now; who was just paying then is looked
        after once more, when the bank's time is over as well."""
        over = [(id, until) for id, until in self.holds.items() if until <= self.clock.now()]
        for id, until in over:
            self.holds.pop(id, None)
            async with self.database.transaction(self.house.tenant) as tx:
                released = await holding.release_expired_hold(tx, id)
            if not released and id not in self.seen_twice:
                self.seen_twice.add(id)
                self.holds[id] = until + timedelta(minutes=PAYING_MINUTES + HOLD_MINUTES)

    async def _change(self) -> None:
        booking = await self._some(State.CONFIRMED)
        wish = self._wish()
        command = ChangeStay(
            arrival=wish.arrival,
            departure=wish.departure,
            rate_plan=wish.rate_plan,
            rooms=wish.rooms,
        )
        await self._change_to(booking, command)

    async def _change_in_group(self) -> None:
        """Somebody of a group comes for other nights of it, in one room or in two."""
        block = await self._a_group()
        mine = self.of_group.get(block.id)
        if not mine:
            raise NotFound("Nobody of the group has come.")
        booking = await self._find(self.chance.choice(mine))
        first = self.chance.randrange(block.nights)
        until = self.chance.randint(first + 1, block.nights)
        room = RoomWanted(room_type=booking.quote.breakdown.rooms[0].room_type, adults=1)
        command = ChangeStay(
            arrival=block.arrival + timedelta(days=first),
            departure=block.arrival + timedelta(days=until),
            rate_plan=block.rate_plan,
            rooms=(room,) * self.chance.choice((1, 1, 2)),
        )
        await self._change_to(booking, command)

    async def _change_to(self, booking: Booking, command: ChangeStay) -> None:
        async with self.database.transaction(booking.tenant, actor="guest") as tx:
            _, _, difference = await changing.preview_change(
                tx, self.database.reader, booking.id, command
            )
        command = msgspec.structs.replace(
            command,
            difference_cents=difference.cents,
            payment_method=self.chance.choice(CARDS) if difference.due_cents else None,
        )
        await changing.pay_change(self.database, booking.tenant, booking.id, command, self._key())

    async def _cancel_room(self) -> None:
        booking = await self._some(State.CONFIRMED)
        numbers = (self.chance.choice(booking.live_numbers or (1,)),)
        await self._give_up(booking, numbers)

    async def _cancel(self) -> None:
        await self._give_up(await self._some(State.CONFIRMED), ())

    async def _give_up(self, booking: Booking, numbers: tuple[int, ...]) -> None:
        async with self.database.transaction(booking.tenant, actor="guest") as tx:
            _, refund = await cancelling.preview_refund(tx, booking.id, numbers)
            command = CancelBooking(refund_cents=refund.refund_cents, rooms=numbers)
            await cancelling.cancel_booking(tx, booking.id, command)

    async def _pick_up(self) -> None:
        """Somebody of a group takes one or two of its rooms, for all of its nights or the first."""
        block = await self._a_group()
        async with self.database.transaction(self.house.tenant) as tx:
            rooms = await list_rooms(tx, [block.id])
        until = self.chance.choice((block.departure, block.arrival + timedelta(days=1)))
        room = RoomWanted(room_type=rooms[0].room_type, adults=1)
        count = self.chance.choice((1, 1, 2))
        command = PickUp(arrival=block.arrival, departure=until, rooms=(room,) * count)
        found = BlockOf(tenant=self.house.tenant, block=block.id)
        async with self.database.transaction(self.house.tenant, actor="guest") as tx:
            booking = await picking.pick_up(tx, self.database.reader, found, command)
        self._note(booking.id, block.arrival)
        self.of_group.setdefault(block.id, []).append(booking.id)
        self.holds[booking.id] = booking.held_until
