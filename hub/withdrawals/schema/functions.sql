-- Replaced whole when it changes. What looks over the walls of withdrawals, each for one purpose.

-- The withdrawals that are under way, with their operators: for the clock and for those who move.
create or replace function open_withdrawals() returns table (tenant int, id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select w.tenant, w.id from withdrawal w where w.closed_at is null order by w.began_at limit 100
$$;
alter function open_withdrawals() owner to hub_definer;
revoke all on function open_withdrawals() from public;
grant execute on function open_withdrawals() to hub_app;

-- The way out of an organisation that lives in this very hub: for its own pages.
create or replace function departure_from_home(wanted int) returns table (tenant int, id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select d.tenant, d.id
    from departure d
   where d.at_home and d.organisation = wanted
   order by d.told_at desc limit 1
$$;
alter function departure_from_home(int) owner to hub_definer;
revoke all on function departure_from_home(int) from public;
grant execute on function departure_from_home(int) to hub_app;

-- Whether anybody here is leaving or held: asked now and then by each process, so that nobody pays
-- for this while nothing is withdrawn.
create or replace function anybody_leaving() returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from held_organisation)
      or exists (select from withdrawal w where w.closed_at is null)
$$;
alter function anybody_leaving() owner to hub_definer;
revoke all on function anybody_leaving() from public;
grant execute on function anybody_leaving() to hub_app;

-- What an organisation's requests need to know: since when it is held, and the state, the provider
-- and the last day of its way out from here.
create or replace function leaving_of(wanted int)
returns table (held boolean, state text, title text, choose_by timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from held_organisation h where h.tenant = wanted),
         d.state, w.title, d.told_at + (w.choose_by - w.began_at)
    from (select) as one
    left join departure d on d.at_home and d.organisation = wanted
    left join withdrawal w on w.tenant = d.tenant and w.id = d.withdrawal
   order by d.told_at desc nulls last limit 1
$$;
alter function leaving_of(int) owner to hub_definer;
revoke all on function leaving_of(int) from public;
grant execute on function leaving_of(int) to hub_app;

-- Whether the organisation behind whose wall this is asked has chosen where it goes, so that a copy of
-- it may stand elsewhere: its own notice erases nothing until that is over.
create or replace function duty_of_departure(of_tenant int, today date)
returns table (many int, cents bigint, until date)
language sql stable security definer set search_path = public, pg_temp as $$
  select count(*)::int, 0::bigint, null::date
    from departure d
   where d.at_home and d.organisation = of_tenant
     and of_tenant = current_setting('app.tenant')::int
     and d.state in ('chosen', 'copied', 'accepted')
$$;
alter function duty_of_departure(int, date) owner to hub_definer;
revoke all on function duty_of_departure(int, date) from public;
grant execute on function duty_of_departure(int, date) to hub_app;
