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

-- name: make_slot
-- The server keeps what this follower has not taken, from this instant on: not only from when it has
-- told for the first time how far it is, for a checkpoint may come before.
select pg_create_physical_replication_slot(:slot, true)::text
 where not exists (select from pg_replication_slots where slot_name = :slot);

-- name: drop_slot
-- The server keeps nothing more for this follower; nor for one that is just ending.
select pg_drop_replication_slot(slot_name)::text from pg_replication_slots where slot_name = :slot;

-- name: write_something
-- An act of no meaning that leaves its time in the changes: how far a restore came can be seen.
select pg_current_xact_id()::text;
