-- Replaced whole when it changes.

-- Keys that were destroyed, and whose host holds yet what wrapped them: over all walls, only numbers
-- and names. Some at a time; the next hour brings the others.
create or replace function ended_keys() returns table (tenant int, at_host uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct k.tenant, k.at_host from tenant_key k
   where k.destroyed_at is not null and k.let_go_at is null
   order by k.tenant, k.at_host limit 1000
$$;
alter function ended_keys() owner to hub_definer;
revoke all on function ended_keys() from public;
grant execute on function ended_keys() to hub_app;

-- An organisation's rows go, for good or because it lives elsewhere: so do its keys, in every copy
-- of this database that comes after, and at their host within the hour.
create or replace function shred_tenant_key(leaving int, left_at timestamptz) returns void
language sql as $$
  update tenant_key set wrapped = null, destroyed_at = now()
   where tenant = leaving and destroyed_at is null
$$;
revoke all on function shred_tenant_key(int, timestamptz) from public;
