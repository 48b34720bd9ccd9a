"""Launcher of the embedded PostgreSQL: one command's own server, which no accident may lose.

The launcher holds a ``flock`` while its server runs; other launchers of the same home attach to it.
The kernel interrupts the server when the launcher dies. ``postmaster.pid`` is never deleted: its
shared-memory line is PostgreSQL's guard against orphans of a killed server still writing.
"""

import fcntl
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

import msgspec

from hub.core.postgres_launch import Launch
from hub.core.postgres_place import (
    PostgresError,
    choose_binaries,
    choose_home,
    client_program,
    server_account,
)
from hub.core.postgres_process import born_at, end_process, is_ready, read_lines

__all__ = ["PostgresError", "Server", "client_program", "start"]

DEFAULT_SETTINGS: Mapping[str, str] = {
    "shared_buffers": "512MB",
    "max_connections": "200",
    "min_wal_size": "1GB",  # segments are kept and used again: a new one costs a flush of 16 MB
    "max_wal_size": "4GB",
    "wal_level": "replica",
    "max_slot_wal_keep_size": "16GB",  # a backup that hangs must not fill the disk
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "log_error_verbosity": "terse",  # its log quotes no row that broke a rule
    "fsync": "on",
}


class Server(msgspec.Struct, kw_only=True):
    """A running server; ``owned`` when this process launched it and so may stop it."""

    home: Path
    socket_dir: Path
    port: int
    pid: int
    owned: bool
    born: int
    process: subprocess.Popen[bytes] | None = None
    lock: int | None = None

    def dsn(
        self, role: str = "postgres", database: str = "postgres", password: str | None = None
    ) -> str:
        """URL over the Unix socket, for asyncpg and libpq; knows the superuser's password."""
        if password is None and role == "postgres":
            password = (self.home / "password").read_text()
        login = quote(role, safe="") + (f":{quote(password, safe='')}" if password else "")
        place = urlencode({"host": str(self.socket_dir), "port": self.port}, quote_via=quote)
        return f"postgresql://{login}@/{quote(database, safe='')}?{place}"

    def alive(self) -> bool:
        """Whether the server's process runs; reaps it if it is our child and has ended."""
        if self.process is not None:
            return self.process.poll() is None
        return born_at(self.pid) == self.born

    def ask_to_stop(self) -> None:
        """Begin PostgreSQL's fast stop, without waiting; only if owned."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)

    def stop(self, timeout_s: float = 30) -> None:
        """Stop fast, or after ``timeout_s`` at once (then it recovers at the next start)."""
        if self.process is not None:
            end_process(self.process, timeout_s)
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None


def start(
    home: Path,
    *,
    binaries: Path | None = None,
    settings: Mapping[str, str] = {},
    deadline_s: float = 60,
) -> Server:
    """Start the server of ``home``, or attach to the one that another launcher runs there.

    ``settings`` override DEFAULT_SETTINGS (an attached server keeps its own). Raises PostgresError.
    Main thread only: the kernel's death signal follows the thread that starts the server.
    """
    assert threading.current_thread() is threading.main_thread(), "start it on the main thread"
    until = time.monotonic() + deadline_s
    account = server_account()
    home = choose_home(home, account)
    found = _attach_or_lock(home, until)
    if isinstance(found, Server):
        return found
    try:
        launched = Launch(
            home=home,
            binaries=choose_binaries(binaries, account),
            account=account,
            settings={**DEFAULT_SETTINGS, **settings},
            until=until,
        ).start()
    except BaseException:
        os.close(found)
        raise
    return Server(
        home=home,
        socket_dir=launched.socket_dir,
        port=launched.port,
        pid=launched.process.pid,
        owned=True,
        born=launched.born,
        process=launched.process,
        lock=found,
    )


def _attach_or_lock(home: Path, until: float) -> Server | int:
    while (lock := _try_lock(home / "lock")) is None:
        if (server := _attach(home)) is not None:
            return server
        if time.monotonic() > until:
            raise PostgresError(
                f"another launcher holds {home / 'lock'}, but its server is not ready: stop that "
                "launcher, or wait for it."
            )
        time.sleep(0.01)
    return lock


def _attach(home: Path) -> Server | None:
    lines = read_lines(home / "pg" / "postmaster.pid")
    record = " ".join(read_lines(home / "server")).split()
    if len(record) != 2:
        return None
    pid, born = map(int, record)
    if not is_ready(lines, pid) or born_at(pid) != born:
        return None
    server = Server(
        home=home, socket_dir=Path(lines[4]), port=int(lines[3]), pid=pid, owned=False, born=born
    )
    return server if _accepts(server.socket_dir / f".s.PGSQL.{server.port}") else None


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(1)
        try:
            caller.connect(str(path))
        except OSError:
            return False
    return True


def _try_lock(path: Path) -> int | None:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
