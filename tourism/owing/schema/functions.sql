-- Replaced whole when it changes.

-- What is to be done now for what guests owe, whoever's they are: numbers only.
create or replace function dues_to_act(at timestamptz, wanted int)
returns table (tenant int, due uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select d.tenant, d.id from stay_due d where d.next_at <= at order by d.next_at, d.id limit wanted
$$;
alter function dues_to_act(timestamptz, int) owner to hub_definer;
revoke all on function dues_to_act(timestamptz, int) from public;
grant execute on function dues_to_act(timestamptz, int) to hub_app;

-- What guests of a house still have to pay by card.
create or replace function duty_of_dues(tenant int, today date)
returns table (many int, cents bigint, until date)
language sql stable security invoker set search_path = public, pg_temp as $$
  select count(*)::int, coalesce(sum(d.amount_cents), 0)::bigint, max(d.due_on)
    from stay_due d
   where d.tenant = $1 and d.closed_at is null and d.kind <> 'release'
$$;
revoke all on function duty_of_dues(int, date) from public;
grant execute on function duty_of_dues(int, date) to hub_app;
