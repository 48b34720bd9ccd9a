"""A served demonstration whose clock a test moves (the process is `tests.browser.driven`)."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from loadtests.serving import ROOT, free_port
from tests.conftest import NOW, SECRET

READY_S = 240


class Driven:
    """A served demonstration whose clock a test moves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.set_clock(NOW)

    def set_clock(self, at: datetime) -> None:
        held = self.folder / "clock.new"
        held.write_text(at.isoformat())
        held.replace(self.folder / "clock")

    def crowd(self, giving_way: int, most: int) -> None:
        """From now on so many are let in at once."""
        held = self.folder / "crowd.new"
        held.write_text(f"{giving_way} {most}")
        held.replace(self.folder / "crowd")

    def calm(self) -> None:
        """Everybody is let in again."""
        (self.folder / "crowd").unlink(missing_ok=True)

    def tail(self) -> str:
        return (self.folder / "log").read_text()[-3_000:]

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            address = f"{self.address}/health/ready"
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
                return answer.status == 200
        return False

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`hub agreements` beside the served application."""
        return subprocess.run(
            [sys.executable, "-m", "hub.cli", "agreements", *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": (self.folder / "ready").read_text(),
                "HUB_SECRET_KEY": SECRET.decode(),
                "HUB_DATA": str(self.folder),
            },
            capture_output=True,
            text=True,
            check=False,
        )


@contextlib.contextmanager
def driven_site(folder: Path, *, past_bookings: int, stand_in: bool = False) -> Iterator[Driven]:
    """The site in a process of its own, with so many shared bookings of the past year, and the
    payment service's stand-in beside it if it is asked for."""
    driven = Driven(folder)
    command = [sys.executable, "-m", "tests.browser.driven", str(folder), str(driven.port)]
    beside = [str(free_port())] if stand_in else []
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, str(past_bookings), *beside],
            cwd=ROOT,
            # Links in letters are signed with the key that the pages know.
            env={**os.environ, "HUB_SECRET_KEY": SECRET.decode()},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + READY_S
        while not driven.is_ready():
            assert process.poll() is None, driven.tail()
            assert time.monotonic() < deadline, driven.tail()
            time.sleep(0.2)
        yield driven
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
