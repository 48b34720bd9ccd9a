"""A cluster brought back from its backups, as it was at an instant, or as late as it goes."""

import re
import secrets
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from hub.backups import policy
from hub.backups.models import BackupError, Copy, Restoration
from hub.backups.taking import list_copies, say_it
from hub.core import postgres
from hub.core.postgres import PostgresError
from hub.core.postgres_place import Account, choose_binaries, choose_home, server_account
from hub.core.postgres_process import write_file

PATIENCE_S = 6 * 3_600
ENDED_EARLY = "recovery ended before configured recovery target was reached"
_LAST_ACT = re.compile(r"last completed transaction was at log time (\S+ [0-9:.]+)\+00")
_HBA = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"


def restore(
    folder: Path, home: Path, *, until: datetime | None = None, binaries: Path | None = None
) -> Restoration:
    """Bring the backups of `folder` back as the embedded cluster of `home`, which holds none yet.

    With `until`, nothing that was committed after that instant. The cluster gets a new
    administrator's password and stands still afterwards; the roles' passwords come from
    `HUB_SECRET_KEY`, which must be the old one. Raises `BackupError`. Main thread only.
    """
    began = time.monotonic()
    account = server_account()
    home = choose_home(home, account)
    if (home / "pg").exists():
        raise BackupError(f"There is a database in {home} already: name an empty HUB_DATA.")
    copies = list_copies(folder)
    name = policy.choose_copy(copies, until)
    data = folder / "copies" / name / "data"
    say_it("pg_verifybackup", ["--quiet", str(data)])
    segments = _lay_down(folder, data, copies[name], home, account)
    write_file(home / "password", secrets.token_urlsafe(32))
    (home / "pg.new").rename(home / "pg")
    try:
        last_act_at = _recover(home, binaries, until)
    except BaseException:
        (home / "pg").rename(home / "pg.failed")
        raise
    _set_password(home, choose_binaries(binaries, account), account)
    return Restoration(
        home=home,
        copy=name,
        segments=segments,
        last_act_at=last_act_at,
        seconds=round(time.monotonic() - began, 1),
    )


def _lay_down(folder: Path, data: Path, copy: Copy, home: Path, account: Account) -> int:
    """The copy's files, and after them every change that is there; how many segments."""
    new = home / "pg.new"
    if new.exists():
        shutil.rmtree(new)
    shutil.copytree(data, new)
    archive = folder / "wal"
    names = {path.name for path in archive.iterdir()} if archive.is_dir() else set[str]()
    chosen = policy.list_segments(copy.first_segment, names)
    for name in chosen:
        target = new / "pg_wal" / name.removesuffix(policy.PARTIAL)
        if not target.exists() or _written(archive / name) >= _written(target):
            shutil.copyfile(archive / name, target)
    for history in sorted(name for name in names if name.endswith(policy.HISTORY)):
        shutil.copyfile(archive / history, new / "pg_wal" / history)
    for file, text in (("postgresql.conf", ""), ("pg_hba.conf", _HBA), ("pg_ident.conf", "")):
        if not (new / file).exists():  # some distributions keep them elsewhere
            (new / file).write_text(text)
    (new / "recovery.signal").touch()
    new.chmod(0o700)
    for path in (new, *new.rglob("*")):
        account.own(path)
    return len(chosen)


def _written(segment: Path) -> int:
    """How far a segment is written: the rest of its 16 MB are zeroes."""
    return len(segment.read_bytes().rstrip(b"\0"))


def _recover(home: Path, binaries: Path | None, until: datetime | None) -> datetime | None:
    settings = {
        "restore_command": "false",  # everything has been laid beside it
        "recovery_target_action": "promote",
        "hot_standby": "off",
        "log_timezone": "UTC",
        "timezone": "UTC",
        **({"recovery_target_time": until.astimezone(UTC).isoformat()} if until else {}),
    }
    begins = _size(home / "postgres.log")
    try:
        postgres.start(home, binaries=binaries, settings=settings, deadline_s=PATIENCE_S).stop(600)
    except PostgresError as error:
        if ENDED_EARLY in (home / "postgres.log").read_text(errors="replace")[begins:]:
            raise BackupError(
                "The backups end before that instant: restore without one, or name an earlier one."
            ) from error
        raise
    said = (home / "postgres.log").read_text(errors="replace")[begins:]
    found = _LAST_ACT.findall(said)
    return datetime.fromisoformat(found[-1]).replace(tzinfo=UTC) if found else None


def _set_password(home: Path, binaries: Path, account: Account) -> None:
    """In PostgreSQL's single-user mode: nobody else can come in meanwhile."""
    password = (home / "password").read_text()  # letters of URLs only
    command = [binaries / "postgres", "--single", "-D", home / "pg", "postgres"]
    subprocess.run(
        account.command(command, death_signal="KILL"),
        input=f"alter role postgres password '{password}'\n",
        capture_output=True,
        text=True,
        cwd="/",
        check=True,
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
