"""The record of acts, verified by an outsider with a file and the published program alone."""

from pathlib import Path

import asyncpg
import msgspec
import pytest

from hub import audit, cli
from hub.audit import outside, own_chain
from hub.audit.actions import link_waiting
from hub.audit.models import Fault
from hub.audit.outside import NotAChain, check_chain
from hub.audit.own_chain import check_file
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


async def own_file(database: Database, file: Path, tenant: int = 1) -> list[dict]:
    async with database.transaction(tenant) as tx:
        await own_chain.write_own_chain(tx, file)
    return lines_of(file)


async def test_each_organisation_has_a_chain_of_its_own_that_an_outsider_verifies(
    database: Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await write(database, 1, "a")
    await write(database, 2, "secret.act")
    await write(database, 1, "b")
    await link(database)
    await write(database, 1, "c")
    await link(database)
    file, other = tmp_path / "own.jsonl", tmp_path / "other.jsonl"
    head, *lines = await own_file(database, file)
    assert head["organisation"] == 1
    assert [(one["number"], one["seq"], one["entry"]["action"]) for one in lines] == [
        (1, 1, "a"),
        (2, 3, "b"),
        (3, 4, "c"),
    ]
    assert b"secret" not in file.read_bytes()
    checked = check_file(file)
    assert (checked.links, checked.own, checked.head) == (3, 3, lines[-1]["hash"])
    assert checked.broken is None
    await own_file(database, other, tenant=2)
    assert check_file(other).links == 1
    await export(database, other)
    assert check_file(other).links == 4, "the hub's whole chain is read by the same command"

    monkeypatch.setattr(cli, "set_up_logs", lambda **_: None)  # it would keep this test's stream
    assert cli.main(["audit", "check", str(file)]) == 0
    assert '"own":3' in capsys.readouterr().out
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"action":"b"', b'"action":"x"'))
    assert cli.main(["audit", "check", str(file)]) == 1
    act = lines[1]["entry"]["id"]
    assert check_file(file).broken == f"act {act} (link 2) is not as it was sealed"
    rows = whole.splitlines(keepends=True)
    file.write_bytes(b"".join(rows[:2] + rows[3:]))
    assert check_file(file).broken == "link 2 is gone"
    for spoilt in (b'{"format":"usage-hub/audit-own-chain"}\n', b"something else"):
        file.write_bytes(spoilt)
        with pytest.raises(NotAChain):
            check_file(file)


async def test_an_act_that_is_left_out_changes_every_own_hash_after_it(
    database: Database, tmp_path: Path
) -> None:
    """Who makes the file leaves an act out and numbers the rest anew."""
    await write(database, 1, "a", "b", "c")
    await link(database)
    file = tmp_path / "own.jsonl"
    head, first, _, third = await own_file(database, file)
    lines = [head, first, {**third, "number": 2}]
    file.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in lines))
    assert check_file(file).broken == (
        f"act {third['entry']['id']} (link 2) is not as it was sealed"
    )
    lines = [head, first, {**first, "number": 2}]
    file.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in lines))
    assert check_file(file).broken == f"act {first['entry']['id']} (link 2) does not belong here"


async def test_an_older_own_file_shows_that_acts_were_written_anew(
    database: Database, admin: asyncpg.Connection, tmp_path: Path
) -> None:
    await write(database, 1, "a", "b")
    await link(database)
    older, newer = tmp_path / "older.jsonl", tmp_path / "newer.jsonl"
    await own_file(database, older)
    await write(database, 1, "c")
    await link(database)
    rows = await own_file(database, newer)
    assert check_file(newer, older).broken is None
    assert check_file(older, newer).broken == "link 3 of the older file is gone"
    await disarm(
        admin,
        "update audit_entry set action = 'x' where action = 'b';"
        "insert into audit_waiting select entry from audit_link;"
        "delete from audit_link; delete from audit_own_link",
    )
    await link(database)
    assert await own_file(database, newer) != rows
    assert check_file(newer).broken is None
    assert check_file(newer, older).broken == "link 2 is another one than in the older file"


@pytest.mark.parametrize(
    "sql",
    [
        "update audit_own_link set hash = decode(repeat('00', 32), 'hex') where number = 2",
        "delete from audit_own_link where number = 2",
        "delete from audit_own_link where number = 1",
        "update audit_own_link set tenant = 2 where number = 2",
        "update audit_own_link set number = 9 where number = 3",
    ],
)
async def test_an_own_chain_that_was_rewritten_is_found_here_too(
    database: Database, admin: asyncpg.Connection, sql: str
) -> None:
    await write(database, 1, "a", "b", "c")
    await write(database, 3, "d")
    await link(database)
    async with database.transaction() as tx:
        assert (await audit.verify_chain(tx)).broken_at is None
    await disarm(admin, sql)
    async with database.transaction() as tx:
        found = (await audit.verify_chain(tx)).broken_at
    nightly = (await audit.verify_lately(database)).broken_at
    assert found is not None
    assert nightly is not None
    assert {found.fault, nightly.fault} == {Fault.OWN_CHAIN_BROKEN}


async def test_acts_of_before_the_own_chains_are_taken_up_some_at_a_time(
    database: Database, admin: asyncpg.Connection, tmp_path: Path
) -> None:
    await write(database, 1, "a", "b", "c")
    await link(database)
    file = tmp_path / "own.jsonl"
    before = await own_file(database, file)
    await disarm(admin, "delete from audit_own_link")
    async with database.transaction() as tx:
        assert (await audit.verify_chain(tx)).broken_at is None, "they only wait"
        assert await link_waiting(tx, 2) == 2
    assert len(await own_file(database, file)) == 3
    assert await link(database) == 1
    assert await own_file(database, file) == before
