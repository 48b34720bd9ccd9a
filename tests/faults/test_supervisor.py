"""One command and its children: order, restarts, and nothing left behind by any death."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.launcher_process import (
    PACKAGES,
    QUICK,
    ROOT,
    eventually,
    none_left_in,
    quick_directory,
    runs,
)

SUPERVISE = """
import asyncio, json, os, signal, sys
from pathlib import Path
import uvloop
from hub.core import postgres
from hub.core.supervisor import Child, supervise

# A shell that starts the tests behind itself has these ignored, and so would every child.
for number in (signal.SIGINT, signal.SIGQUIT):
    signal.signal(number, signal.SIG_DFL)
asked = json.loads(sys.argv[1])
children = [Child(env=dict(os.environ), **child) for child in asked["children"]]
start = None
if asked["home"]:
    start = lambda: postgres.start(Path(asked["home"]), settings=asked["settings"], deadline_s=60)
database = start() if start else None
if database:
    print("dsn", database.dsn(), flush=True)

async def wait():
    while asked["awaited"] and not os.path.exists(asked["awaited"]):
        await asyncio.sleep(0.02)

work = supervise(
    database, start, children, until_ready=wait, on_ready=lambda: print("all are up", flush=True)
)
raise SystemExit((uvloop.run if asked["uvloop"] else asyncio.run)(work))
"""
TELL = "trap 'echo asked to stop; exit 0' TERM; echo pid $$; while :; do sleep 0.05; done"
DEAF = "trap '' TERM; echo pid $$; while :; do sleep 0.05; done"


def child(name: str, script: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "argv": ["sh", "-c", script], **more}


class Supervisor:
    """A supervisor in its own process; its output is read as it comes."""

    def __init__(
        self,
        place: Path,
        *children: dict[str, Any],
        home: Path | None = None,
        awaited: Path | None = None,
        uvloop: bool = False,
    ) -> None:
        asked = {
            "children": children,
            "home": str(home) if home else None,
            "awaited": str(awaited) if awaited else None,
            "settings": QUICK | {"fsync": "off"},
            "uvloop": uvloop,
        }
        search = os.pathsep.join([str(ROOT), *PACKAGES])
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, json.dumps(asked)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=place,
            env={**os.environ, "PYTHONPATH": search, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def says(self, pattern: str, times: int = 1, within_s: float = 90) -> list[str]:
        """Wait until so many lines match; what the first group (or all) of each caught."""

        def found() -> list[str]:
            matches = [re.search(pattern, line) for line in list(self.lines)]
            return [match[match.re.groups and 1] for match in matches if match]

        assert eventually(lambda: len(found()) >= times, within_s), "\n".join(self.lines)
        return found()

    def pids(self, name: str, times: int = 1) -> list[int]:
        return [int(pid) for pid in self.says(rf" {name} +\| pid (\d+)", times)]

    def signal(self, number: int, within_s: float = 30) -> int:
        self.process.send_signal(number)
        return self.process.wait(within_s)

    def close(self) -> None:
        for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(5)
        self.reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def place() -> Iterator[Path]:
    directory = quick_directory()
    with none_left_in(directory):
        yield directory
    shutil.rmtree(directory)


@pytest.fixture
def supervisor(place: Path) -> Iterator[Any]:
    """Starts supervisors, and ends them after the test."""
    started: list[Supervisor] = []

    def launch(*children: dict[str, Any], **more: Any) -> Supervisor:
        started.append(Supervisor(place, *children, **more))
        return started[-1]

    yield launch
    for each in started:
        each.close()


def postmaster(home: Path) -> int:
    return int((home / "pg" / "postmaster.pid").read_text().split("\n", 1)[0])


@pytest.mark.parametrize("uvloop", [False, True])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_the_children_and_then_the_database(
    supervisor: Any, place: Path, uvloop: bool, number: int
) -> None:
    home = place / "home"
    last = f"sleep 0.2; grep -q ready {home}/pg/postmaster.pid && echo database was up; exit 0"
    slow = f"trap '{last}' TERM; echo pid $$; while :; do sleep 0.05; done"
    hub = supervisor(child("web", TELL), child("worker", slow), home=home, uvloop=uvloop)
    hub.says("all are up")
    pids = hub.pids("web") + hub.pids("worker") + [postmaster(home)]
    assert hub.signal(number) == 0
    hub.says(r"web +\| asked to stop")
    hub.says(r"worker +\| database was up")
    assert not any(map(runs, pids))
    assert not (home / "pg" / "postmaster.pid").exists()


def test_it_is_ready_when_the_children_are_and_can_be_stopped_before(
    supervisor: Any, place: Path
) -> None:
    awaited = place / "answers"
    early = supervisor(child("web", TELL), awaited=awaited)
    early.pids("web")
    assert early.signal(signal.SIGINT) == 0
    late = supervisor(child("web", f"echo pid $$; touch {awaited}; sleep 60"), awaited=awaited)
    late.says("all are up")
    assert not any("all are up" in line for line in early.lines)


def test_a_child_that_dies_is_started_again_and_the_others_stay(supervisor: Any) -> None:
    hub = supervisor(child("web", TELL), child("worker", TELL))
    web, worker = hub.pids("web"), hub.pids("worker")
    os.kill(worker[0], signal.SIGKILL)
    hub.says(r"worker +\| ended \(-9\); again in 0 s")
    assert len(hub.pids("worker", times=2)) == 2
    assert hub.pids("web") == web
    assert runs(web[0])


def test_pauses_grow_while_a_child_fails_at_once(supervisor: Any) -> None:
    hub = supervisor(child("worker", "exit 3"))
    assert hub.says(r"ended \(3\); again in (\S+) s", times=5) == [
        "0", "0.5", "1.0", "2.0", "4.0",
    ]  # fmt: skip
    at = [float(each) for each in hub.says(r"^ *(\S+) .*ended", times=4)]
    assert at[2] - at[1] >= 0.5 - 0.02  # each is told to a hundredth
    assert at[3] - at[2] >= 1.0 - 0.02
    began = time.monotonic()
    assert hub.signal(signal.SIGTERM) == 0
    assert time.monotonic() - began < 3.5, "a pause must not delay the stop"


@pytest.mark.parametrize("uvloop", [False, True])
def test_a_killed_database_is_started_again_and_the_children_stay(
    supervisor: Any, place: Path, uvloop: bool
) -> None:
    home = place / "home"
    hub = supervisor(child("web", TELL), home=home, uvloop=uvloop)
    web, first = hub.pids("web"), postmaster(home)
    dsn = hub.says(r"dsn (\S+)")[0]
    with psycopg.connect(dsn) as connection:
        connection.execute("create table written as select 1 as n")
    os.kill(first, signal.SIGKILL)
    hub.says(r"database \| ready again")
    assert postmaster(home) != first
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select n from written").fetchone() == (1,)
    assert hub.pids("web") == web
    assert runs(web[0])
    assert hub.signal(signal.SIGINT) == 0
    assert not (home / "pg" / "postmaster.pid").exists()


def test_a_database_that_cannot_start_is_tried_again(supervisor: Any, place: Path) -> None:
    home = place / "home"
    hub = supervisor(child("web", TELL), home=home)
    hub.says("all are up")
    (home / "password").rename(home / "kept")
    os.kill(postmaster(home), signal.SIGKILL)
    hub.says(r"database \| .*password is missing")
    (home / "kept").rename(home / "password")
    hub.says(r"database \| ready again")
    assert hub.signal(signal.SIGINT) == 0


def test_what_a_child_left_in_its_group_is_killed(supervisor: Any) -> None:
    hub = supervisor(child("web", "sleep 60 & echo left $!; echo pid $$; wait"))
    left, web = int(hub.says(r"left (\d+)")[0]), hub.pids("web")[0]
    assert runs(left)
    os.kill(web, signal.SIGKILL)
    assert eventually(lambda: not runs(left), 40)


def test_a_child_that_will_not_stop_is_killed_in_its_time(supervisor: Any) -> None:
    hub = supervisor(child("worker", DEAF, stop_timeout_s=0.3))
    pid = hub.pids("worker")[0]
    assert hub.signal(signal.SIGTERM, within_s=20) == 0
    hub.says(r"worker +\| did not stop; killed")
    assert not runs(pid)


def test_a_child_is_stopped_by_the_signal_it_wants(supervisor: Any) -> None:
    script = "trap 'echo by quit; exit 0' QUIT; echo pid $$; while :; do sleep 0.05; done"
    hub = supervisor(child("worker", script, stop_signal=int(signal.SIGQUIT)))
    hub.pids("worker")
    assert hub.signal(signal.SIGINT) == 0
    hub.says("by quit")


def test_a_second_signal_kills_at_once(supervisor: Any, place: Path) -> None:
    home = place / "home"
    hub = supervisor(child("worker", DEAF, stop_timeout_s=60), home=home)
    pids = [*hub.pids("worker"), postmaster(home)]
    hub.process.send_signal(signal.SIGINT)
    hub.says("once more to kill")
    assert all(map(runs, pids))
    assert hub.signal(signal.SIGINT, within_s=20) == 128 + signal.SIGINT
    assert not any(map(runs, pids))


def test_a_killed_supervisor_leaves_nothing(supervisor: Any, place: Path) -> None:
    home = place / "home"
    kind = f"trap 'touch {place}/asked; exit 0' TERM; echo pid $$; while :; do sleep 0.05; done"
    hub = supervisor(child("web", kind), child("worker", TELL), home=home)
    pids = [*hub.pids("web"), *hub.pids("worker"), postmaster(home)]
    hub.signal(signal.SIGKILL)
    assert eventually(lambda: not any(map(runs, pids)), 40)
    assert (place / "asked").exists()
    assert not (home / "pg" / "postmaster.pid").exists()


def test_output_is_told_by_name_whatever_it_holds(supervisor: Any) -> None:
    long = "head -c 200000 /dev/zero | tr '\\0' x; echo; printf 'caf\\351\\n'; echo last >&2; "
    hub = supervisor(child("web", long + "printf unended; sleep 60"))
    hub.says(r"^ +\d+\.\d\d web      \| last$")
    hub.says(r"web +\| caf\ufffd$")
    assert sum(line.count("x") for line in hub.lines) == 200_000
    assert hub.signal(signal.SIGTERM) == 0
    hub.says(r"web +\| unended$")
