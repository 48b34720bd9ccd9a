-- Replaced whole when it changes.

-- Confirmed stays over all tenants that begin so many days from now at most, from an hour of the
-- morning on and until their arrival day begins, by each house's own clock; that were booked so long
-- before; whose guest can be written to, and was not reminded of that arrival yet. So many, after one
-- of them, in the order of houses and ids, so that none waits behind others; only ids leave the walls.
create or replace function stays_to_remind(
  moment timestamptz, days int, morning int, ahead interval, after int, after_booking uuid, wanted int
) returns table (tenant int, booking uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.id, near.id
    from organisation o
    join lateral (
      select b.id
        from booking b
        join property p on p.id = b.property
       where b.tenant = o.id and b.state = 'confirmed' and b.changing is null
         -- Of any zone: the house's own day is told by the two lines that follow.
         and b.arrival between moment::date - 1 and moment::date + days + 2
         and ((b.arrival - days + make_time(morning, 0, 0)) at time zone p.zone) <= moment
         and (b.arrival::timestamp at time zone p.zone) > moment
         and b.held_at <= (b.arrival::timestamp at time zone p.zone) - ahead
         and coalesce(b.guest ->> 'email', '') <> ''
         and not exists (select from letter l
                          where l.booking = b.id
                            and l.kind = 'reminder ' || to_char(b.arrival, 'YYYY-MM-DD'))
         and (o.id > after or b.id > after_booking)
       order by b.id
    ) near on true
   where o.kind = 'lodging' and o.id >= after
     and not exists (select from held_organisation h where h.tenant = o.id)
   order by o.id, near.id
   limit wanted
$$;
alter function stays_to_remind(timestamptz, int, int, interval, int, uuid, int) owner to hub_definer;
revoke all on function stays_to_remind(timestamptz, int, int, interval, int, uuid, int) from public;
grant execute on function stays_to_remind(timestamptz, int, int, interval, int, uuid, int) to hub_app;
