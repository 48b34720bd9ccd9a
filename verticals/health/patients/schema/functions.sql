-- Replaced whole when it changes.

-- The practices that know somebody, by their account or one of their addresses. Only their ids
-- leave the walls.
create or replace function tenants_of_patient(wanted int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select p.tenant from health_patient p where p.person = wanted
  union
  select p.tenant from health_patient p
   where p.email <> '' and lower(p.email) = any (addresses)
$$;
alter function tenants_of_patient(int, text[]) owner to hub_definer;
revoke all on function tenants_of_patient(int, text[]) from public;
grant execute on function tenants_of_patient(int, text[]) to hub_app;

-- The practices that hold looks of before a day, but where an order keeps what they have. Only their
-- ids leave the walls.
create or replace function practices_with_old_looks(before date) returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select old.tenant
    from (select distinct k.tenant from health_look k where k.looked_on < before) as old
   where not legal_hold_on(array[old.tenant])
   limit 10000
$$;
alter function practices_with_old_looks(date) owner to hub_definer;
revoke all on function practices_with_old_looks(date) from public;
grant execute on function practices_with_old_looks(date) to hub_app;
