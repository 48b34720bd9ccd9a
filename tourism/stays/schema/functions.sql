-- Replaced whole when it changes.

-- The stays, over all tenants, that were booked under an address that the person has proven.
create or replace function stays_of_person(wanted int, most int)
returns table (tenant int, booking uuid, reference text, state text, house text, commune text,
               arrival date, departure date, total_cents int, refund_cents int)
language sql stable security definer set search_path = public, pg_temp as $$
  select b.tenant, b.id, b.reference, b.state, b.document ->> 'property_name',
         b.document ->> 'commune', b.arrival, b.departure, b.total_cents, b.refund_cents
    from stay_email e
    join booking b on lower(b.guest ->> 'email') = lower(e.email) and b.guest is not null
   where e.person = wanted and e.proven_at is not null
     and b.state in ('requested', 'paying', 'confirmed', 'in_house', 'checked_out', 'no_show',
                     'cancelled', 'paid_after_expiry')
   order by b.arrival desc, b.reference
   limit most
$$;
alter function stays_of_person(int, int) owner to hub_definer;
revoke all on function stays_of_person(int, int) from public;
grant execute on function stays_of_person(int, int) to hub_app;

-- Who runs the centre: letters to persons are kept behind its wall.
create or replace function operator_of_centre() returns int
language sql stable security definer set search_path = public, pg_temp as $$
  select min(id) from organisation where kind = 'operator'
$$;
alter function operator_of_centre() owner to hub_definer;
revoke all on function operator_of_centre() from public;
grant execute on function operator_of_centre() to hub_app;

-- The addresses that a person has proven.
create or replace function proven_addresses(wanted int) returns setof text
language sql stable security definer set search_path = public, pg_temp as $$
  select e.email from stay_email e where e.person = wanted and e.proven_at is not null
$$;
alter function proven_addresses(int) owner to hub_definer;
revoke all on function proven_addresses(int) from public;
grant execute on function proven_addresses(int) to hub_app;

-- The houses where something was booked under one of somebody's addresses, whatever became of it.
create or replace function tenants_of_guest(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct b.tenant from booking b
   where b.guest is not null and lower(b.guest ->> 'email') = any (addresses)
$$;
alter function tenants_of_guest(int, text[]) owner to hub_definer;
revoke all on function tenants_of_guest(int, text[]) from public;
grant execute on function tenants_of_guest(int, text[]) to hub_app;

-- Letters to somebody go, but for those of a house where they have a stay: letters of a contract are
-- kept as long as the contract (Code de commerce L123-22).
create or replace function forget_letters(person int, addresses text[], at timestamptz) returns void
language sql volatile security invoker set search_path = public, pg_temp as $$
  delete from mail m
   where lower(m.recipient) = any (addresses)
     and not exists (select from booking b where lower(b.guest ->> 'email') = any (addresses))
$$;
revoke all on function forget_letters(int, text[], timestamptz) from public;
grant execute on function forget_letters(int, text[], timestamptz) to hub_app;
