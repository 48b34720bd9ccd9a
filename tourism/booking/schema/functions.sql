-- Replaced whole when it changes.

-- Held or half-paid bookings whose time has passed, over all tenants: for the sweep that backs up each hold's
-- own message. Only their ids leave the walls.
create or replace function overdue_holds(at timestamptz, wanted int)
returns table (tenant int, booking uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select b.tenant, b.id from booking b
   where b.state in ('held', 'paying') and b.expires_at <= at
   order by b.expires_at
   limit wanted
$$;
alter function overdue_holds(timestamptz, int) owner to hub_definer;
revoke all on function overdue_holds(timestamptz, int) from public;
grant execute on function overdue_holds(timestamptz, int) to hub_app;
