-- Replaced whole when it changes.

-- The schools whose courses were last followed by somebody from outside before an instant: for the
-- daily erasure, which leaves alone what an order keeps.
create or replace function schools_with_old_visitors(before timestamptz) returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select old.tenant
    from (select distinct e.tenant from school_enrolment e
           where e.member is null and e.seen_at <= before) as old
   where not legal_hold_on(array[old.tenant])
   limit 10000
$$;
alter function schools_with_old_visitors(timestamptz) owner to hub_definer;
revoke all on function schools_with_old_visitors(timestamptz) from public;
grant execute on function schools_with_old_visitors(timestamptz) to hub_app;
