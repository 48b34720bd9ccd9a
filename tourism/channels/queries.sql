-- name: insert_feed
-- A new feed, unless this room type reads the address already.
insert into channel_feed (id, tenant, room_type, label, address, added_at, asked_at)
values (:id, :tenant, :room_type, :label, :address, :now, :now)
on conflict (room_type, address) do nothing;

-- name: find_health
-- What is wrong with the feeds of the house, counted.
select (select count(*)::int from channel_block
         where departure > :today and state = 'conflict') as conflicts,
       count(*) filter (where report ->> 'outcome' <> 'read')::int as failing,
       count(*) filter (where coalesce(report ->> 'outcome', 'read') = 'read'
                          and coalesce(succeeded_at, added_at) < :stale_before)::int as stale
  from channel_feed
 where paused_at is null;

-- name: list_feeds
-- The feeds of the house, by room type, oldest first.
-- bounded by the feeds that a house may have
select id, room_type, label, address, added_at, asked_at, paused_at, attempted_at, succeeded_at,
       report
  from channel_feed
 order by room_type, added_at, id;

-- name: find_feed
-- One feed.
select id, room_type, label, address, added_at, asked_at, paused_at, attempted_at, succeeded_at,
       report
  from channel_feed
 where id = :id;

-- name: lock_feed
-- One feed, for this transaction alone: its blocks change only under this lock.
select id, room_type, label, address, added_at, asked_at, paused_at, attempted_at, succeeded_at,
       report
  from channel_feed
 where id = :id
   for update;

-- name: pause_feed
-- Stop reading a feed, or read it again (null).
update channel_feed set paused_at = :paused_at where id = :id;

-- name: note_asked
-- A feed was asked for, so that the tick lets it be for a while.
update channel_feed set asked_at = :now where id = :id;

-- name: take_due_feeds
-- Feeds of all tenants that were not asked for since `before`; they count as asked for now.
select tenant, feed from take_due_feeds(:before, :now, :wanted);

-- name: note_reading
-- What the last successful reading of a feed said.
update channel_feed set attempted_at = :now, succeeded_at = :now, report = :report where id = :id;

-- name: note_failure
-- The last attempt to read a feed failed; when it last succeeded stays.
update channel_feed set attempted_at = :now, report = :report where id = :id;

-- name: insert_failure
-- A failed attempt for the feed's log.
insert into channel_failure (feed, tenant, at, outcome, http_status)
values (:feed, :tenant, :now, :outcome, :http_status);

-- name: forget_old_failures
-- Keep a feed's newest failures only.
delete from channel_failure
 where feed = :feed
   and id not in (select id from channel_failure where feed = :feed order by id desc limit :kept);

-- name: list_failures
-- The failed attempts of all feeds of the house, newest first.
-- bounded by the failures that are kept of each feed
select feed, at, outcome, http_status from channel_failure order by id desc;

-- name: list_blocks
-- The stays of one feed that are not over.
-- bounded by the events that a feed may have
select uid, arrival, departure, state, taken_from, taken_until
  from channel_block
 where feed = :feed and departure > :today
 order by arrival, departure, uid;

-- name: list_house_blocks
-- The stays of all feeds of the house that are not over.
-- bounded by the feeds that a house may have, and their events
select feed, uid, arrival, departure, state, taken_from, taken_until, noted_at
  from channel_block
 where departure > :today
 order by arrival, departure, feed, uid;

-- name: keep_blocks
-- Write new and changed blocks of a feed.
insert into channel_block (feed, tenant, room_type, uid, arrival, departure, state, taken_from,
                           taken_until, noted_at)
select :feed, :tenant, :room_type, b.uid, b.arrival, b.departure, b.state, b.taken_from,
       b.taken_until, :now
  from jsonb_to_recordset(:blocks::jsonb) as b (uid text, arrival date, departure date, state text,
                                                taken_from date, taken_until date)
on conflict (feed, uid, arrival, departure) do update
   set state = excluded.state, taken_from = excluded.taken_from,
       taken_until = excluded.taken_until, noted_at = excluded.noted_at;

-- name: drop_blocks
-- Forget blocks that have vanished from their feed.
delete from channel_block c
 using jsonb_to_recordset(:blocks::jsonb) as b (uid text, arrival date, departure date)
 where c.feed = :feed and c.uid = b.uid and c.arrival = b.arrival and c.departure = b.departure;

-- name: drop_all_blocks
-- Forget every block of a feed that goes.
delete from channel_block where feed = :feed;

-- name: drop_failures
-- Forget the failures of a feed that goes.
delete from channel_failure where feed = :feed;

-- name: drop_feed
-- Forget a feed.
delete from channel_feed where id = :feed;
