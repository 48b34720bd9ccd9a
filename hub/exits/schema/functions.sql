-- Replaced whole when it changes. What looks over the walls of exits, each for one purpose.

-- The ways out that are under way, with their operator: for the clock and for who erases.
create or replace function open_exits() returns table (tenant int, id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select e.tenant, e.id from exit e
   where e.state in ('noticed', 'retrieval', 'erasing')
   order by e.changed_at, e.id limit 1000
$$;
alter function open_exits() owner to hub_definer;
revoke all on function open_exits() from public;
grant execute on function open_exits() to hub_app;

-- The way out of an organisation that is under way, or its last one: for its own pages.
create or replace function exit_of(wanted int) returns table (tenant int, id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select e.tenant, e.id from exit e
   where e.organisation = wanted
   order by e.state in ('noticed', 'retrieval', 'erasing') desc, e.given_at desc, e.id limit 1
$$;
alter function exit_of(int) owner to hub_definer;
revoke all on function exit_of(int) from public;
grant execute on function exit_of(int) to hub_app;

-- An organisation is held while its way out says so, and no longer. Only behind the wall of who keeps
-- that way out, and only for this reason: what a withdrawal holds is not touched.
create or replace function follow_exit(wanted uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  leaving record;
begin
  select e.organisation, e.state, e.changed_at into strict leaving from exit e
   where e.tenant = current_setting('app.tenant')::int and e.id = wanted;
  if leaving.state in ('retrieval', 'erasing') then
    insert into held_organisation (tenant, since, reason)
    values (leaving.organisation, leaving.changed_at, 'its own notice')
    on conflict (tenant) do nothing;
  else
    delete from held_organisation h
     where h.tenant = leaving.organisation and h.reason = 'its own notice';
  end if;
end $$;
alter function follow_exit(uuid) owner to hub_definer;
revoke all on function follow_exit(uuid) from public;
grant execute on function follow_exit(uuid) to hub_app;

-- Whether the notice of the organisation behind whose wall this is asked is over: it sells nothing any
-- more, unless it takes its notice back.
create or replace function exit_ended_sale(at timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (
    select from exit e
     where e.organisation = current_setting('app.tenant')::int
       and e.state in ('noticed', 'retrieval', 'erasing')
       and (e.state <> 'noticed' or e.sale_ended_at is not null or e.notice_until <= at))
$$;
alter function exit_ended_sale(timestamptz) owner to hub_definer;
revoke all on function exit_ended_sale(timestamptz) from public;
grant execute on function exit_ended_sale(timestamptz) to hub_app;

drop function if exists ending_exits(date);

-- Whether an organisation has gone from here the other way, off a withdrawn provider, since a moment.
create or replace function exit_moved(wanted int, since timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from departure d
                  where d.at_home and d.organisation = wanted and d.state = 'gone'
                    and not d.left_by_notice and d.changed_at >= since)
$$;
alter function exit_moved(int, timestamptz) owner to hub_definer;
revoke all on function exit_moved(int, timestamptz) from public;
grant execute on function exit_moved(int, timestamptz) to hub_app;

-- What a function of duties finds, behind the caller's own wall and with the caller's own rights.
create or replace function exit_duty(function text, tenant int, today date)
returns table (many int, cents bigint, until date)
language plpgsql stable security invoker set search_path = public, pg_temp as $$
begin
  return query execute format('select f.many, f.cents, f.until from %I($1, $2) as f', function)
    using tenant, today;
end $$;
revoke all on function exit_duty(text, int, date) from public;
grant execute on function exit_duty(text, int, date) to hub_app;
