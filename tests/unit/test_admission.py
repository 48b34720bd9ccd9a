"""Who is let in when it is crowded: bookings before searches, and everybody again afterwards."""

import asyncio
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from hub.core.admission import Admission
from hub.core.caller import ANYBODY, access
from hub.core.clock import SeededIds
from hub.core.frame import Frame, frame_headers
from hub.core.gate import Crowded


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


async def test_who_stands_in_line_is_called_in_order_and_nobody_waits_behind_a_late_one() -> None:
    door, done = Admission(working=1), list[int]()
    lets = [asyncio.Event() for _ in range(3)]

    async def come(number: int) -> None:
        await enter(door, lets[number], gives_way=False)
        done.append(number)

    tasks = [asyncio.create_task(come(number)) for number in range(3)]
    await asyncio.sleep(0)
    door._patience_s = -1  # the first in line waits for longer than that already
    with pytest.raises(Crowded):
        await enter(door, lets[0], gives_way=False)
    door._patience_s = 60
    lets[2].set()
    lets[0].set()
    await tasks[0]
    assert not done[1:]  # the third's turn has not come, though it would be done at once
    lets[1].set()
    await asyncio.gather(*tasks)
    assert done == [0, 1, 2]


async def test_who_has_waited_too_long_is_told_so_when_called_and_the_next_comes_at_once() -> None:
    door, let = Admission(working=1), asyncio.Event()
    tasks = [asyncio.create_task(enter(door, let, gives_way=False)) for _ in range(3)]
    await asyncio.sleep(0)
    door._line[0].since -= 60
    let.set()
    first, second, third = await asyncio.gather(*tasks, return_exceptions=True)
    assert (first, third) == (None, None)
    assert isinstance(second, Crowded)


async def test_a_crowd_that_came_at_once_is_served_to_the_last_when_nobody_comes_any_more() -> None:
    door, let = Admission(working=1), asyncio.Event()
    tasks = [asyncio.create_task(enter(door, let, gives_way=False)) for _ in range(3)]
    await asyncio.sleep(0)
    for waiting in door._line:
        waiting.since -= 20
    door._last_came -= 20
    let.set()
    assert await asyncio.gather(*tasks) == [None, None, None]


async def test_who_goes_away_in_line_leaves_no_gap() -> None:
    door, let = Admission(working=1), asyncio.Event()
    tasks = [asyncio.create_task(enter(door, let, gives_way=False)) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    let.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert tasks[1].cancelled()
    await enter(door, let, gives_way=False)


async def test_the_machines_own_questions_pass_by() -> None:
    door, let = Admission(working=1, most=1), asyncio.Event()
    inside = asyncio.create_task(enter(door, let, gives_way=False))
    await asyncio.sleep(0)
    scope: Any = {"path": "/health/live", "route_handler": Route(gives_way=False)}
    await door.handle(scope, nothing, nothing, nothing)
    let.set()
    await inside


async def test_a_request_that_fails_leaves_its_place() -> None:
    door = Admission(most=1, giving_way=1)

    async def fail(*_: Any) -> None:
        raise ValueError

    scope: Any = {"route_handler": Route(gives_way=False)}
    for _ in range(3):
        with pytest.raises(ValueError):  # noqa: PT011
            await door.handle(scope, nothing, nothing, fail)


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        pytest.param("/recherche", b"*/*", id="who does not want a page"),
        pytest.param("/api/v1/search", b"text/html", id="whoever asks the API"),
    ],
)
async def test_a_program_is_told_to_come_again_with_all_that_every_answer_says(
    path: str, accept: bytes
) -> None:
    ids = SimpleNamespace(ids=SeededIds(1))
    app = SimpleNamespace(state=SimpleNamespace(database=ids))
    headers = [(b"accept", accept)]
    scope: Any = {"type": "http", "app": app, "method": "GET", "path": path, "headers": headers}
    sent = list[Any]()

    async def send(message: Any) -> None:
        sent.append(message)

    async def refuse(*_: Any) -> None:
        raise Crowded("Ask again in a moment.", retry_after_s=2)

    await Frame(frame_headers(noindex=False, encrypted=False)).handle(scope, nothing, send, refuse)
    start, body = sent
    told = dict(start["headers"])
    assert (start["status"], told[b"retry-after"]) == (503, b"2")
    assert told[b"content-type"] == b"application/problem+json"
    assert told[b"x-content-type-options"] == b"nosniff"
    assert told[b"x-request-id"]
    assert msgspec.json.decode(body["body"])["type"] == "urn:usage-hub:problem:crowded"
