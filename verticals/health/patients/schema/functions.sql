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
