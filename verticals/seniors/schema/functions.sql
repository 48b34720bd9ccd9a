-- Replaced whole when it changes.

-- The associations that follow a person, or have them as a contact. Only their ids leave the walls.
create or replace function tenants_of_senior(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select s.tenant from senior s where s.person = tenants_of_senior.person
  union
  select c.tenant from senior_contact c where lower(c.email) = any (addresses)
$$;
alter function tenants_of_senior(int, text[]) owner to hub_definer;
revoke all on function tenants_of_senior(int, text[]) from public;
grant execute on function tenants_of_senior(int, text[]) to hub_app;

-- The associations that hold readings older than a day, but where an order keeps what they have. Only
-- their ids leave the walls.
create or replace function tenants_with_old_readings(before date) returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select old.tenant
    from (select distinct r.tenant from senior_reading r where r.on_day < before) as old
   where not legal_hold_on(array[old.tenant])
   limit 10000
$$;
alter function tenants_with_old_readings(date) owner to hub_definer;
revoke all on function tenants_with_old_readings(date) from public;
grant execute on function tenants_with_old_readings(date) to hub_app;
