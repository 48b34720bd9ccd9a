"""The chain of acts of an organisation, taken by its owners as a program does."""

from pathlib import Path

import msgspec
from litestar.testing import AsyncTestClient

from hub import audit
from hub.audit.actions import link_waiting
from hub.audit.own_chain import check_file
from hub.core.db import Database

PATH = "/api/v1/audit-chain"


async def take(visitor: AsyncTestClient, limit: int) -> bytes:
    """Every page, one after the other."""
    file, after = b"", 0
    while True:
        answer = await visitor.get(PATH, params={"after": after, "limit": limit})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("application/jsonl")
        assert answer.headers["cache-control"] == "no-store"
        links = [msgspec.json.decode(line) for line in answer.content.splitlines()]
        links = [one for one in links if "number" in one]
        assert len(links) <= limit
        file += answer.content
        if not links:
            return file
        after = links[-1]["number"]


async def test_an_owner_takes_the_chain_page_after_page_and_anybody_verifies_it(
    visitor: AsyncTestClient, sign_in, demo: Database, tmp_path: Path
) -> None:
    await sign_in("hotelier")
    house = (await visitor.get("/api/v1/organisation")).json()["id"]
    for tenant in (house, house + 1):
        async with demo.transaction(tenant, actor="person:1") as tx:
            for number in range(3):
                await audit.record(tx, action="test.act", subject=f"{tenant}:{number}")
    async with demo.transaction() as tx:
        while await link_waiting(tx):
            pass
    file = tmp_path / "acts.jsonl"
    file.write_bytes(await take(visitor, 2))
    checked = check_file(file)
    assert checked.broken is None
    assert checked.links >= 3
    assert file.read_bytes().count(f'"subject":"{house}:'.encode()) == 3
    assert f'"subject":"{house + 1}:'.encode() not in file.read_bytes()
    whole = await take(visitor, 1_000)
    assert whole == file.read_bytes(), "the size of the pages changes nothing"
    assert (await visitor.get(PATH, params={"limit": 1_001})).status_code == 400
    assert (await visitor.get(PATH, params={"after": -1})).status_code == 400


async def test_a_member_who_answers_for_nothing_takes_no_chain(
    visitor: AsyncTestClient, sign_in, demo: Database
) -> None:
    await sign_in("hotelier")
    house = (await visitor.get("/api/v1/organisation")).json()["id"]
    async with demo.transaction(house) as tx:
        con = await tx.connection()
        await con.execute("update membership set role = 'member'")
    assert (await visitor.get(PATH)).status_code == 403
    assert (await visitor.get("/api/v1/audit-entries")).status_code == 403
