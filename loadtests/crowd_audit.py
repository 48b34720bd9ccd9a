"""What the database says of the stays that a crowd thinks it has: nothing lost, nothing twice,
every night, cent and letter explained; also after the same requests were sent once more."""

import asyncio
import random
import time

import asyncpg
import msgspec

from loadtests.caller import Connection
from loadtests.crowd import PLENTY, Crowd, Room, count


class Found(msgspec.Struct, kw_only=True):
    """What the database says of the stays that guests think they have, and of those nobody knows.

    `strange` stays and holds are there without anybody's having got the answer; `moved_without_
    booking` counts payments at the bank that no confirmed stay explains, `moved_wrong` stays for
    which not just their price was moved; the ledger is `unbalanced` for a stay whose deposits are
    not its price, or whose postings do not add up to nothing; `repeated_effects` are rows that
    came when the requests of some stays were sent once more."""

    lost: int
    duplicated: int
    strange: int
    strange_holds: int
    answers_changed: int
    repeated_effects: int
    moved_without_booking: int
    moved_wrong: int
    ledger_unbalanced: int
    letters_missing: int
    letters_twice: int
    nights_wrong: int
    failed_tasks: int

    def good(self) -> bool:
        return not any(getattr(self, name) for name in self.__struct_fields__)


REPEATED = 300
LETTERS_S, SETTLED_S = 180.0, 5.0
_LETTERS = (
    "select w.email, count(m.id) as letters from unnest($1::text[]) w (email)"
    " left join mail m on m.recipient = w.email group by 1"
)
_KEPT = "select count(*) from booking where reference = any($1) and state = 'confirmed'"
_KNOWN = "select count(*) from booking where guest ->> 'email' like $1 and state = 'confirmed'"
_DOUBLED = """
select count(*) from (
  select from booking where guest ->> 'email' like $1 and state = 'confirmed'
   group by guest ->> 'email' having count(*) > 1) d
"""
_HELD = "select count(*) from booking where property = $1"
_MOVED = """
select count(*) from sandbox_movement m
  left join charge c on c.id = m.key
  left join booking b on c.subject like 'booking:%' and split_part(c.subject, ':', 2) = b.id::text
 where m.kind = 'charge' and m.decline_code is null and m.at >= $1
   and (c.id is null or c.subject like 'booking:%')
   and (c.state is distinct from 'succeeded' or b.state is distinct from 'confirmed'
     or m.amount_cents <> c.amount_cents)
"""
_MOVED_WRONG = """
select count(*) from booking b
  left join lateral (
    select sum(m.amount_cents) as cents from charge c
      join sandbox_movement m on m.key = c.id and m.kind = 'charge' and m.decline_code is null
     where c.subject = 'booking:' || b.id) moved on true
 where b.reference = any($1) and moved.cents is distinct from b.total_cents
"""
# Each posted transfer of a stay takes from one account what it gives to another.
_UNBALANCED = """
with stay as (select id, total_cents from booking where reference = any($1)),
whose as (
  select t.*, coalesce(c.subject, t.reference) as subject from ledger_transfer t
    left join charge c on t.reference = 'charge:' || c.id where t.kind in ('posted', 'post')),
sums as (
  select split_part(t.subject, ':', 2) as id, sum(s.cents) as all_cents,
         sum(s.cents) filter (where a.code = 'guest.deposits') as deposits
    from whose t
    cross join lateral (values (t.debit_account, -t.amount_cents),
                               (t.credit_account, t.amount_cents)) s (account, cents)
    join ledger_account a on a.id = s.account
   where t.subject like 'booking:%' group by 1)
select count(*) from stay left join sums on sums.id = stay.id::text
 where sums.id is null or all_cents <> 0 or deposits is distinct from -total_cents
"""
# Every night of the room type, also one that no stay knows of.
_NIGHTS_WRONG = """
with taken as (
  select d::date as night, count(*) as units from booking b
    join reservation r on r.booking = b.id
    cross join generate_series(b.arrival, b.departure - 1, interval '1 day') d
   where r.room_type = $1 and b.state in ('held', 'paying', 'confirmed')
     and (b.guest is null or b.guest ->> 'email' like '%@drill.example') group by 1),
night as (
  select a.month + (n::int - 1) as night, u as units_left from ari_month a
    cross join unnest(a.units_left) with ordinality x (u, n)
   where a.room_type = $1 and a.month = any($3::date[])
     and a.month + (n::int - 1) < a.month + interval '1 month')
select count(*) from night full join taken using (night)
 where units_left is distinct from $2 - coalesce(units, 0)
"""
# What stands for all that the house's bookings have written, letter for letter.
_WRITTEN = """
with stay as (
  select id, 'booking:' || id as subject, guest ->> 'email' as email from booking
   where property = $1),
paid as (select c.id from charge c join stay on c.subject = stay.subject)
select (select count(*) from stay)
     + (select count(*) from booking_revision where booking in (select id from stay))
     + (select count(*) from paid)
     + (select count(*) from sandbox_movement where at >= $2)
     + (select count(*) from ledger_transfer where split_part(reference, ':', 2) in
         (select id::text from stay union all select id::text from paid))
     + (select count(*) from mail where recipient in (select email from stay))
"""


async def look_after(
    crowd: Crowd, admin: asyncpg.Connection, *, settled_s: float = SETTLED_S
) -> Found:
    """Compare the guests' notes with the database, once the letters are out and some of the
    requests were sent again."""
    booked, room = crowd.notes.booked, crowd.room
    references, emails = [one.reference for one in booked], [one.email for one in booked]
    like = f"crowd-{crowd.seed}-%@drill.example"
    await _wait_for_letters(admin, emails)
    written = await count(admin, _WRITTEN, room.property, room.since)
    changed = await _answers_changed(crowd)
    await asyncio.sleep(settled_s)
    letters = await _letters(admin, emails)
    kept = await count(admin, _KEPT, references)
    made = await count(admin, _HELD, room.property) - room.bookings_before
    return Found(
        lost=len(references) - kept,
        duplicated=await count(admin, _DOUBLED, like) + len(references) - len(set(references)),
        strange=await count(admin, _KNOWN, like) - kept,
        strange_holds=max(0, made - crowd.notes.held),
        answers_changed=changed,
        repeated_effects=abs(await count(admin, _WRITTEN, room.property, room.since) - written),
        moved_without_booking=await count(admin, _MOVED, room.since),
        moved_wrong=await count(admin, _MOVED_WRONG, references),
        ledger_unbalanced=await count(admin, _UNBALANCED, references),
        letters_missing=sum(not count for count in letters.values()),
        letters_twice=sum(count > 1 for count in letters.values()),
        nights_wrong=await _nights_wrong(admin, room),
        failed_tasks=await count(admin, "select count(*) from failed_task"),
    )


async def _wait_for_letters(admin: asyncpg.Connection, emails: list[str]) -> None:
    """Until all are there, or none has come for some time: a message in the hands of the dead comes
    again after its visibility timeout."""
    until, known = time.monotonic() + LETTERS_S, 0
    while True:
        found = await _letters(admin, emails)
        if all(found.values()) or time.monotonic() > until:
            return
        if (written := sum(map(bool, found.values()))) > known:
            until, known = time.monotonic() + LETTERS_S, written
        await asyncio.sleep(1)


async def _letters(admin: asyncpg.Connection, emails: list[str]) -> dict[str, int]:
    return {row["email"]: row["letters"] for row in await admin.fetch(_LETTERS, emails)}


async def _answers_changed(crowd: Crowd) -> int:
    """Some holds and payments are sent once more: the first answer must come back word for word."""
    booked = crowd.notes.booked
    line, changed = Connection(*crowd.address), 0
    for one in random.Random(crowd.seed).sample(booked, min(REPEATED, len(booked))):
        for request, first in one.writes:
            answer = await crowd.send(line, request)
            changed += answer is None or answer.body != first
    line.close()
    return changed


async def _nights_wrong(admin: asyncpg.Connection, room: Room) -> int:
    """Nights on which more or less is taken than the live stays say."""
    return await count(admin, _NIGHTS_WRONG, room.room_type, PLENTY, list(room.months))
