"""A database on another machine is not spoken to in clear by mistake."""

import pytest

from hub.core.errors import BadSetting
from hub.core.proxies import is_everybodys
from hub.core.settings import read_settings
from hub.hosting import Zone, hooks
from hub.hosting.models import SettingWrong

KEY = {"HUB_SECRET_KEY": "x" * 32}


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("postgresql:///hub?host=/var/run/postgresql", {}),
        ("postgresql:///hub", {"PGHOST": "/var/run/postgresql"}),
        ("postgresql://hub:p%40@%2Ftmp%2Fsocket/hub", {}),
        ("postgresql://hub@localhost:5432/hub", {}),
        ("postgresql://hub@127.0.0.1:5432/hub", {}),
        ("postgresql://hub@[::1]:5432/hub", {}),
        ("postgresql://hub@db.example.fr/hub?sslmode=verify-full", {}),
        ("postgresql://hub@db.example.fr/hub?sslmode=require", {}),
        ("postgresql://hub@db.example.fr/hub", {"PGSSLMODE": "verify-ca"}),
        ("postgresql://hub@10.0.0.5/hub", {"HUB_DATABASE_IN_CLEAR": "1"}),
    ],
)
def test_a_line_that_nobody_else_reads_is_taken(url: str, more: dict[str, str]) -> None:
    assert read_settings({**KEY, **more, "DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("postgresql://hub@db.example.fr/hub", {}),
        ("postgresql://hub@10.0.0.5:5432/hub?sslmode=prefer", {}),
        ("postgresql://hub@db.example.fr/hub?sslmode=disable", {"PGSSLMODE": "require"}),
        ("postgresql:///hub?host=db.example.fr", {}),
        ("postgresql:///hub", {"PGHOST": "db.example.fr"}),
        ("postgresql://hub@db.example.fr,localhost/hub", {}),
    ],
)
def test_any_other_is_refused_with_what_to_do(url: str, more: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="HUB_DATABASE_IN_CLEAR"):
        read_settings({**KEY, **more, "DATABASE_URL": url})


def test_the_line_of_the_queue_is_held_to_the_same() -> None:
    url = "postgresql://hub_broker@10.0.0.5/hub"
    with pytest.raises(BadSetting, match="HUB_BROKER_URL names another machine"):
        read_settings({**KEY, "HUB_BROKER_URL": url})
    safe = f"{url}?sslmode=verify-full"
    assert read_settings({**KEY, "HUB_BROKER_URL": safe}).broker_url == safe


@pytest.mark.parametrize("named", [False, True])
async def test_a_zone_on_another_machine_is_not_asked_in_clear(
    named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def open_session(address: str) -> str:
        asked.append(address)
        return "a session"

    monkeypatch.setattr(hooks, "open_session", open_session)
    monkeypatch.delenv("PGSSLMODE", raising=False)
    monkeypatch.delenv("HUB_DATABASE_IN_CLEAR", raising=False)
    clear = "postgresql://owner@db.example.fr/hub"

    async def ask(address: str) -> object:
        monkeypatch.setenv("LYON_DATABASE", address)
        zone = Zone(
            code="lyon",
            title="Lyon",
            country="FR",
            operator="Exemple SAS",
            level="silver",
            database="$LYON_DATABASE" if named else address,
        )
        return await hooks.ServersByZone([zone]).open("lyon")

    with pytest.raises(SettingWrong, match="HUB_DATABASE_IN_CLEAR"):
        await ask(clear)
    assert asked == [], "nothing was sent"
    assert await ask(f"{clear}?sslmode=verify-full") == "a session"
    monkeypatch.setenv("HUB_DATABASE_IN_CLEAR", "1")
    assert await ask(clear) == "a session"


@pytest.mark.parametrize(
    ("address", "everybodys"),
    [
        ("1.1.1.1", True),
        ("2606:4700::1111", True),
        ("::ffff:1.1.1.1", True),
        ("::ffff:10.1.2.3", False),
        ("10.1.2.3", False),
        ("192.168.0.9", False),
        ("::1", False),
        ("fe80::1", False),
        ("testclient", False),
        ("", False),
    ],
)
def test_an_address_of_the_internet_is_known_from_ours(address: str, everybodys: bool) -> None:
    assert is_everybodys(address) is everybodys
