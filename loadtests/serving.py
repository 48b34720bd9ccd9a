"""A real `hub demo`, served on loopback as a user would serve it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec

from hub.core.postgres_place import choose_home, server_account
from loadtests.processes import descendants

ROOT = Path(__file__).parents[1]
READY_S, STOPPED_S = 300, 300


class Served(msgspec.Struct, kw_only=True):
    """A running demonstration: its address, its data, its supervisor."""

    address: str
    home: Path
    environment: dict[str, str]
    arguments: list[str]
    process: subprocess.Popen[bytes]
    lost: bool = False

    @property
    def log(self) -> Path:
        return self.home / "log"

    def wait_until_ready(self) -> None:
        """Until web and database answer; a test's time is bounded by it."""
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.tail()
            with contextlib.suppress(OSError):
                address = f"{self.address}/health/ready"
                with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            time.sleep(0.1)
        raise AssertionError(self.tail())

    def tail(self) -> str:
        return self.log.read_text()[-3000:]

    def lose(self) -> None:
        """The machine is gone with everything that ran on it; nothing of it ends well."""
        self.lost = True
        for pid in (self.process.pid, *descendants(self.process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def start_again(self) -> None:
        self.process = launch(self.arguments, self.environment, self.log)
        self.wait_until_ready()


def today() -> date:
    """The day at the demonstration's houses, whatever the zone of this machine."""
    return datetime.now(ZoneInfo("Europe/Paris")).date()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launch(arguments: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "hub.cli", *arguments],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            start_new_session=True,
        )


@contextlib.contextmanager
def served_demo(
    department: str,
    *,
    workers: int,
    stand_in: bool = False,
    database_url: str | None = None,
    home: Path | None = None,
    data: Path | None = None,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Generator[Served]:
    """`hub demo` with the lodgings of one department; it must stop cleanly on Ctrl-C. With
    `stand_in`, guests pay on the hosted page of the stand-in for Stripe, as in `make demo`; with
    `database_url` the database is another's, with `home` the files are where the caller wants, with
    `data` the hub's own are; `more` is for its environment."""
    home = home or Path(tempfile.mkdtemp(prefix="hub-served-"))
    home.mkdir(parents=True, exist_ok=True)
    data = data or home / "data"
    port = int(more.get("HUB_PORT") or free_port())
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "HUB_DATA": str(data),
        "HUB_PORT": str(port),
        "HUB_WORKERS": str(workers),
        "HUB_FAKE_STRIPE": "1" if stand_in else "0",
        "HUB_FAKE_STRIPE_PORT": str(free_port()),
        **({} if database_url is None else {"DATABASE_URL": database_url}),
        **more,
    }
    arguments = ["demo", "--departments", department]
    served = Served(
        address=f"http://127.0.0.1:{port}",
        home=home,
        environment=environment,
        arguments=arguments,
        process=launch(arguments, environment, home / "log"),
    )
    try:
        served.wait_until_ready()
        yield served
    finally:
        if not served.lost:
            served.process.send_signal(signal.SIGINT)
        code = served.process.wait(STOPPED_S)
        told = served.tail()
        shutil.rmtree(choose_home(data / "postgres", server_account()), ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
    assert served.lost or code == 0, told
