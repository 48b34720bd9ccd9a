"""Where the files of an index lie: in shared memory when it has room, its snapshot on the disk."""

import contextlib
import hashlib
import os
import shutil
from pathlib import Path

OURS = f"hub-index-{os.getuid()}-"
OWNER = "owner"  # names the data that a folder in memory belongs to
MEMORY = Path("/dev/shm")  # noqa: S108  the machine's shared memory; our folder in it is private


def home(data: Path) -> Path:
    """The folder of what is kept: the pointer to the live file, the lock, the snapshot."""
    return data / "index"


def pointer(data: Path) -> Path:
    """The file that names the live one; it is replaced, never written in place."""
    return home(data) / "current"


def snapshot(data: Path) -> Path:
    return home(data) / "snapshot"


def lock(data: Path) -> Path:
    return home(data) / "writer.lock"


def live_folder(data: Path, size: int) -> Path:
    """Where a file of this size can live: in memory, or beside what is kept."""
    home(data).mkdir(parents=True, exist_ok=True)  # first: without it the memory is nobody's
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        room = os.statvfs(MEMORY)
        if room.f_bavail * room.f_frsize > size + size // 4:
            folder = memory_folder(data)
            folder.mkdir(mode=0o700, exist_ok=True)
            (folder / OWNER).write_text(str(data.resolve()))
            return folder
    return home(data)


def memory_folder(data: Path) -> Path:
    """The folder in memory of these data; it need not exist."""
    name = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    return MEMORY / f"{OURS}{name}"


def half(folder: Path, process: int) -> Path:
    """The file that a process builds, until it is whole."""
    return folder / f"half-{process}"


def forget_half(data: Path, process: int) -> None:
    """Give back what a process that ended had built until then."""
    for folder in (home(data), memory_folder(data)):
        half(folder, process).unlink(missing_ok=True)


def clear_abandoned() -> None:
    """Give back the memory of indexes whose data are gone: their writers were killed, and nobody
    starts them again."""
    for folder in MEMORY.glob(f"{OURS}*"):
        with contextlib.suppress(OSError):
            if not home(Path((folder / OWNER).read_text())).exists():
                shutil.rmtree(folder)


def point(data: Path, live: Path) -> None:
    """Make a file the live one, at once."""
    home(data).mkdir(parents=True, exist_ok=True)
    half = home(data) / f"current-{os.getpid()}"
    half.write_text(str(live))
    half.rename(pointer(data))


def leave(data: Path, live: Path) -> None:
    """Give the memory of the live file back: the snapshot is what the next start takes."""
    pointer(data).unlink(missing_ok=True)
    live.unlink(missing_ok=True)
    if live.parent.parent == MEMORY:
        (live.parent / OWNER).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # somebody else's file is in it
            live.parent.rmdir()


def pointed(data: Path) -> Path | None:
    """The live file, if there is one."""
    try:
        return Path(pointer(data).read_text())
    except FileNotFoundError:
        return None
