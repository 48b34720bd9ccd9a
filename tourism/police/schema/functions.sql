-- Replaced whole when it changes.

-- The houses that hold a sheet whose time began on or before a day, were it where the day is
-- longest the same: for the daily destruction, which looks at each house's own calendar. So many
-- after a house, in the order of their ids, so that none waits behind others; only ids leave the walls.
-- Where an order keeps the rows of a house, its sheets stay.
drop function if exists houses_with_old_sheets(date);
create or replace function houses_with_old_sheets(last date, after int, wanted int)
returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct s.tenant
    from police_sheet s
   where least(s.arrival,
               (coalesce(s.signed_at, s.refused_at, s.made_at) at time zone 'Etc/GMT+12')::date)
         <= last
     and s.tenant > after and not legal_hold_on(array[s.tenant])
   order by s.tenant
   limit wanted
$$;
alter function houses_with_old_sheets(date, int, int) owner to hub_definer;
revoke all on function houses_with_old_sheets(date, int, int) from public;
grant execute on function houses_with_old_sheets(date, int, int) to hub_app;

-- The houses that keep a sheet with one of somebody's addresses.
create or replace function tenants_of_sheet(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct s.tenant from police_sheet s where lower(s.content ->> 'email') = any (addresses)
$$;
alter function tenants_of_sheet(int, text[]) owner to hub_definer;
revoke all on function tenants_of_sheet(int, text[]) from public;
grant execute on function tenants_of_sheet(int, text[]) to hub_app;
