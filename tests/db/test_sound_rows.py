"""What the database refuses of the rows that are written with every stay, one wrong value at a
time; and the words that a booking is found by."""

from typing import Any

import asyncpg
import pytest

# (table, a sound row as SQL values, wrong values: each column with what must be refused)
STATES_WITH_GUEST = (
    "requested", "paying", "confirmed", "in_house", "checked_out", "no_show", "cancelled",
    "paid_after_expiry", "declined", "lapsed",
)  # fmt: skip
BOOKING = {
    "id": "gen_random_uuid()", "tenant": "1", "property": "1", "quote": "gen_random_uuid()",
    "reference": "'R-1'", "state": "'held'", "revision": "1", "arrival": "'2027-01-01'",
    "departure": "'2027-01-04'", "total_cents": "10000", "document": "'{}'", "held_at": "now()",
}  # fmt: skip
RESERVATION = {
    "booking": "gen_random_uuid()", "number": "1", "tenant": "1", "room_type": "1",
    "rate_plan": "1", "adults": "2", "child_ages": "'{}'", "gross_cents": "10000",
}  # fmt: skip
REPLY = {
    "scope": "'person:1'", "key": "'k'", "fingerprint": "'\\x00'", "status": "201",
    "created_at": "now()",
}  # fmt: skip
MONTH = {
    "room_type": "1", "tenant": "1", "month": "'2027-01-01'", "units_left": "'{1,0}'",
    "price_cents": "'{9000,0}'", "min_stay": "'{1,1}'", "flags": "'{0,0}'",
}  # fmt: skip
CANCELLED = {"state": "'cancelled'", "cancelled_at": "now()"}
REFUSED: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("booking", BOOKING, {"state": "'unheard_of'"}),
    *(("booking", BOOKING, {"state": f"'{state}'"}) for state in STATES_WITH_GUEST),
    ("booking", BOOKING, {"revision": "0"}),
    ("booking", BOOKING, {"version": "0"}),
    ("booking", BOOKING, {"departure": "'2027-01-01'"}),
    ("booking", BOOKING, {"total_cents": "0"}),
    ("booking", BOOKING, {"refund_cents": "-1"}),
    ("booking", BOOKING, {"refund_cents": "10001"}),
    ("booking", BOOKING, {"kept_cents": "-1"}),
    ("booking", BOOKING, {"owed_cents": "-1"}),
    ("booking", BOOKING, {"owed_cents": "10001"}),
    ("reservation", RESERVATION, {"number": "0"}),
    ("reservation", RESERVATION, {"adults": "0"}),
    ("reservation", RESERVATION, {"state": "'gone'"}),
    ("reservation", RESERVATION, {"cancelled_at": "now()"}),
    ("reservation", RESERVATION, {"penalty_cents": "1"}),
    ("reservation", RESERVATION, {"state": "'cancelled'"}),
    ("reservation", RESERVATION, CANCELLED | {"penalty_cents": "-1"}),
    ("reservation", RESERVATION, CANCELLED | {"penalty_cents": "10001"}),
    ("idempotent_reply", REPLY, {"scope": "repeat('x', 201)"}),
    ("idempotent_reply", REPLY, {"key": "''"}),
    ("idempotent_reply", REPLY, {"key": "repeat('x', 256)"}),
    ("idempotent_reply", REPLY, {"status": "99"}),
    ("idempotent_reply", REPLY, {"status": "600"}),
    ("ari_month", MONTH, {"month": "'2027-01-02'"}),
    ("ari_month", MONTH, {"units_left": "'{1,-1}'"}),
    ("ari_month", MONTH, {"price_cents": "'{-1,0}'"}),
    ("ari_month", MONTH, {"out_of_order": "'{0,-1}'"}),
]
TAKEN: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("booking", BOOKING, {}),
    *(("booking", BOOKING | {"guest": "'{}'"}, {"state": f"'{s}'"}) for s in STATES_WITH_GUEST),
    *(("booking", BOOKING, {"state": f"'{state}'"}) for state in ("expired", "released")),
    ("booking", BOOKING, {"refund_cents": "10000", "owed_cents": "10000", "kept_cents": "1"}),
    ("reservation", RESERVATION, {}),
    ("reservation", RESERVATION, CANCELLED | {"penalty_cents": "10000"}),
    ("idempotent_reply", REPLY, {"status": "null"}),
    ("idempotent_reply", REPLY, {"scope": "repeat('x', 200)", "key": "repeat('x', 255)"}),
    ("ari_month", MONTH, {"out_of_order": "null"}),
    ("ari_month", MONTH, {"out_of_order": "'{0,1}'"}),
]


async def _write(admin: asyncpg.Connection, table: str, row: dict[str, str]) -> Any:
    """Write the row into an empty copy of the table, with its checks and without its keys."""
    try:
        await admin.execute(f"create temp table sound (like {table} including all)")
        return await admin.fetchrow(
            f"insert into sound ({', '.join(row)}) values ({', '.join(row.values())}) returning *"
        )
    finally:
        await admin.execute("drop table if exists pg_temp.sound")


@pytest.mark.parametrize(("table", "sound", "wrong"), REFUSED)
async def test_a_row_with_one_wrong_value_is_refused(
    admin: asyncpg.Connection, table: str, sound: dict[str, str], wrong: dict[str, str]
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await _write(admin, table, sound | wrong)


@pytest.mark.parametrize(("table", "sound", "other"), TAKEN)
async def test_a_sound_row_is_taken(
    admin: asyncpg.Connection, table: str, sound: dict[str, str], other: dict[str, str]
) -> None:
    assert await _write(admin, table, sound | other)


@pytest.mark.parametrize(
    ("guest", "words"),
    [
        ("null", "r-1   "),
        ("'{}'", "r-1   "),
        (
            """'{"first_name": "Zoé", "last_name": "Œuvray", "email": "Z@x.example"}'""",
            "r-1 zoe oeuvray z@x.example",
        ),
    ],
)
async def test_a_booking_is_found_by_its_folded_words(
    admin: asyncpg.Connection, guest: str, words: str
) -> None:
    """Without a search path too: a dump is loaded so."""
    await admin.execute("set search_path = ''")
    try:
        row = await _write(admin, "public.booking", BOOKING | {"guest": guest})
    finally:
        await admin.execute("reset search_path")
    assert row["words"] == words
