"""Places that processes share: so many at once, given back by who dies, none for who has another
key."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from hub.core.settings import read_settings
from hub.core.slots import LOOK_S, Slots
from tourism.booking.actions.rushing import turns_of

OTHER = """
import asyncio, sys
from contextlib import AsyncExitStack
from pathlib import Path
from hub.core.slots import Slots

async def main() -> None:
    slots = Slots(Path(sys.argv[1]), 2)
    async with AsyncExitStack() as stack:
        for _ in range(int(sys.argv[2])):
            await stack.enter_async_context(slots.hold("house"))
        print("in", flush=True)
        sys.stdin.read(1)

asyncio.run(main())
"""


@pytest.fixture
async def slots(tmp_path: Path) -> AsyncIterator[Slots]:
    made = Slots(tmp_path / "places", 2)
    yield made
    made.close()


def other_process(path: Path, places: int) -> "subprocess.Popen[bytes]":
    """A process that is in so many places of the house until it is told to go."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(path), str(places)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"in\n"
    return process


async def is_free(slots: Slots, key: str = "house") -> bool:
    async def come_in() -> None:
        async with slots.hold(key):
            pass

    try:
        await asyncio.wait_for(come_in(), 20 * LOOK_S)
    except TimeoutError:
        return False
    return True


async def test_so_many_of_a_key_are_in_at_once_and_another_key_has_its_own(slots: Slots) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(2):
            assert await is_free(slots)
            await stack.enter_async_context(slots.hold("house"))
        assert not await is_free(slots)
        assert await is_free(slots, "another")
    assert await is_free(slots)


async def test_what_another_process_has_is_waited_for(slots: Slots, tmp_path: Path) -> None:
    with other_process(tmp_path / "places", 1) as other:
        async with slots.hold("house"):
            assert not await is_free(slots)
        assert await is_free(slots)
        other.communicate(b"x")
    async with slots.hold("house"):
        assert await is_free(slots)


async def test_who_dies_gives_its_places_back(slots: Slots, tmp_path: Path) -> None:
    with other_process(tmp_path / "places", 2) as other:
        assert not await is_free(slots)
        assert await is_free(slots, "another")
        other.kill()
        other.wait()
    assert await is_free(slots)


async def test_who_fails_inside_gives_its_place_back(slots: Slots) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with slots.hold("house"):
                raise ZeroDivisionError
    assert await is_free(slots)


@pytest.mark.parametrize(("workers", "taken"), [(2, False), (3, True)])
async def test_more_workers_than_writers_take_turns_at_a_house_and_others_do_not(
    tmp_path: Path, workers: int, taken: bool
) -> None:
    settings = read_settings(
        {"HUB_SECRET_KEY": "k" * 32, "HUB_WORKERS": str(workers), "HUB_DATA": str(tmp_path)}
    )
    turns = turns_of(settings)
    async with turns(74), turns(74):
        waits = asyncio.create_task(turns(74).__aenter__())
        await asyncio.sleep(20 * LOOK_S)
        assert waits.done() is not taken
        assert (tmp_path / "holding.slots").exists() is taken
        waits.cancel()
