"""Where an embedded server may live, decided by permissions and lengths alone."""

import os
import tempfile
from pathlib import Path

import pytest

from hub.core import postgres_place
from hub.core.postgres import Server
from hub.core.postgres_place import (
    Account,
    PostgresError,
    can_enter,
    choose_home,
    make_directory,
    make_socket_directory,
)

STRANGER = Account(uid=64_001, gid=64_001, switched=True)
OURSELVES = Account(uid=os.geteuid(), gid=os.getegid(), switched=False)


@pytest.mark.parametrize(
    ("mode", "ours", "theirs"),
    [(0o700, True, False), (0o711, True, True), (0o755, True, True), (0o750, True, False)],
)
def test_a_directory_is_entered_by_the_bit_that_applies(
    tmp_path: Path, mode: int, ours: bool, theirs: bool
) -> None:
    tmp_path.chmod(mode)
    steps_above = all(step.stat().st_mode & 0o001 for step in tmp_path.parents)
    assert can_enter(tmp_path, OURSELVES) is ours
    assert can_enter(tmp_path, STRANGER) is (theirs and steps_above)


def test_one_closed_directory_above_closes_the_way(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "open"
    inner.mkdir(parents=True, mode=0o755)
    inner.parent.chmod(0o700)
    assert not can_enter(inner, STRANGER)


def test_a_directory_gets_its_mode_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        make_directory(tmp_path / "home", 0o755)
    finally:
        os.umask(before)
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o755


def test_a_planted_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "target")
    with pytest.raises(PostgresError, match="choose another place with HUB_DATA"):
        make_directory(tmp_path / "home", 0o755)


def test_a_closed_home_has_one_fixed_stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_place, "RELOCATED", tmp_path / "elsewhere")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    first = choose_home(closed / "home", STRANGER)
    assert first.parent == tmp_path / "elsewhere"
    assert choose_home(closed / "." / "home", STRANGER) == first
    assert choose_home(closed / "other", STRANGER) != first


def test_a_database_stays_in_its_stand_in_when_the_way_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_place, "RELOCATED", tmp_path / "elsewhere")
    monkeypatch.setattr(postgres_place, "can_enter", lambda *_: False)
    stand_in = choose_home(tmp_path / "home", STRANGER)
    (stand_in / "pg").mkdir()
    monkeypatch.setattr(postgres_place, "can_enter", lambda *_: True)
    assert choose_home(tmp_path / "home", STRANGER) == stand_in
    assert choose_home(tmp_path / "other", STRANGER) == tmp_path / "other"


def test_sockets_of_a_short_home_stay_in_it_and_old_ones_are_cleared() -> None:
    with tempfile.TemporaryDirectory() as short:
        run = Path(short) / "run"
        run.mkdir()
        (run / ".s.PGSQL.5432.lock").touch()
        assert make_socket_directory(Path(short), OURSELVES) == run
        assert not list(run.iterdir())
        assert run.stat().st_mode & 0o777 == 0o700


def test_an_address_quotes_what_it_is_given() -> None:
    server = Server(
        home=Path("/none"), socket_dir=Path("/a b&c"), port=5433, pid=1, owned=False, born=0
    )
    assert (
        server.dsn(role="hub_app", database="hub", password="p@/ß")
        == "postgresql://hub_app:p%40%2F%C3%9F@/hub?host=%2Fa%20b%26c&port=5433"
    )
