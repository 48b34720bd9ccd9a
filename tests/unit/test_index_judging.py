"""What the drill that kills the index' writer and readers says of what it heard: a service that is
not as it must be fails it."""

import asyncio
import contextlib
import os
import random
import time
from collections.abc import AsyncIterator

import msgspec
import pytest

from loadtests import index_kills, judging, watch
from loadtests.caller import Answer
from loadtests.index_kills import Kills
from loadtests.judging import DAMAGE, WORKER, WRITER, Epoch, Harm, Heard, Hits, Seen
from loadtests.processes import holder_of
from loadtests.torn import Torn, tear
from loadtests.watch import Watch

OLD: Hits = ((1, 1, (1,), 5_000),)
NEW: Hits = ((1, 1, (1,), 5_100),)
FALSE: Hits = ((1, 1, (1,), 4_996),)
BODY = (
    b'{"hits": [{"property": 1, "rate_plan": 1, "rooms": [{"room_type": 1}], "total_cents": 5000}]}'
)
KILLED, CHANGED, ENDED, LAG_S = 10.0, 10.1, 40.0, 2.0
EPOCHS = [Epoch(0, 0, OLD), Epoch(CHANGED, CHANGED, NEW)]


def answers(worker: int, began: float, ended: float, since: float = 11.0) -> list[Heard]:
    """One each tenth of a second, the new one from a moment on."""
    count = round((ended - began) * 10)
    moments = [began + n / 10 for n in range(count)]
    return [
        Heard(at, at + 0.01, worker, 200, NEW if at >= since else OLD, may_wait=False)
        for at in moments
    ]


def judge(heard: list[Heard], *harms: Harm) -> Seen:
    ordered = sorted(heard, key=lambda one: one.given)
    return judging.judge(ordered, EPOCHS, harms or (Harm(WRITER, KILLED),), (0, ENDED), LAG_S)


BOTH = [*answers(1, 0, ENDED), *answers(2, 0.05, ENDED)]


def test_a_service_that_is_back_in_time_is_good() -> None:
    seen = judge(BOTH)
    assert seen.is_good()
    assert (seen.wrong, seen.failed, seen.workers) == (0, 0, 2)
    assert seen.anew_s == pytest.approx(1.06)


def test_a_service_that_never_answers_again_is_not_good() -> None:
    """Neither one whose last answers were right, nor one that says so or is silent."""
    until = [one for one in BOTH if one.asked < KILLED + 0.5]
    for rest in (
        [],
        [Heard(at, at + 0.01, 1, 503, None, may_wait=True) for at in range(11, 39)],
        [Heard(at, at + 5.0, 1, 0, None) for at in range(11, 39, 5)],
    ):
        seen = judge([*until, *rest])
        assert not seen.is_good()
        assert seen.unanswered_s > 29
        assert seen.anew_s > 29


def test_a_service_that_never_answered_is_not_good() -> None:
    assert judge([]).unanswered_s == ENDED
    assert not judge([]).is_good()


@pytest.mark.parametrize(
    "one",
    [
        Heard(20.0, 20.1, 1, 200, FALSE),
        Heard(12.2, 12.3, 1, 200, OLD),  # the lag is over
        Heard(9.9, 10.0, 1, 200, NEW),  # before it was committed
        Heard(10.5, 10.6, 1, 503, None),  # without a time to ask again
        Heard(12.1, 12.2, 1, 503, None, may_wait=True),  # after the two seconds
        Heard(9.0, 9.1, 1, 503, None, may_wait=True),  # before the kill
        Heard(10.5, 10.6, 1, 500, None),
        Heard(10.5, 10.6, 1, 0, None),  # nobody killed a worker
        Heard(10.5, 12.6, 1, 200, NEW),  # right, but too late
    ],
)
def test_one_answer_that_must_not_be_is_enough(one: Heard) -> None:
    assert not judge([*BOTH, one]).is_good()


def test_a_refusal_that_names_a_time_is_let_pass_for_two_seconds() -> None:
    seen = judge([*BOTH, Heard(11.9, 12.1, 1, 503, None, may_wait=True)])
    assert seen.refused == 1
    assert seen.is_good()


def test_one_worker_that_says_nothing_or_only_what_was_is_not_hidden_by_the_other() -> None:
    silent = [one for one in BOTH if one.worker == 2 or not 20 < one.asked < 22.5]
    assert judge(silent).silent_s > 2
    assert not judge(silent).is_good()
    at_the_end = [one for one in BOTH if one.worker == 2 or one.asked < 37]
    assert not judge(at_the_end).is_good()
    late = [*answers(1, 0, ENDED), *answers(2, 0.05, ENDED, since=12.0)]
    assert judge(late).anew_s == pytest.approx(2.06)
    assert judge(late).is_good()
    later = [*answers(1, 0, ENDED), *answers(2, 0.05, 10.2), *answers(2, 12.6, ENDED)]
    assert judge(later).anew_s > 2.5
    assert judge(later).wrong == 0
    assert not judge(later).is_good()


def test_a_killed_worker_must_have_a_successor() -> None:
    harms = Harm(WRITER, KILLED), Harm(WORKER, 20.0, worker=2)
    dies = [*answers(1, 0, ENDED), *answers(2, 0.05, 20)]
    assert judge(dies, *harms).workers_lost == 1
    assert not judge(dies, *harms).is_good()
    cut = Heard(19.99, 20.01, 2, 0, None)
    back = judge([*dies, cut, *answers(3, 24, ENDED)], *harms)
    assert (back.workers, back.cut, back.workers_lost) == (3, 1, 0)
    assert back.workers_back_s == pytest.approx(4.01)
    assert back.is_good()
    for bad in (Heard(25.0, 25.1, 1, 0, None), Heard(20.5, 22.6, 1, 0, None)):
        assert not judge([*dies, cut, bad, *answers(3, 24, ENDED)], *harms).is_good()
    assert not msgspec.structs.replace(back, workers_back_s=30.1).is_good()


def test_answers_of_damaged_bytes_are_told_and_end_with_the_damage() -> None:
    harms = Harm(WRITER, KILLED), Harm(DAMAGE, KILLED, until=KILLED + 2)
    seen = judge([*BOTH, Heard(11.0, 11.1, 1, 200, FALSE)], *harms)
    assert (seen.damaged, seen.wrong) == (1, 0)
    assert seen.damaged_s == pytest.approx(1.1)
    assert judge([*BOTH, Heard(12.1, 12.2, 1, 200, FALSE)], *harms).wrong == 1


GOOD = Kills(
    seen=Seen(right=9, workers=3, damaged=1, workers_back_s=3.0),
    back_s={"kept": 1.9},
    rebuilt_s={"gone": 4.0},
    start_s=0.4,
    torn=Torn(copies=300, whole_believed=2),
    damage_s=3.0,
)


def test_kills_are_good_when_all_of_it_was_done() -> None:
    assert GOOD.is_good()
    assert msgspec.structs.replace(GOOD, torn=None).is_good()
    for fault in (
        {"back_s": {"kept": 2.1}},
        {"back_s": {}},
        {"rebuilt_s": {"gone": 20.1}},
        {"damage_s": index_kills.DAMAGE_S + 1},
        {"nights_kept": 1},
        {"torn": Torn(copies=300, whole_believed=2, believed=1)},
        {"torn": Torn(copies=300, whole_believed=1)},
        {"torn": Torn(whole_believed=2)},
        {"seen": msgspec.structs.replace(GOOD.seen, workers=2)},
        {"seen": msgspec.structs.replace(GOOD.seen, damaged=0)},
        {"seen": msgspec.structs.replace(GOOD.seen, damaged_s=5.1)},
        {"seen": msgspec.structs.replace(GOOD.seen, wrong=1)},
    ):
        assert not msgspec.structs.replace(GOOD, **fault).is_good(), fault


def test_no_copy_is_torn_into_what_it_was() -> None:
    pick = random.Random(1)
    whole = pick.randbytes(90_000) + bytes(10)
    torn = [tear(whole, pick) for _ in range(400)]
    assert whole not in torn
    assert sum(len(one) < len(whole) for one in torn) > 50
    assert sum(one[-9:] == whole[-9:] for one in torn) > 50


def test_an_answer_is_read_with_its_status_and_whether_it_may_wait() -> None:
    good = watch.heard_of(Answer(200, BODY, 0, b"http/1.1 200 ok\r\n\r\n"), 1, 2, 7)
    assert good == Heard(1, 2, 7, 200, OLD)
    head = b"http/1.1 503 x\r\nretry-after: 2\r\n\r\n"
    assert watch.heard_of(Answer(503, b"{}", 0, head), 1, 2, 7).may_wait


class Service:
    """Answers searches until it is told to say nothing any more."""

    def __init__(self) -> None:
        self.silent = False
        self.talks = set[asyncio.Task[None]]()

    def begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.add(asyncio.ensure_future(self.talk(reader, writer)))

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with (
            contextlib.closing(writer),
            contextlib.suppress(asyncio.IncompleteReadError, ConnectionError),
        ):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                if self.silent:
                    continue
                length = f"content-length: {len(BODY)}".encode()
                writer.write(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n\r\n" + BODY)


@pytest.fixture
async def service() -> AsyncIterator[tuple[Service, int]]:
    one = Service()
    server = await asyncio.start_server(one.begin, "127.0.0.1", 0)
    yield one, server.sockets[0].getsockname()[1]
    server.close()
    await asyncio.gather(*one.talks)
    await asyncio.sleep(0)


async def hear(port: int, service: Service, silent_s: float) -> Watch:
    """What is heard of a service in which a writer is killed, and that then says nothing."""

    async def truth() -> Hits:
        return OLD

    seen = Watch(f"http://127.0.0.1:{port}", "x", truth, lambda _: 1, workers=1)
    await seen.begin()
    asking = asyncio.create_task(seen.keep_asking())
    await seen.until_each_is_held(5)
    seen.harms.append(Harm(WRITER, time.monotonic()))
    seen.epochs.append(Epoch(time.monotonic(), time.monotonic(), OLD))
    await asyncio.sleep(0.2)
    service.silent = silent_s > 0
    await asyncio.sleep(silent_s)
    seen.stop()
    await asking
    return seen


async def test_who_stops_answering_is_heard_to(
    service: tuple[Service, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, port = service
    good = (await hear(port, one, 0)).judge(LAG_S)
    assert good.is_good()
    assert good.workers == 1
    monkeypatch.setattr(watch, "PATIENCE_S", 0.5)
    monkeypatch.setattr(judging, "BACK_S", 0.4)
    bad = (await hear(port, one, 1)).judge(LAG_S)
    assert bad.right > 0
    assert bad.failed > 0
    assert bad.unanswered_s > 0.9
    assert not bad.is_good()


async def test_whose_a_connection_is_is_known(service: tuple[Service, int]) -> None:
    _, port = service
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    mine = writer.get_extra_info("sockname")[1]
    assert holder_of([1, os.getpid()], port, mine) == os.getpid()
    assert holder_of([1], port, mine) == 0
    assert holder_of([os.getpid()], port, 1) == 0
    writer.close()
