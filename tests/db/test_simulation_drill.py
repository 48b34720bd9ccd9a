"""The drill `simulation`, small: the replay of a season is the sum of the single allocations."""

import asyncpg

from hub.core.db import Database
from loadtests import simulations


async def test_a_replay_is_the_sum_of_the_single_allocations_by_role_by_rule_and_by_member(
    database: Database, admin: asyncpg.Connection
) -> None:
    await simulations.open_members(database)
    expected = await simulations.fill(admin, 3_000, seed=5)
    replayed = await simulations.replay(database, expected, chunk=1_000)
    assert (replayed.bookings, replayed.steps, replayed.equal) == (3_000, 4, True)
    assert len(expected.decided) == 4, "each rule of the text decided somewhere"

    expected.left_after[simulations.FIRST_MEMBER] += 1
    assert not (await simulations.replay(database, expected)).equal
