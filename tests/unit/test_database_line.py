"""A database on another machine is not spoken to in clear by mistake."""

import pytest

from hub.core.errors import BadSetting
from hub.core.proxies import is_everybodys
from hub.core.settings import read_settings

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
