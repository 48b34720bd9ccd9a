-- name: list_schema_files
-- The schema files that ran in a database.
select slice, name, checksum from schema_migration order by slice, name;

-- name: count_tables
-- The tables of all slices.
select count(*)::int from pg_class
 where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace;

-- name: has_lost_slot
-- Whether the server threw away changes that the follower had not yet taken.
select exists (select from pg_replication_slots where slot_name = :slot and wal_status = 'lost');

-- name: drop_slot
-- The server keeps nothing more for this follower.
select pg_drop_replication_slot(:slot)::text;

-- name: write_something
-- An act of no meaning that leaves its time in the changes: how far a restore came can be seen.
select pg_current_xact_id()::text;
