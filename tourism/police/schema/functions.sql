-- Replaced whole when it changes.

-- The houses that hold a sheet whose time began on or before a day, were it where the day is
-- longest the same: for the daily destruction, which looks at each house's own calendar. Only their
-- ids leave the walls.
create or replace function houses_with_old_sheets(last date)
returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct s.tenant
    from police_sheet s
   where least(s.arrival,
               (coalesce(s.signed_at, s.refused_at, s.made_at) at time zone 'Etc/GMT+12')::date)
         <= last
   limit 10000
$$;
alter function houses_with_old_sheets(date) owner to hub_definer;
revoke all on function houses_with_old_sheets(date) from public;
grant execute on function houses_with_old_sheets(date) to hub_app;

-- The houses that keep a sheet with one of somebody's addresses.
create or replace function tenants_of_sheet(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct s.tenant from police_sheet s where lower(s.content ->> 'email') = any (addresses)
$$;
alter function tenants_of_sheet(int, text[]) owner to hub_definer;
revoke all on function tenants_of_sheet(int, text[]) from public;
grant execute on function tenants_of_sheet(int, text[]) to hub_app;
