"""The gate: alone at once, together in order of arrival, and refused early when it is crowded."""

import asyncio
from collections.abc import Hashable, Sequence
from contextlib import nullcontext

import pytest

from hub.core.gate import Crowded, Gate
from hub.core.settings import read_settings


class Clerk:
    """Answers each wish by itself once it is let; keeps what it was given."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.at_once = 0
        self.most = 0
        self.let = asyncio.Event()

    async def serve(self, key: Hashable, wishes: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(wishes))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await self.let.wait()
        self.at_once -= 1
        return [ValueError(wish) if wish < 0 else wish for wish in wishes]


async def ask(gate: Gate[int, int], *wishes: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(gate.ask("house", wish)) for wish in wishes]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_two_are_served_alone_and_the_rest_wait_for_the_next_batch_in_order() -> None:
    clerk = Clerk()
    gate: Gate[int, int] = Gate(clerk.serve, writers=2, batch=3)
    tasks = await ask(gate, *range(9))
    clerk.let.set()
    assert await asyncio.gather(*tasks) == list(range(9))
    assert [wish for batch in clerk.batches for wish in batch] == list(range(9))
    assert max(len(batch) for batch in clerk.batches) == 3
    assert clerk.most == 2


@pytest.mark.parametrize(
    ("workers", "writers", "in_all"),
    [(1, 2, 2), (2, 2, 2), (3, 2, 2), (8, 2, 2), (2, 5, 4), (1, 1, 1), (2, 1, 1)],
)
async def test_all_workers_together_have_no_more_writers_of_a_house_than_there_may_be(
    workers: int, writers: int, in_all: int
) -> None:
    settings = read_settings(
        {
            "HUB_SECRET_KEY": "k" * 32,
            "HUB_WORKERS": str(workers),
            "HUB_HOLD_WRITERS": str(writers),
        }
    )
    clerk = Clerk()
    # As `Slots` is for processes, where they are more than the writers.
    turns = asyncio.Semaphore(writers) if workers > writers else nullcontext()
    gates = [
        Gate[int, int](
            clerk.serve, writers=settings.hold_writers_each, batch=1, shared=lambda _: turns
        )
        for _ in range(settings.workers)
    ]
    tasks = [task for gate in gates for task in await ask(gate, *range(10))]
    await asyncio.sleep(0.01)
    assert clerk.at_once == in_all
    clerk.let.set()
    await asyncio.gather(*tasks)
    assert clerk.most == in_all


def test_two_workers_have_two_writers_of_a_house() -> None:
    settings = read_settings({"HUB_SECRET_KEY": "k" * 32})
    assert settings.workers * settings.hold_writers_each == settings.hold_writers == 2


async def test_one_bad_wish_fails_alone() -> None:
    clerk = Clerk()
    clerk.let.set()
    gate: Gate[int, int] = Gate(clerk.serve, writers=1)
    answers = await asyncio.gather(
        *[gate.ask("house", n) for n in (1, -2, 3)], return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [int, ValueError, int]


async def test_keys_do_not_wait_for_each_other() -> None:
    clerk = Clerk()
    gate: Gate[int, int] = Gate(clerk.serve, writers=1)
    tasks = [asyncio.create_task(gate.ask(key, key)) for key in range(5)]
    await asyncio.sleep(0.01)
    assert clerk.at_once == 5
    clerk.let.set()
    assert await asyncio.gather(*tasks) == list(range(5))


async def test_all_keys_together_take_no_more_places_than_there_are() -> None:
    clerk = Clerk()
    gate: Gate[int, int] = Gate(clerk.serve, at_once=2)
    tasks = [asyncio.create_task(gate.ask(n % 4, n)) for n in range(20)]
    await asyncio.sleep(0.01)
    assert clerk.at_once == 2
    clerk.let.set()
    assert await asyncio.gather(*tasks) == list(range(20))
    assert clerk.most == 2
    assert len(clerk.batches) <= 8  # who waited for a place was served together


async def test_a_full_line_refuses_at_once_and_recovers_by_itself() -> None:
    clerk = Clerk()
    gate: Gate[int, int] = Gate(clerk.serve, writers=1, batch=2, line=3)
    tasks = await ask(gate, 0)
    tasks += await ask(gate, 1, 2, 3)
    with pytest.raises(Crowded) as refused:
        await gate.ask("house", 4)
    assert refused.value.extra["retry_after_s"] > 0
    clerk.let.set()
    await asyncio.gather(*tasks)
    assert await gate.ask("house", 5) == 5


async def test_who_would_wait_behind_somebody_late_is_refused() -> None:
    clerk = Clerk()
    gate: Gate[int, int] = Gate(clerk.serve, writers=1, patience_s=0)
    tasks = await ask(gate, 0)
    tasks += await ask(gate, 1)
    with pytest.raises(Crowded):
        await gate.ask("house", 2)
    clerk.let.set()
    assert await asyncio.gather(*tasks) == [0, 1]


async def test_a_guest_who_has_gone_is_passed_over() -> None:
    clerk = Clerk()
    gate: Gate[int, int] = Gate(clerk.serve, writers=1)
    [first] = await ask(gate, 0)
    second, third = await ask(gate, 1, 2)
    second.cancel()
    await asyncio.sleep(0)
    clerk.let.set()
    assert await asyncio.gather(first, third) == [0, 2]
    assert all(1 not in batch for batch in clerk.batches)
