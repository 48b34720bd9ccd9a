"""One start of an embedded PostgreSQL: make its cluster, clear what is left of the last, run it."""

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec

from hub.core.postgres_place import Account, PostgresError, make_socket_directory
from hub.core.postgres_process import (
    born_at,
    end_process,
    is_ready,
    read_lines,
    send_signal,
    sync_directory,
    wait_until,
    write_file,
)

ATTEMPTS = 5
LOG_BYTES = 10_000_000
PASSING_TROUBLE = ("pre-existing shared memory block", "could not create any TCP/IP sockets")
# Shell built-ins only, and run as the server's user: a container's root may not look into /proc.
INHABITANTS = 'for p in /proc/[0-9]*; do [ "$p/cwd" -ef "$1" ] && echo "${p#/proc/}"; done; :'


class Launched(msgspec.Struct, kw_only=True, frozen=True):
    """A server that has become ready; ``born`` is its start in clock ticks."""

    socket_dir: Path
    port: int
    process: subprocess.Popen[bytes]
    born: int


class Launch(msgspec.Struct, kw_only=True, frozen=True):
    """One start of the server of ``home``, by the holder of its lock, at the latest ``until``."""

    home: Path
    binaries: Path
    account: Account
    settings: Mapping[str, str]
    until: float

    @property
    def data(self) -> Path:
        return self.home / "pg"

    def start(self) -> Launched:
        self.check_or_make_cluster()
        for _ in range(ATTEMPTS):
            self.settle()
            socket_dir = make_socket_directory(self.home, self.account)
            port = _free_port(self.home / "port")
            written = _size(self.home / "postgres.log")
            process = self.spawn(socket_dir, port)
            if self.becomes_ready(process):
                born = born_at(process.pid) or 0
                write_file(self.home / "port", str(port))
                write_file(self.home / "server", f"{process.pid} {born}")
                return Launched(socket_dir=socket_dir, port=port, process=process, born=born)
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
            write_file(self.home / "password", secrets.token_urlsafe(32))
        write_file(password_file, (self.home / "password").read_text())
        self.account.own(password_file)
        try:
            self.run([self.binaries / "initdb", *self.initdb_options(half, password_file, major)])
        finally:
            password_file.unlink()
        half.rename(self.data)
        sync_directory(self.home)

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
        lines = read_lines(self.data / "postmaster.pid")
        first = lines[0].strip() if lines else ""
        named = int(first) if re.fullmatch(r"-?\d+", first) else None
        self.clear(self.data, postmaster=named)
        lines = read_lines(self.data / "postmaster.pid")
        if (self.data / "postmaster.pid").exists():
            # PostgreSQL passes over its parent's pid, yet still reads the shared-memory line.
            new = self.home / "postmaster.pid.new"
            write_file(new, "\n".join([str(os.getpid()), *lines[1:]]) + "\n")
            self.account.own(new)
            new.replace(self.data / "postmaster.pid")

    def clear(self, data: Path, *, postmaster: int | None) -> None:
        running = self.inhabitants(data)
        if postmaster is not None and -postmaster in running:
            raise PostgresError(f"process {-postmaster} uses {data} by hand: end it first.")
        if postmaster in running:
            send_signal([postmaster], signal.SIGINT)
            patience_s = (self.until - time.monotonic()) / 2
            wait_until(lambda: born_at(postmaster) is None, patience_s)
        for number in (signal.SIGQUIT, signal.SIGKILL):
            left = self.inhabitants(data)
            send_signal(left, number)
            wait_until(lambda left=left: not any(map(born_at, left)), 5)
        if left := self.inhabitants(data):
            raise PostgresError(f"processes {left} still use {data} and cannot be ended.")

    def inhabitants(self, data: Path) -> list[int]:
        """Live ``postgres`` processes whose working directory is ``data``."""
        if not data.exists():
            return []
        found = self.run(["sh", "-c", INHABITANTS, "sh", data]).split()
        return [pid for pid in map(int, found) if born_at(pid) is not None]

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
                if is_ready(read_lines(self.data / "postmaster.pid"), process.pid):
                    return True
                if time.monotonic() > self.until:
                    raise PostgresError(
                        "PostgreSQL was not ready in time, perhaps still recovering: give it a "
                        f"longer deadline, and read {self.home / 'postgres.log'}."
                    )
                time.sleep(0.005)
        except BaseException:
            end_process(process, 10)
            raise
        return False


def _free_port(saved: Path) -> int:
    """The saved port, or any other when it is taken."""
    wanted = [int(line) for line in read_lines(saved)[:1] if line.isdecimal()]
    for port in (*wanted, 0):
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(("127.0.0.1", port))
            return int(trial.getsockname()[1])
    raise PostgresError("no port of 127.0.0.1 can be taken: is the loopback interface up?")


def _environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**inherited, "LC_ALL": "C"}  # we read its messages


def _did_not_start(complaint: str, whole: Path) -> str:
    fatal = [line for line in complaint.splitlines() if "FATAL" in line] or ["nothing fatal"]
    return f"PostgreSQL did not start, saying {fatal[-1]!r}: read {whole}."


def _size(path: Path) -> int:
    """Length of the log, begun anew when it has grown long."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".old"))
    return path.stat().st_size if path.exists() else 0
