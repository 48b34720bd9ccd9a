-- name: take_snapshot
-- Every file of an archive says the same moment, in universal time.
set transaction isolation level repeatable read;

-- name: speak_utc
-- Instants are written in universal time.
set local timezone = 'UTC';

-- name: list_tables
-- The tables with rows of tenants that this role may read.
-- bounded by the tables of the schema
select name from tables_to_take();

-- name: list_columns
-- The columns of those tables, in their order, without those of bytes.
-- bounded by the tables of the schema
select t.name as table, a.attname::text as name, format_type(a.atttypid, null) as type,
       not a.attnotnull as nullable, coalesce(col_description(a.attrelid, a.attnum), '') as words
  from tables_to_take() t
  join pg_attribute a on a.attrelid = ('public.' || quote_ident(t.name))::regclass
 where a.attnum > 0 and not a.attisdropped and a.atttypid <> 'bytea'::regtype
 order by t.name, a.attnum;

-- name: list_rows
-- A page of the rows of a table behind the wall, in the order of its key.
select r as row from rows_to_take(:named, :skip, :wanted) as r;

-- name: list_account_codes
-- What the accounts of the ledger are called that the house's transfers touch.
-- bounded by the accounts of one organisation
select account, ledger_account_code(account) as code
  from (select debit_account as account from ledger_transfer
        union select credit_account from ledger_transfer) touched
 order by account;

-- name: insert_takeaway
-- A new archive to be built; nothing while one is underway.
insert into takeaway (id, tenant, state, asked_by, asked_at, expires_at)
values (:id, :tenant, 'waiting', :actor, :now, :expires_at)
on conflict (tenant) where state in ('waiting', 'building') do nothing;

-- name: find_takeaway
-- One archive.
select id, state, asked_at, done, parts, ready_at, expires_at, bytes, sha256, files
  from takeaway where id = :id;

-- name: list_takeaways
-- The newest archives.
select id, state, asked_at, done, parts, ready_at, expires_at, bytes, sha256, files
  from takeaway where tenant = :tenant order by asked_at desc, id limit 20;

-- name: note_progress
-- How far the building is.
update takeaway set state = 'building', done = :done, parts = :parts
 where id = :id and state in ('waiting', 'building');

-- name: lock_takeaway
-- Whoever finishes an archive does it once.
select state from takeaway where id = :id for update;

-- name: insert_piece
-- One piece of an archive.
insert into takeaway_piece (tenant, takeaway, number, content)
values (:tenant, :takeaway, :number, :content);

-- name: finish_takeaway
-- The archive can be fetched.
update takeaway
   set state = 'ready', ready_at = :now, bytes = :bytes, sha256 = :sha256, files = :files::jsonb,
       done = parts
 where id = :id;

-- name: fail_takeaway
-- The archive could not be built; another can be asked for.
update takeaway set state = 'failed'
 where state in ('waiting', 'building') and asked_at < :before;

-- name: find_piece
-- One piece of an archive.
select content from takeaway_piece where takeaway = :takeaway and number = :number;

-- name: destroy_takeaways
-- Archives whose time is over are gone, pieces and all.
delete from takeaway where expires_at < :now;

-- name: list_houses_with_old_takeaways
-- The houses, over all walls, with an archive whose time is over.
select tenant from houses_with_old_takeaways(:before);
