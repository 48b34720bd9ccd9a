"""Launcher of the embedded PostgreSQL: one command's own server, which no accident may lose.

The launcher holds a ``flock`` while its server runs; other launchers of the same home attach to it.
The kernel interrupts the server when the launcher dies. ``postmaster.pid`` is never deleted: its
shared-memory line is PostgreSQL's guard against orphans of a killed server still writing.
"""

import contextlib
import fcntl
import logging
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

import msgspec

from hub.core.postgres_place import (
    Account,
    PostgresError,
    choose_binaries,
    choose_home,
    make_socket_directory,
    server_account,
)

__all__ = ["PostgresError", "Server", "start"]

log = logging.getLogger(__name__)

DEFAULT_SETTINGS: Mapping[str, str] = {
    "shared_buffers": "512MB",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "wal_level": "replica",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "fsync": "on",
}
ATTEMPTS = 5
LOG_BYTES = 10_000_000
PASSING_TROUBLE = ("pre-existing shared memory block", "could not create any TCP/IP sockets")
# Shell built-ins only, and run as the server's user: a container's root may not look into /proc.
INHABITANTS = 'for p in /proc/[0-9]*; do [ "$p/cwd" -ef "$1" ] && echo "${p#/proc/}"; done; :'


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
        return _born(self.pid) == self.born

    def ask_to_stop(self) -> None:
        """Begin PostgreSQL's fast stop, without waiting; only if owned."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)

    def stop(self, timeout_s: float = 30) -> None:
        """Stop fast, or after ``timeout_s`` at once (then it recovers at the next start)."""
        if self.process is not None:
            _end(self.process, timeout_s)
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
    while (lock := _try_lock(home / "lock")) is None:
        if (server := _attach(home)) is not None:
            return server
        if time.monotonic() > until:
            raise PostgresError(
                f"another launcher holds {home / 'lock'}, but its server is not ready: stop that "
                "launcher, or wait for it."
            )
        time.sleep(0.01)
    try:
        chosen = choose_binaries(binaries, account)
        return _Launch(
            home=home,
            binaries=chosen,
            account=account,
            settings={**DEFAULT_SETTINGS, **settings},
            until=until,
            lock=lock,
        ).server()
    except BaseException:
        os.close(lock)
        raise


class _Launch(msgspec.Struct, kw_only=True, frozen=True):
    """One start, with the lock held."""

    home: Path
    binaries: Path
    account: Account
    settings: Mapping[str, str]
    until: float
    lock: int

    @property
    def data(self) -> Path:
        return self.home / "pg"

    def server(self) -> Server:
        self.check_or_make_cluster()
        for _ in range(ATTEMPTS):
            self.settle()
            socket_dir = make_socket_directory(self.home, self.account)
            port = _free_port(self.home / "port")
            written = _size(self.home / "postgres.log")
            process = self.spawn(socket_dir, port)
            if self.becomes_ready(process):
                born = _born(process.pid) or 0
                _write(self.home / "port", str(port))
                _write(self.home / "server", f"{process.pid} {born}")
                return Server(
                    home=self.home,
                    socket_dir=socket_dir,
                    port=port,
                    pid=process.pid,
                    owned=True,
                    born=born,
                    process=process,
                    lock=self.lock,
                )
            complaint = (self.home / "postgres.log").read_bytes()[written:].decode(errors="replace")
            if not any(trouble in complaint for trouble in PASSING_TROUBLE):
                raise PostgresError(_did_not_start(complaint, self.home / "postgres.log"))
        raise PostgresError(_did_not_start("", self.home / "postgres.log"))

    def check_or_make_cluster(self) -> None:
        major = self.major()
        if not self.data.exists():
            self.make_cluster(major)
        try:
            made_by = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise PostgresError(f"{self.data} holds no database: move it away.") from None
        if made_by != str(major):
            raise PostgresError(
                f"the database in {self.data} was made by PostgreSQL {made_by} and the binaries "
                f"are {major}: set PG_BIN to those of {made_by}, or dump and restore."
            )
        if not (self.home / "password").exists():
            raise PostgresError(f"{self.home / 'password'} is missing: put it back from a backup.")

    def major(self) -> int:
        answer = self.run([self.binaries / "postgres", "--version"])
        found = re.search(r"\) (\d+)", answer)
        if found is None:
            raise PostgresError(f"{self.binaries} is no PostgreSQL: it answers {answer!r}.")
        return int(found[1])

    def make_cluster(self, major: int) -> None:
        """Initialise under another name: a half-made cluster never has the final one."""
        half, password_file = self.home / "pg.new", self.home / "pwfile"
        self.clear(half, postmaster=None)
        if half.exists():
            shutil.rmtree(half)
        half.mkdir(0o700)
        self.account.own(half)
        if not (self.home / "password").exists():
            _write(self.home / "password", secrets.token_urlsafe(32))
        _write(password_file, (self.home / "password").read_text())
        self.account.own(password_file)
        try:
            self.run([self.binaries / "initdb", *self.initdb_options(half, password_file, major)])
        finally:
            password_file.unlink()
        half.rename(self.data)
        _sync_directory(self.home)

    def initdb_options(self, half: Path, password_file: Path, major: int) -> list[str]:
        provider = ["--locale-provider=builtin"] if major >= 17 else []
        hurry = ["--no-sync"] if self.settings["fsync"] == "off" else []
        return [
            f"--pgdata={half}",
            "--username=postgres",
            "--auth=scram-sha-256",
            f"--pwfile={password_file}",
            "--data-checksums",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            *provider,
            *hurry,
        ]

    def run(self, argv: list[str | Path]) -> str:
        command = self.account.command(argv, death_signal="KILL")
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                cwd="/",
                env=_environment(),
                timeout=max(self.until - time.monotonic(), 1),
                check=True,
            )
        except subprocess.CalledProcessError as error:
            said = (error.stderr or error.stdout).strip().splitlines() or ["nothing"]
            raise PostgresError(f"{argv[0]} failed, saying: {said[-1]}") from error
        except subprocess.TimeoutExpired as error:
            raise PostgresError(f"{argv[0]} took too long: give it a longer deadline.") from error
        return done.stdout

    def settle(self) -> None:
        """Let nothing of an earlier server run on, and let postmaster.pid be taken over."""
        lines = _lines(self.data / "postmaster.pid")
        first = lines[0].strip() if lines else ""
        named = int(first) if re.fullmatch(r"-?\d+", first) else None
        self.clear(self.data, postmaster=named)
        lines = _lines(self.data / "postmaster.pid")
        if (self.data / "postmaster.pid").exists():
            # PostgreSQL passes over its parent's pid, yet still reads the shared-memory line.
            new = self.home / "postmaster.pid.new"
            _write(new, "\n".join([str(os.getpid()), *lines[1:]]) + "\n")
            self.account.own(new)
            new.replace(self.data / "postmaster.pid")

    def clear(self, data: Path, *, postmaster: int | None) -> None:
        running = self.inhabitants(data)
        if postmaster is not None and -postmaster in running:
            raise PostgresError(f"process {-postmaster} uses {data} by hand: end it first.")
        if postmaster in running:
            _signal([postmaster], signal.SIGINT)
            patience_s = (self.until - time.monotonic()) / 2
            _wait(lambda: _born(postmaster) is None, patience_s)
        for number in (signal.SIGQUIT, signal.SIGKILL):
            left = self.inhabitants(data)
            _signal(left, number)
            _wait(lambda left=left: not any(map(_born, left)), 5)
        if left := self.inhabitants(data):
            raise PostgresError(f"processes {left} still use {data} and cannot be ended.")

    def inhabitants(self, data: Path) -> list[int]:
        """Live ``postgres`` processes whose working directory is ``data``."""
        if not data.exists():
            return []
        found = self.run(["sh", "-c", INHABITANTS, "sh", data]).split()
        return [pid for pid in map(int, found) if _born(pid) is not None]

    def spawn(self, socket_dir: Path, port: int) -> subprocess.Popen[bytes]:
        escaped = str(socket_dir).replace('"', '""')
        settings = {
            **self.settings,
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": f'"{escaped}"',
            "unix_socket_permissions": "0777" if self.account.switched else "0700",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        argv = [self.binaries / "postgres", "-D", self.data, *options]
        private = os.open(self.home / "postgres.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(private, "ab") as output:
            return subprocess.Popen(
                self.account.command(argv, death_signal="INT"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for the launcher alone
            )

    def becomes_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """False when the server ended by itself; PostgresError at the deadline."""
        try:
            while process.poll() is None:
                if _ready(_lines(self.data / "postmaster.pid"), process.pid):
                    return True
                if time.monotonic() > self.until:
                    raise PostgresError(
                        "PostgreSQL was not ready in time, perhaps still recovering: give it a "
                        f"longer deadline, and read {self.home / 'postgres.log'}."
                    )
                time.sleep(0.005)
        except BaseException:
            _end(process, 10)
            raise
        return False


def _attach(home: Path) -> Server | None:
    lines = _lines(home / "pg" / "postmaster.pid")
    record = " ".join(_lines(home / "server")).split()
    if len(record) != 2:
        return None
    pid, born = map(int, record)
    if not _ready(lines, pid) or _born(pid) != born:
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


def _ready(lines: list[str], pid: int) -> bool:
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _born(pid: int) -> int | None:
    """Start of a live process named ``postgres``, in clock ticks; None for anything else."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    name, _, rest = text.partition("(")[2].rpartition(")")
    fields = rest.split()
    return int(fields[19]) if name == "postgres" and fields[0] not in "ZX" else None


def _try_lock(path: Path) -> int | None:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _free_port(saved: Path) -> int:
    """The saved port, or any other when it is taken."""
    wanted = [int(line) for line in _lines(saved)[:1] if line.isdecimal()]
    for port in (*wanted, 0):
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(("127.0.0.1", port))
            return int(trial.getsockname()[1])
    raise PostgresError("no port of 127.0.0.1 can be taken: is the loopback interface up?")


def _end(process: subprocess.Popen[bytes], timeout_s: float) -> None:
    for number, patience_s in ((signal.SIGINT, timeout_s), (signal.SIGQUIT, 10)):
        process.send_signal(number)
        try:
            process.wait(patience_s)
            return
        except subprocess.TimeoutExpired:
            log.warning("PostgreSQL %d did not stop within %g s.", process.pid, patience_s)
    process.kill()
    process.wait()


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _wait(done: Callable[[], bool], patience_s: float) -> None:
    until = time.monotonic() + patience_s
    while not done() and time.monotonic() < until:
        time.sleep(0.005)


def _environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**inherited, "LC_ALL": "C"}  # we read its messages


def _did_not_start(complaint: str, whole: Path) -> str:
    fatal = [line for line in complaint.splitlines() if "FATAL" in line] or ["nothing fatal"]
    return f"PostgreSQL did not start, saying {fatal[-1]!r}: read {whole}."


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except FileNotFoundError:
        return []


def _size(path: Path) -> int:
    """Length of the log, begun anew when it has grown long."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".old"))
    return path.stat().st_size if path.exists() else 0


def _write(path: Path, text: str) -> None:
    """Replace a small private file, whole or not at all, also if the power fails."""
    new = path.with_name(path.name + ".half")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
