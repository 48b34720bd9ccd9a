"""Who is let in when it is crowded: bookings before searches, and everybody again afterwards."""

import asyncio
from typing import Any

import pytest

from hub.core.caller import ANYBODY, access
from hub.core.gate import Crowded
from hub.core.web import Admission


class Route:
    def __init__(self, *, gives_way: bool) -> None:
        self.opt = access(ANYBODY, gives_way=gives_way)


async def nothing(*_: Any) -> Any:
    return None


async def enter(door: Admission, let: asyncio.Event, *, gives_way: bool) -> None:
    async def wait(*_: Any) -> None:
        await let.wait()

    scope: Any = {"route_handler": Route(gives_way=gives_way)}
    await door.handle(scope, nothing, nothing, wait)


async def test_searches_are_refused_first_and_all_are_let_in_again() -> None:
    door, let = Admission(most=4, giving_way=2), asyncio.Event()
    inside = [asyncio.create_task(enter(door, let, gives_way=True)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Crowded) as refused:
        await enter(door, let, gives_way=True)
    assert refused.value.status == 503
    assert refused.value.extra["retry_after_s"] > 0
    inside += [asyncio.create_task(enter(door, let, gives_way=False)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Crowded):
        await enter(door, let, gives_way=False)
    let.set()
    await asyncio.gather(*inside)
    await enter(door, let, gives_way=True)


async def test_a_request_that_fails_leaves_its_place() -> None:
    door = Admission(most=1, giving_way=1)

    async def fail(*_: Any) -> None:
        raise ValueError

    scope: Any = {"route_handler": Route(gives_way=False)}
    for _ in range(3):
        with pytest.raises(ValueError):  # noqa: PT011
            await door.handle(scope, nothing, nothing, fail)
