-- name: lock_asking
-- Whoever asks twice at once asks once.
select pg_advisory_xact_lock(hashtextextended('export ' || :tenant::int, 0));

-- name: insert_export
insert into organisation_export (tenant, id, state, asked_by, asked_at, expires_at)
values (:tenant, :id, 'waiting', :asked_by, :now, :expires_at);

-- name: find_export
select id, state, asked_by, asked_at, done, parts, ready_at, expires_at, bytes, sha256, rows,
       fetched_at
  from organisation_export where tenant = :tenant and id = :id;

-- name: find_newest
-- The last one that did not fail.
select id, state, asked_by, asked_at, done, parts, ready_at, expires_at, bytes, sha256, rows,
       fetched_at
  from organisation_export
 where tenant = :tenant and state <> 'failed'
 order by asked_at desc, id
 limit 1;

-- name: list_exports
-- The newest ones that can still be looked at.
select id, state, asked_by, asked_at, done, parts, ready_at, expires_at, bytes, sha256, rows,
       fetched_at
  from organisation_export
 where tenant = :tenant and expires_at > :now
 order by asked_at desc, id
 limit :wanted;

-- name: note_fetched
update organisation_export set fetched_at = :now where tenant = :tenant and id = :id;

-- name: begin_export
-- It is made now, for the first time or again.
update organisation_export
   set state = 'building', tries = tries + 1, done = 0, parts = :parts
 where tenant = :tenant and id = :id and state in ('waiting', 'building')
returning tries::int;

-- name: note_progress
-- How far it is.
update organisation_export set done = :done
 where tenant = :tenant and id = :id and state = 'building';

-- name: finish_export
-- It can be fetched.
update organisation_export
   set state = 'ready', ready_at = :now, expires_at = :expires_at, bytes = :bytes,
       sha256 = :sha256, rows = :rows, done = parts
 where tenant = :tenant and id = :id and state = 'building';

-- name: fail_export
update organisation_export set state = 'failed'
 where tenant = :tenant and id = :id and state in ('waiting', 'building');

-- name: delete_export
delete from organisation_export where tenant = :tenant and id = :id;

-- name: list_due
-- What is to be made or to be ended, of all organisations, those that wait longest first.
-- bounded by its function: a thousand
select tenant, id from due_exports(:now);

-- name: list_lost
-- Which of these exports no organisation has.
-- bounded by what is asked
select id from lost_exports(:found);

-- name: try_to_work
-- One at a time makes exports, until its connection ends.
select pg_try_advisory_lock(7346204);
