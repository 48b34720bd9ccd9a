"""One price everywhere: search, house, offer, payment, booking, voucher, letter and programs tell
the same cents of random stays (the drill `one_price` follows a thousand)."""

import random

from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.tokens import read_reference
from loadtests.one_price import Journey, draw_stay
from tests.conftest import SECRET
from tourism.booking.actions import letters
from tourism.booking.views import BOOKING

STAYS = 12
SURFACES = 16


async def test_every_surface_tells_the_same_price_of_random_stays(
    visitor: AsyncTestClient, demo: Database, clock: DrivenClock
) -> None:
    draw = random.Random(20_261_201)
    today = clock.now().date()

    async def write_letters(token: str) -> None:
        booked = read_reference(SECRET, BOOKING, token)
        async with demo.transaction(booked.tenant) as tx:
            await letters.write_confirmation(tx, booked.id)

    followed = 0
    for _ in range(4 * STAYS):
        journey = Journey(visitor, draw_stay(draw, today, ("department:48",)))
        if not await journey.run(draw, write_letters):
            continue
        assert len(set(journey.told.values())) == 1, journey.told
        assert len(journey.told) >= SURFACES
        followed += 1
        if followed == STAYS:
            return
    raise AssertionError(f"only {followed} stays were sold")
