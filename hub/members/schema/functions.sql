-- Replaced whole when it changes. The functions that look over the walls of registers.

-- The college that the caller has in a scheme on a day.
create or replace function college_of(scheme int, of_day date) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select e.college from enrolment e
   where e.tenant = scheme and e.member = current_setting('app.tenant')::int
     and e.since <= of_day and (e.until is null or e.until > of_day)
   order by e.since desc limit 1
$$;
alter function college_of(int, date) owner to hub_definer;
revoke all on function college_of(int, date) from public;
grant execute on function college_of(int, date) to hub_app;

-- The schemes that the caller is a member of on a day.
create or replace function schemes_of_caller(of_day date) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct e.tenant from enrolment e
   where e.member = current_setting('app.tenant')::int
     and e.since <= of_day and (e.until is null or e.until > of_day)
   order by e.tenant
$$;
alter function schemes_of_caller(date) owner to hub_definer;
revoke all on function schemes_of_caller(date) from public;
grant execute on function schemes_of_caller(date) to hub_app;

-- To whom the caller's own scheme writes: those who decide for each member on a day.
drop function if exists emails_of_members(date);
create or replace function readers_of_members(of_day date)
returns table (member int, email text, language text)
language sql stable security definer set search_path = public, pg_temp as $$
  select e.member, p.email, p.language
    from enrolment e
    join membership m on m.tenant = e.member and m.role in ('owner', 'manager')
    join person p on p.id = m.person
   where e.tenant = current_setting('app.tenant')::int
     and e.since <= of_day and (e.until is null or e.until > of_day)
   order by e.member, p.email
$$;
alter function readers_of_members(date) owner to hub_definer;
revoke all on function readers_of_members(date) from public;
grant execute on function readers_of_members(date) to hub_app;
