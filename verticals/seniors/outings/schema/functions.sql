-- Replaced whole when it changes.

-- The associations to which somebody offered visits. Only their ids leave the walls.
create or replace function tenants_of_volunteer(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct v.tenant from outing_volunteer v where lower(v.email) = any (addresses)
$$;
alter function tenants_of_volunteer(int, text[]) owner to hub_definer;
revoke all on function tenants_of_volunteer(int, text[]) from public;
grant execute on function tenants_of_volunteer(int, text[]) to hub_app;
