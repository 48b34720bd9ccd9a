"""`make db`: PostgreSQL's shell on the hub's database."""

import os
import subprocess
import sys

import pytest

from hub.core.settings import Settings


def _shell(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert settings.database_url
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", "psql", "--", *arguments],
        env=os.environ
        | {"DATABASE_URL": settings.database_url, "HUB_SECRET_KEY": settings.secret_key.decode()},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_shell_speaks_to_the_database_of_the_settings(settings: Settings) -> None:
    said = _shell(settings, "-Atc", "select current_database(), count(*) > 0 from pg_tables")
    assert said.stderr == ""
    assert said.returncode == 0
    name = (settings.database_url or "").partition("?")[0].rpartition("/")[2]
    assert said.stdout == f"{name}|t\n"


@pytest.mark.parametrize("wrong", ["selekt 1", "select 1 / 0"])
def test_what_the_shell_refuses_is_told_by_its_end(settings: Settings, wrong: str) -> None:
    said = _shell(settings, "-c", wrong)
    assert said.returncode == 1
    assert "ERROR" in said.stderr
