-- Replaced whole when it changes.

-- The practices where somebody receives under their account. Only their ids leave the walls.
create or replace function tenants_of_practitioner(wanted int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select p.tenant from health_practitioner p where p.person = wanted
  union
  select p.tenant from health_practitioner p where p.asked = wanted
$$;
alter function tenants_of_practitioner(int, text[]) owner to hub_definer;
revoke all on function tenants_of_practitioner(int, text[]) from public;
grant execute on function tenants_of_practitioner(int, text[]) to hub_app;
