"""The record of acts, verified by an outsider with a file and the published program alone."""

from pathlib import Path

import asyncpg
import msgspec
import pytest

from hub import cli
from hub.audit import outside
from hub.audit.outside import NotAChain, check_chain
from hub.core.db import Database
from tests.db.test_audit import disarm, link, write


def lines_of(file: Path) -> list[dict]:
    return [msgspec.json.decode(line) for line in file.read_bytes().splitlines()]


async def export(database: Database, file: Path, organisation: int | None = 1) -> list[dict]:
    async with database.transaction() as tx:
        await outside.write_chain(tx, file, organisation)
    return lines_of(file)


async def test_an_outsider_sees_that_own_acts_are_as_they_were_sealed(
    database: Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await write(database, 1, "a", "b")
    await write(database, 2, "secret.act")
    await write(database, 1, "c")
    await link(database)
    file = tmp_path / "acts.jsonl"
    lines = await export(database, file)
    assert b"secret.act" not in file.read_bytes()
    checked = check_chain(file)
    assert (checked.links, checked.own, checked.broken) == (4, 3, None)
    assert checked.head == lines[-1]["hash"]
    everybody = tmp_path / "all.jsonl"
    await export(database, everybody, None)
    assert (check_chain(everybody).own, check_chain(everybody, file).broken) == (4, None)

    monkeypatch.setattr(cli, "set_up_logs", lambda **_: None)  # it would keep this test's stream
    assert cli.main(["audit", "check", str(file)]) == 0
    assert '"own":3' in capsys.readouterr().out
    file.write_bytes(file.read_bytes().replace(b'"action":"b"', b'"action":"x"'))
    assert (
        check_chain(file).broken
        == f"act {lines[2]['entry']['id']} (link 2) is not as it was sealed"
    )
    assert cli.main(["audit", "check", str(file)]) == 1
    rows = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(rows[:2] + rows[3:]))
    assert check_chain(file).broken == "link 2 is gone"
    file.write_bytes(b"something else")
    with pytest.raises(NotAChain):
        check_chain(file)


async def test_an_older_file_shows_that_the_record_was_written_anew(
    database: Database, admin: asyncpg.Connection, tmp_path: Path
) -> None:
    await write(database, 1, "a", "b")
    await link(database)
    older, newer = tmp_path / "older.jsonl", tmp_path / "newer.jsonl"
    await export(database, older)
    await write(database, 1, "c")
    await link(database)
    await export(database, newer)
    assert check_chain(newer, older).broken is None
    # Who has the machine changes an act and seals everything again: the file alone holds.
    await disarm(
        admin,
        "update audit_entry set action = 'x' where action = 'b';"
        "insert into audit_waiting select entry from audit_link; delete from audit_link",
    )
    await link(database)
    await export(database, newer)
    assert check_chain(newer).broken is None
    assert check_chain(newer, older).broken == "link 2 is another one than in the older file"
    await export(database, newer)
    rows = newer.read_bytes().splitlines(keepends=True)
    newer.write_bytes(b"".join(rows[:2]))
    assert check_chain(newer, newer).broken is None
    older.write_bytes(b"".join(rows))
    assert check_chain(newer, older).broken == "link 2 of the older file is gone"
