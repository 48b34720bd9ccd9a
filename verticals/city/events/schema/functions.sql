-- Replaced whole when it changes.

-- The towns where somebody registered, signed in or under one of their addresses. Only their ids
-- leave the walls.
create or replace function tenants_of_registered(wanted int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select r.tenant from city_registration r where r.person = wanted
  union
  select r.tenant from city_registration r
   where r.email <> '' and lower(r.email) = any (addresses)
$$;
alter function tenants_of_registered(int, text[]) owner to hub_definer;
revoke all on function tenants_of_registered(int, text[]) from public;
grant execute on function tenants_of_registered(int, text[]) to hub_app;

-- Who is erased comes no more: their places are free, and a line without a name stays as a count.
-- Slots are locked first, as everywhere, in one order.
create or replace function forget_registered(wanted int, addresses text[], at timestamptz)
returns void
language plpgsql volatile security invoker set search_path = public, pg_temp as $$
begin
  perform 1 from city_event_slot s
   where s.id in (select r.slot from city_registration r
                   where r.person = wanted
                      or (r.email <> '' and lower(r.email) = any (addresses)))
   order by s.id for no key update;
  update city_event_slot s set taken = s.taken - gone.places
    from (select r.slot, sum(r.places)::int as places from city_registration r
           where r.state = 'registered'
             and (r.person = wanted or (r.email <> '' and lower(r.email) = any (addresses)))
           group by r.slot) as gone
   where s.id = gone.slot;
  update city_registration r
     set state = 'cancelled', since = at, name = '', email = '', person = null
   where r.person = wanted or (r.email <> '' and lower(r.email) = any (addresses));
end $$;
revoke all on function forget_registered(int, text[], timestamptz) from public;
grant execute on function forget_registered(int, text[], timestamptz) to hub_app;

-- The towns that hold names which nobody confirmed, or of events that are long over, but where an
-- order keeps what they have. Only their ids leave the walls.
create or replace function towns_with_old_names(unconfirmed timestamptz, ended timestamptz)
returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select old.tenant
    from (select distinct r.tenant from city_registration r join city_event e on e.id = r.event
           where r.name <> ''
             and ((r.state = 'asked' and r.asked_at < unconfirmed) or e.ends_at < ended)) as old
   where not legal_hold_on(array[old.tenant])
   limit 10000
$$;
alter function towns_with_old_names(timestamptz, timestamptz) owner to hub_definer;
revoke all on function towns_with_old_names(timestamptz, timestamptz) from public;
grant execute on function towns_with_old_names(timestamptz, timestamptz) to hub_app;
