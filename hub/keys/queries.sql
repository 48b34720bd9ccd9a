-- name: list_keys
-- The keys of an organisation, those that were destroyed too.
-- bounded by how often one organisation's key was changed
select number, at_host, wrapped, destroyed_at from tenant_key where tenant = :tenant order by number;

-- name: await_turn
-- Whoever makes, changes or destroys keys of an organisation does it alone, until the commit.
select pg_advisory_xact_lock(hashtext('tenant_key'), :tenant)::text;

-- name: insert_key
-- A new key, wrapped.
insert into tenant_key (tenant, number, at_host, wrapped, made_at)
values (:tenant, :number, :at_host, :wrapped, :now::timestamptz)
returning number;

-- name: keep_wrapped
-- The same key, wrapped anew.
update tenant_key set wrapped = :wrapped
 where tenant = :tenant and number = :number and destroyed_at is null;

-- name: destroy_keys
-- The keys are gone for good; the rows say since when.
update tenant_key set wrapped = null, destroyed_at = :now
 where tenant = :tenant and destroyed_at is null;

-- name: end_keys
-- The same, by an administrator: how many.
select end_tenant_keys(:tenant);

-- name: note_ended
-- An administrator's act, written down.
select record_audit(:tenant::int, :now, 'administrator', 'keys.shredded',
                    'organisation:' || :tenant::int, '{}');

-- name: list_held
-- What hosts hold for a database that is given up.
-- bounded by the organisations of that database
select distinct at_host from tenant_key where let_go_at is null;

-- name: list_ended
-- What hosts hold under these names wraps nothing any more: over all walls, names only.
-- bounded by the function
select tenant, at_host from ended_keys();

-- name: list_own_ended
-- The same, of one organisation.
-- bounded by how often one organisation's key was destroyed
select distinct k.tenant, k.at_host from tenant_key k
 where k.tenant = :tenant and k.destroyed_at is not null and k.let_go_at is null;

-- name: note_let_go
-- The host has destroyed it too.
update tenant_key set let_go_at = :now
 where tenant = :tenant and at_host = :at_host and destroyed_at is not null and let_go_at is null;
