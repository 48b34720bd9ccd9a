-- Replaced whole when it changes.

-- What a house that went back on stays still owes their guests.
create or replace function duty_of_amends(tenant int, today date)
returns table (many int, cents bigint, until date)
language sql stable security invoker set search_path = public, pg_temp as $$
  select count(*)::int, coalesce(sum(a.amount_cents), 0)::bigint, null::date
    from amends a
   where a.tenant = $1 and a.state <> 'paid'
$$;
revoke all on function duty_of_amends(int, date) from public;
grant execute on function duty_of_amends(int, date) to hub_app;
