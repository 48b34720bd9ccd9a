-- Replaced whole when it changes.

-- Mandates whose notice is over or whose revision stands no more, over all tenants: for the sweep.
-- Only their ids leave the walls.
create or replace function mandates_to_end(today date, lowest_revision int, wanted int)
returns table (tenant int, mandate uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select m.tenant, m.id from mandate m
   where m.ended_at is null and (m.ends_on <= today or m.revision < lowest_revision)
   order by m.id
   limit wanted
$$;
alter function mandates_to_end(date, int, int) owner to hub_definer;
revoke all on function mandates_to_end(date, int, int) from public;
grant execute on function mandates_to_end(date, int, int) to hub_app;
