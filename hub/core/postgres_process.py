"""Processes of PostgreSQL as /proc and postmaster.pid show them, and small files kept whole."""

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

log = logging.getLogger(__name__)


def is_ready(lines: list[str], pid: int) -> bool:
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def born_at(pid: int) -> int | None:
    """Start of a live process named ``postgres``, in clock ticks; None for anything else."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    name, _, rest = text.partition("(")[2].rpartition(")")
    fields = rest.split()
    return int(fields[19]) if name == "postgres" and fields[0] not in "ZX" else None


def end_process(process: subprocess.Popen[bytes], timeout_s: float) -> None:
    for number, patience_s in ((signal.SIGINT, timeout_s), (signal.SIGQUIT, 10)):
        process.send_signal(number)
        try:
            process.wait(patience_s)
            return
        except subprocess.TimeoutExpired:
            log.warning("PostgreSQL %d did not stop within %g s.", process.pid, patience_s)
    process.kill()
    process.wait()


def send_signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def wait_until(done: Callable[[], bool], patience_s: float) -> None:
    until = time.monotonic() + patience_s
    while not done() and time.monotonic() < until:
        time.sleep(0.005)


def read_lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except FileNotFoundError:
        return []


def write_file(path: Path, text: str) -> None:
    """Replace a small private file, whole or not at all, also if the power fails."""
    new = path.with_name(path.name + ".half")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
