"""A launcher in a process of its own, which a test may kill; run as the user the test names."""

import contextlib
import json
import os
import pwd
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hub.core.postgres_place import find_setpriv

ROOT = Path(__file__).resolve().parents[2]
QUICK = {"shared_buffers": "8MB", "max_connections": "12", "max_wal_size": "64MB"}
PACKAGES = [path for path in sys.path if path.endswith("site-packages")]

LAUNCH = """
import json, signal, sys
from pathlib import Path
from hub.core import postgres, postgres_place

asked = json.loads(sys.argv[1])
postgres_place.RELOCATED = Path(asked["relocated"])
try:
    server = postgres.start(
        Path(asked["home"]),
        binaries=Path(asked["binaries"]) if asked["binaries"] else None,
        settings=asked["settings"],
        deadline_s=asked["deadline_s"],
    )
except postgres.PostgresError as error:
    print(json.dumps({"error": str(error)}), flush=True)
    raise SystemExit(3)
told = {"pid": server.pid, "port": server.port, "owned": server.owned, "dsn": server.dsn()}
told |= {"home": str(server.home), "socket_dir": str(server.socket_dir)}
asked_to_stop = {signal.SIGINT, signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, asked_to_stop)
print(json.dumps(told), flush=True)
signal.sigwait(asked_to_stop)
server.stop()
"""


def quick_directory() -> Path:
    """An empty directory that all may enter; in memory if there is room: kills need no disk."""
    memory = Path("/dev/shm")  # noqa: S108  each directory in it is private
    parent = None
    if os.access(memory, os.W_OK):
        room = os.statvfs(memory)
        roomy = room.f_bavail * room.f_frsize > 2_000_000_000
        parent = memory if roomy and not room.f_flag & os.ST_NOEXEC else None
    directory = Path(tempfile.mkdtemp(prefix="hub-pg-", dir=parent))
    directory.chmod(0o755)
    return directory


def interpreter(user: str | None) -> str:
    """A Python of our version that the user can run; ours may lie below a closed home."""
    if user is None:
        return sys.executable
    for candidate in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        command = [*switch(user), candidate, "-c", "import ctypes"]
        with contextlib.suppress(OSError):
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return candidate
    return ""


class Launcher:
    """One launcher process; ``told`` is what it said of its server, or of its failure."""

    def __init__(
        self,
        home: Path,
        *,
        user: str | None = None,
        binaries: Path | None = None,
        settings: dict[str, str] | None = None,
        deadline_s: float = 20,
        environment: dict[str, str] | None = None,
        relocated: Path | None = None,
    ) -> None:
        asked = {
            "home": str(home),
            "relocated": str(relocated or home.parent / "relocated"),
            "binaries": str(binaries) if binaries else None,
            "settings": QUICK | {"fsync": "off"} | (settings or {}),
            "deadline_s": deadline_s,
        }
        self.process = subprocess.Popen(
            [*switch(user), interpreter(user), "-c", LAUNCH, json.dumps(asked)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(ROOT), *PACKAGES]),
                "PYTHONDONTWRITEBYTECODE": "1",
                **(environment or {}),
            },
            cwd="/",
        )

    def tells(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        readable, _, _ = select.select([self.process.stdout], [], [], 30)
        assert readable, "the launcher said nothing in 30 s"
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": self.process.communicate(timeout=30)[1]}

    def signal(self, number: int) -> int:
        """Send it and wait for the launcher to end; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(20)

    def close(self) -> None:
        """End it kindly; ``said`` then holds what it logged. Safe to call twice."""
        if self.process.poll() is None:
            self.process.terminate()
        assert self.process.stderr is not None
        if not self.process.stderr.closed:
            self.said = self.process.communicate(timeout=20)[1]


def switch(user: str | None) -> list[str]:
    """The command that runs what follows as ``user``, a number with or without a name."""
    if user is None:
        return []
    group = user
    with contextlib.suppress(KeyError):
        group = str(pwd.getpwuid(int(user)).pw_gid)
    return [find_setpriv(), "--reuid", user, "--regid", group, "--clear-groups"]


def eventually(holds: Any, within_s: float = 40) -> bool:
    until = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def runs(pid: int) -> bool:
    """Whether a process with this pid lives (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def inhabitants(home: Path) -> list[int]:
    """Processes whose working directory lies in ``home``."""
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(home) in os.readlink(entry / "cwd"):
                found.append(int(entry.name))
    return found


@contextlib.contextmanager
def none_left_in(home: Path) -> Iterator[None]:
    """Nothing of ``home`` may run afterwards; what does is killed, and the test fails."""
    try:
        yield
    finally:
        gone = eventually(lambda: not inhabitants(home), 10)
        for pid in inhabitants(home):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert gone, "processes were left running"
