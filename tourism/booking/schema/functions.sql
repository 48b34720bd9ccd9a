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

-- The rooms of a booking with their states, in order, as a booking carries them; behind the
-- caller's wall.
create or replace function rooms_of(of_booking uuid) returns jsonb
language sql stable set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object(
           'number', r.number, 'state', r.state, 'penalty_cents', r.penalty_cents,
           'cancelled_at', r.cancelled_at) order by r.number), '[]'::jsonb)
    from reservation r
   where r.booking = of_booking
$$;
revoke all on function rooms_of(uuid) from public;
grant execute on function rooms_of(uuid) to hub_app;
