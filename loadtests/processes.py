"""The processes below a served demonstration."""

import contextlib
from pathlib import Path


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
