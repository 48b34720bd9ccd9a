-- Replaced whole when it changes. The functions that look over the walls of events.

-- The organisations for one of whose events somebody has said whether they come.
create or replace function tenants_of_attendance(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct a.tenant from space_attendance a
   where a.person = tenants_of_attendance.person
$$;
alter function tenants_of_attendance(int, text[]) owner to hub_definer;
revoke all on function tenants_of_attendance(int, text[]) from public;
grant execute on function tenants_of_attendance(int, text[]) to hub_app;

-- What somebody answered goes with them.
create or replace function forget_attendance(who int, addresses text[], at timestamptz) returns void
language sql volatile security invoker set search_path = public, pg_temp as $$
  delete from space_attendance a where a.person = who
$$;
revoke all on function forget_attendance(int, text[], timestamptz) from public;
grant execute on function forget_attendance(int, text[], timestamptz) to hub_app;
