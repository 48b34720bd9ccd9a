"""The processes below a served demonstration."""

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

_TICKS_S = os.sysconf("SC_CLK_TCK")
_LOOK_S, _CALM = 0.3, 3


def descendants(pid: int) -> list[int]:
    """The processes below one, nearest first."""
    found: list[int] = []
    for child in children(pid):
        found += [child, *descendants(child)]
    return found


def children(pid: int) -> list[int]:
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # pid (name) state parent …: the name may hold anything, so look behind its bracket.
            text = stat.read_text()
            if int(text.rpartition(")")[2].split()[1]) == pid:
                found.append(int(text.split(" ", 1)[0]))
    return sorted(found)


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        return ""


def find(pid: int, *words: str) -> list[int]:
    """The processes below one whose command line or title holds one of these words."""
    return [found for found in descendants(pid) if any(word in command(found) for word in words)]


def holder_of(pids: Iterable[int], server_port: int, client_port: int) -> int:
    """Which of some processes holds the server's end of a TCP connection on loopback; 0 when none
    does."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        ports = tuple(int(end.rpartition(":")[2], 16) for end in fields[1:3])
        if ports == (server_port, client_port):
            name = f"socket:[{fields[9]}]"
            return next((pid for pid in pids if name in _open_files(pid)), 0)
    return 0


def _open_files(pid: int) -> set[str]:
    found = set[str]()
    with contextlib.suppress(OSError):
        for one in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(str(one.readlink()))
    return found


def until_idle(pid: int, *, longest_s: float = 180) -> None:
    """Wait until a process and those below it have nothing to do any more: several looks in a row
    find no thread that runs or would run, and not more than a tenth of the time spent. What a
    service still makes ready after its first answer is then not measured with it. Raises when it
    never rests."""
    until, calm = time.monotonic() + longest_s, 0
    spent = _spent_s(pid)
    while calm < _CALM:
        assert time.monotonic() < until, "the service does not come to rest"
        time.sleep(_LOOK_S)
        before, spent = spent, _spent_s(pid)
        rests = spent is not None and before is not None and spent - before <= _LOOK_S / 10
        calm = calm + 1 if rests else 0


def _spent_s(pid: int) -> float | None:
    """The processor's seconds of a process and those below it; none while one of their threads runs
    or waits for a processor."""
    spent = 0
    for one in (pid, *descendants(pid)):
        for stat in Path(f"/proc/{one}/task").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if fields[0] == "R":
                    return None
                spent += int(fields[11]) + int(fields[12])
    return spent / _TICKS_S
