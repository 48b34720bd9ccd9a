"""The served house: rivals for the last rooms, and the death of any of its processes."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest

from hub.core.work import VISIBILITY_TIMEOUT_S
from loadtests import load
from loadtests.journeys import Guest
from loadtests.peaks.run import play
from loadtests.peaks.stage import attach
from loadtests.processes import children, descendants, find
from loadtests.serving import Served, served_demo
from tests.faults.launcher_process import eventually, runs

pytestmark = pytest.mark.xdist_group("served")
UNITS = 12
LAST = 10
RIVALS = 500


@pytest.fixture(scope="module")
def demo() -> Iterator[Served]:
    """Two web workers, a worker, an embedded PostgreSQL with its files really flushed."""
    with served_demo("74", workers=2) as served:
        yield served


@pytest.fixture
async def guest(demo: Served) -> AsyncIterator[Guest]:
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=demo.address, timeout=60, limits=limits) as client:
        yield Guest(client)


async def test_500_rivals_for_the_last_10_rooms_get_exactly_10(guest: Guest) -> None:
    house = await guest.find_house()
    quotes = await asyncio.gather(*[guest.quote(house) for _ in range(RIVALS + UNITS - LAST)])
    for quote in quotes[RIVALS:]:
        await guest.hold(quote)
    answers = await asyncio.gather(
        *[guest.try_post(f"/api/v1/quotes/{q['token']}/hold", {}) for q in quotes[:RIVALS]]
    )
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(201) == LAST
    assert statuses.count(409) == RIVALS - LAST
    refused = {answer.json()["type"] for answer in answers if answer.status_code == 409}
    assert refused == {"urn:usage-hub:problem:sold-out"}


def test_a_flash_event_sells_each_room_once(demo: Served) -> None:
    """The smallest of the load scenarios, driven by locust: three seconds, a small town."""
    scenario = load.find("event")
    run = play(attach(demo), scenario, scale=0.1, seconds=3, seed=5)
    assert (run.proof.oversold, run.proof.unexplained, run.proof.lost) == (0, 0, 0)
    assert run.proof.nights > 0
    booked = [outcome for outcome in run.results.outcomes if outcome.outcome == "booked"]
    assert len(booked) == run.proof.confirmed > 0


async def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)


def kill_web_worker(demo: Served) -> None:
    web = find(demo.process.pid, "granian", "hub.cli web")[0]
    workers = children(web)
    assert len(workers) >= 2
    os.kill(workers[-1], signal.SIGKILL)


def kill_worker(demo: Served) -> None:
    os.kill(find(demo.process.pid, "celeryd", "hub.cli worker")[0], signal.SIGKILL)


def kill_postgres(demo: Served) -> None:
    os.kill(find(demo.process.pid, "postgres")[0], signal.SIGKILL)


def kill_everything(demo: Served) -> None:
    """The supervisor and the web's master at once: what they had started ends by itself."""
    left = descendants(demo.process.pid)
    os.kill(find(demo.process.pid, "granian", "hub.cli web")[0], signal.SIGKILL)
    demo.process.kill()
    demo.process.wait()
    demo.start_again()
    assert eventually(lambda: not any(runs(pid) for pid in left), within_s=120), left


@pytest.mark.parametrize(
    ("kill", "days"),
    [(kill_web_worker, 70), (kill_worker, 80), (kill_postgres, 90), (kill_everything, 100)],
    ids=["web", "worker", "postgres", "everything"],
)
async def test_killed_in_the_middle_nothing_confirmed_is_lost(
    demo: Served, guest: Guest, kill: Callable[[Served], None], days: int
) -> None:
    house = await guest.find_house(days)
    held = [await guest.hold(await guest.quote(house, days)) for _ in range(8)]
    confirmed = [
        await guest.pay_until_settled(booking, f"before-{booking['reference']}")
        for booking in held[:3]
    ]
    paying = [
        asyncio.create_task(guest.pay_until_settled(booking, f"during-{booking['reference']}"))
        for booking in held[3:]
    ]
    await asyncio.sleep(0.01)
    await asyncio.to_thread(kill, demo)
    confirmed += await asyncio.gather(*paying)
    await asyncio.to_thread(demo.wait_until_ready)

    assert len({booking["reference"] for booking in confirmed}) == 8
    for booking in confirmed:
        seen = await guest.see(booking)
        assert seen["state"] == "confirmed"
        assert seen["reference"] == booking["reference"]
    again = await guest.try_pay(held[0], f"before-{held[0]['reference']}")
    assert again.json()["state"] == "confirmed"
    letters = await wait_for_letters(guest, {booking["reference"] for booking in confirmed})
    assert letters == {booking["reference"]: 1 for booking in confirmed}


async def wait_for_letters(guest: Guest, references: set[str]) -> dict[str, int]:
    """Each confirmation's letter, written once, whatever died on the way."""
    # A message that was in the hands of the dead comes again after the visibility timeout.
    deadline = time.monotonic() + 2 * VISIBILITY_TIMEOUT_S + 30
    found: dict[str, int] = {}
    while time.monotonic() < deadline:
        page = (await guest.client.get("/demo/mail", headers={"accept": "text/html"})).text
        found = {r: page.count(f", {r}</h2>") for r in references}
        if all(found.values()):
            return found
        await asyncio.sleep(0.3)
    return found
