-- Replaced whole when it changes.

-- The towns to which somebody reported under one of their addresses. Only their ids leave the walls.
create or replace function tenants_of_reporter(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct r.tenant from city_report r
   where r.email <> '' and lower(r.email) = any (addresses)
$$;
alter function tenants_of_reporter(int, text[]) owner to hub_definer;
revoke all on function tenants_of_reporter(int, text[]) from public;
grant execute on function tenants_of_reporter(int, text[]) to hub_app;

-- A report stays with the town; who sent it goes.
create or replace function forget_reporter(person int, addresses text[], at timestamptz) returns void
language sql volatile security invoker set search_path = public, pg_temp as $$
  update city_report r set first_name = '', last_name = '', email = '', phone = '',
                           media_url = ''
   where r.email <> '' and lower(r.email) = any (addresses)
$$;
revoke all on function forget_reporter(int, text[], timestamptz) from public;
grant execute on function forget_reporter(int, text[], timestamptz) to hub_app;

-- The towns with a photo that is not sealed yet, some after one, in the order of their ids: only ids
-- leave the walls.
create or replace function towns_with_bare_photos(after int) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct p.tenant from city_report_photo p
   where p.sealed is null and p.tenant > after
   order by p.tenant limit 1000
$$;
alter function towns_with_bare_photos(int) owner to hub_definer;
revoke all on function towns_with_bare_photos(int) from public;
grant execute on function towns_with_bare_photos(int) to hub_app;
