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

-- An organisation's rows have gone, for good, because it lives elsewhere, or as a copy that is not
-- wanted: so do its keys, in every copy of this database that comes after, and at their host within
-- the hour. How many.
drop function if exists shred_tenant_key(int, timestamptz);
create or replace function end_tenant_keys(gone int) returns int
language sql as $$
  with ended as (
    update tenant_key set wrapped = null, destroyed_at = now()
     where tenant = gone and destroyed_at is null
    returning number)
  select count(*)::int from ended
$$;
revoke all on function end_tenant_keys(int) from public;
