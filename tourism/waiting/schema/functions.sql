-- Replaced whole when it changes.

-- Houses whose list should be looked through again, over all tenants, those longest untried first.
create or replace function houses_waited_for(before timestamptz, wanted int)
returns table (tenant int, property int)
language sql stable security definer set search_path = public, pg_temp as $$
  select w.tenant, w.property from waiting_wish w
   where w.state = 'waiting' and w.tried_at <= before
   group by w.tenant, w.property
   order by min(w.tried_at)
   limit wanted
$$;
alter function houses_waited_for(timestamptz, int) owner to hub_definer;
revoke all on function houses_waited_for(timestamptz, int) from public;
grant execute on function houses_waited_for(timestamptz, int) to hub_app;

-- Offers whose time is over or whose hold has ended, over all tenants.
create or replace function offers_to_close(at timestamptz, wanted int)
returns table (tenant int, wish uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select w.tenant, w.id from waiting_wish w
    join booking b on b.id = w.booking
   where w.state = 'offered'
     and (w.offer_until <= at or b.state not in ('held', 'paying'))
   order by w.offer_until
   limit wanted
$$;
alter function offers_to_close(timestamptz, int) owner to hub_definer;
revoke all on function offers_to_close(timestamptz, int) from public;
grant execute on function offers_to_close(timestamptz, int) to hub_app;

-- Tenants with wishes that were closed long ago, but where an order keeps what they have.
create or replace function tenants_with_old_wishes(before timestamptz)
returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select old.tenant
    from (select distinct w.tenant from waiting_wish w where w.closed_at <= before) as old
   where not legal_hold_on(array[old.tenant])
   limit 1000
$$;
alter function tenants_with_old_wishes(timestamptz) owner to hub_definer;
revoke all on function tenants_with_old_wishes(timestamptz) from public;
grant execute on function tenants_with_old_wishes(timestamptz) to hub_app;

-- The houses where somebody waits, or waited, under one of their addresses.
create or replace function tenants_of_waiting(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct w.tenant from waiting_wish w where lower(w.guest ->> 'email') = any (addresses)
$$;
alter function tenants_of_waiting(int, text[]) owner to hub_definer;
revoke all on function tenants_of_waiting(int, text[]) from public;
grant execute on function tenants_of_waiting(int, text[]) to hub_app;

-- Somebody waits no more; a room that is offered goes back when its hold ends.
create or replace function forget_wishes(person int, addresses text[], at timestamptz) returns void
language sql volatile security invoker set search_path = public, pg_temp as $$
  delete from waiting_wish w where lower(w.guest ->> 'email') = any (addresses)
$$;
revoke all on function forget_wishes(int, text[], timestamptz) from public;
grant execute on function forget_wishes(int, text[], timestamptz) to hub_app;
