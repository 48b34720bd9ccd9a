-- Replaced whole when it changes. What looks over the walls of exports, each for one purpose.

-- Exports to be made, in the order of their asking, and those whose time is over: for who makes and
-- ends them. Only numbers leave the walls. Some at a time; the next pass brings the others.
create or replace function due_exports(at timestamptz) returns table (tenant int, id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select e.tenant, e.id from organisation_export e
   where e.state in ('waiting', 'building') or e.expires_at <= at
   order by e.asked_at, e.id limit 1000
$$;
alter function due_exports(timestamptz) owner to hub_definer;
revoke all on function due_exports(timestamptz) from public;
grant execute on function due_exports(timestamptz) to hub_app;

-- Which of these exports stand nowhere any more: their files go.
create or replace function lost_exports(found uuid[]) returns table (id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select f.id from unnest(found) as f (id)
   where not exists (select from organisation_export e where e.id = f.id)
$$;
alter function lost_exports(uuid[]) owner to hub_definer;
revoke all on function lost_exports(uuid[]) from public;
grant execute on function lost_exports(uuid[]) to hub_app;

-- The rows of an organisation go: so do its exports. Their files go with the next pass, which
-- deletes every file that no row names. Called by an administrator.
create or replace function forget_exports(leaving int, left_at timestamptz) returns void
language sql as $$
  delete from organisation_export where tenant = leaving
$$;
revoke all on function forget_exports(int, timestamptz) from public;
