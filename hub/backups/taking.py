"""Whole copies of a running cluster, by PostgreSQL's own tools."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import msgspec

from hub.backups import policy
from hub.backups.models import BackupError, Copy
from hub.core import postgres

_FIRST = re.compile(r"START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)")

ASIDE = "wal.until-"  # changes that nothing follows on, with the instant at which it was noticed


def take_copy(dsn: str, folder: Path) -> str:
    """Copy the whole cluster while it works; the copy's name. It is checked byte by byte, and has
    its name only once it is whole: whatever is interrupted leaves a `.new` that the next clears."""
    copies = open_folder(folder) / "copies"
    for left in copies.glob("*.new"):
        shutil.rmtree(left)
    begun = datetime.now(UTC)
    name = f"{begun:%Y%m%dT%H%M%SZ}"
    half = copies / f"{name}.new"
    half.mkdir(0o700)
    data = half / "data"
    say_it(
        "pg_basebackup",
        [
            f"--pgdata={data}",
            "--format=plain",
            "--wal-method=stream",
            "--checkpoint=fast",
            "--manifest-checksums=SHA256",
            f"--label=usage-hub {name}",
            "--no-password",
        ],
        dsn,
    )
    say_it("pg_verifybackup", ["--quiet", str(data)])
    label = _FIRST.search((data / "backup_label").read_text())
    if label is None:
        raise BackupError("The copy does not say where it begins.")
    copy = Copy(
        begun_at=begun,
        whole_at=datetime.now(UTC),
        first_segment=label[1],
        major=int((data / "PG_VERSION").read_text()),
    )
    write_copy(half, copy)
    half.rename(copies / name)
    return name


def write_copy(place: Path, copy: Copy) -> None:
    """What a copy says of itself, beside its files."""
    (place / "copy.json").write_text(json.dumps(msgspec.to_builtins(copy), indent=2) + "\n")


def list_copies(folder: Path) -> dict[str, Copy]:
    """The whole copies of a folder, by name."""
    return {
        place.parent.name: msgspec.json.decode(place.read_bytes(), type=Copy)
        for place in sorted((folder / "copies").glob("*/copy.json"))
        if not place.parent.name.endswith(".new")
    }


def drop_old(folder: Path, keep: int) -> None:
    """Keep the newest copies, and the changes that they need; what was put aside, as long as a copy
    that it follows on is kept."""
    for name in policy.list_droppable_copies(list_copies(folder), keep):
        shutil.rmtree(folder / "copies" / name)
    wal = folder / "wal"
    names = [path.name for path in wal.iterdir()]
    for name in policy.list_droppable_segments(list_copies(folder).values(), names):
        (wal / name).unlink()
    oldest = min(list_copies(folder), default="")
    for aside in folder.glob(f"{ASIDE}*"):
        if aside.name.removeprefix(ASIDE) < oldest:
            shutil.rmtree(aside)


def open_folder(folder: Path) -> Path:
    """A folder that only its owner may enter: it holds everything of everybody."""
    folder.mkdir(0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for part in ("copies", "wal"):
        (folder / part).mkdir(0o700, exist_ok=True)
    return folder


def say_it(program: str, arguments: Sequence[str], dsn: str | None = None) -> str:
    """Run one of PostgreSQL's programs to its end; `BackupError` with its last words."""
    command, environment = prepare(program, arguments, dsn)
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines() or ["nothing"]
        raise BackupError(f"{program} failed, saying: {said[-1]}")
    return done.stdout


def prepare(
    program: str, arguments: Sequence[str], dsn: str | None = None
) -> tuple[list[str], dict[str, str]]:
    """Its command line and environment. The password goes by the environment, which other accounts
    of the machine cannot read."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment["LC_ALL"] = "C"
    command = [postgres.client_program(program), *arguments]
    if dsn is not None:
        place = urlsplit(dsn)
        user, _, address = place.netloc.rpartition("@")
        name, _, password = user.partition(":")
        kept = place._replace(netloc=f"{name}@{address}" if name else address)
        command.append(f"--dbname={urlunsplit(kept)}")
        if password:
            environment["PGPASSWORD"] = unquote(password)
    return command, environment
