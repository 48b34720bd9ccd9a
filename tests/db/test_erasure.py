"""An erasure comes to an end: nothing that stays holds what goes."""

import asyncpg
import msgspec

from hub.app import compose
from hub.core.db import open_session
from hub.core.vertical import Kept
from hub.portability import policy, store
from hub.portability.models import Link, Table
from hub.portability.policy import Rules

SLICES = compose().slices
OWN_ROWS_ONLY = "(tenant = (current_setting('app.tenant'::text))::integer)"
# Each foreign key, what it does when the row goes, and what the walls let into its table.
LINKS = """
select k.conrelid::regclass::text as here, k.confrelid::regclass::text as there,
       k.confdeltype::text as action,
       array(select a.attname::text from unnest(k.conkey) with ordinality as u (n, place)
               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n
              order by u.place) as columns,
       array(select a.attname::text from unnest(k.confkey) with ordinality as u (n, place)
               join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.n
              order by u.place) as keys,
       array(select pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid) from pg_policy p
              where p.polrelid = k.conrelid and p.polroles = '{0}' and p.polcmd <> 'r') as walls
  from pg_constraint k
 where k.contype = 'f' and k.conparentid = 0 and k.connamespace = 'public'::regnamespace
 order by 1, 2
"""
LEAVES_QUIETLY = {"c", "n", "d"}  # on delete cascade, set null, set default


def blocking(rules: Rules, known: dict[str, Table], links: list[asyncpg.Record]) -> list[str]:
    """Foreign keys by which a row that stays, or somebody else's, could name an erased one."""
    found: list[str] = []
    for link in links:
        here, there = known[link["here"]], known[link["there"]]
        if not rules.erases(there):
            continue
        pairs = zip(link["columns"], link["keys"], strict=True)
        ties = any(a in rules.by(here) and b in rules.by(there) for a, b in pairs)
        goes_along = rules.erases(here) and (ties or link["walls"] == [OWN_ROWS_ONLY])
        lets_go = here.name not in rules.kept and link["action"] in LEAVES_QUIETLY
        if not (goes_along or lets_go):
            found.append(f"{here.name} ({', '.join(link['columns'])}) names {there.name}")
    return found


async def test_no_foreign_key_of_a_row_that_stays_holds_a_row_that_goes(
    admin: asyncpg.Connection, database_url: str
) -> None:
    session = await open_session(database_url)
    tables = await store.list_tables(session)
    await session.close()
    rules, known = policy.rules_of(SLICES), {table.name: table for table in tables}
    links = await admin.fetch(LINKS)
    assert len(links) > 80
    assert blocking(rules, known, links) == []
    assert policy.blocking(rules, tables) == []
    # A table that the law keeps and that names bookings, of whatever house, is found.
    await admin.execute(
        "create table promise (tenant int not null, booking uuid primary key references booking)"
    )
    promise = Table(
        name="promise",
        columns=(),
        key=("booking",),
        links=(Link(columns=("booking",), table="booking", keys=("id",)),),
        guarded=False,
    )
    planted = [one for one in await admin.fetch(LINKS) if one["here"] == "promise"]
    kept = msgspec.structs.replace(
        rules,
        kept={**rules.kept, "promise": Kept(years=10, why="a law")},
        belongs_by={**rules.belongs_by, "promise": ("tenant",)},
    )
    for said in (kept, rules):
        assert blocking(said, {**known, "promise": promise}, planted) == [
            "promise (booking) names booking"
        ]
    assert policy.blocking(kept, [*tables, promise]) == ["promise (booking) names booking"]
