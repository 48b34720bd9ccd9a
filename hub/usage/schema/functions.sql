-- Replaced whole when it changes.

-- The months of subscriptions that are over by the subscriber's clock (less a grace) and were not
-- billed, or know of an event less than there is. Numbers only.
create or replace function usage_months_due(at_instant timestamptz, grace interval, wanted int)
returns table (tenant int, subscription uuid, month date)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.tenant, s.id, m.first
    from usage_subscription s
   cross join lateral (
     select g::date as first
       from generate_series(date_trunc('month', s.since::timestamp),
                            date_trunc('month', ((at_instant - grace) at time zone s.zone))
                              - interval '1 month', interval '1 month') g
      where s.until is null or g < s.until
         or exists (select from usage_event u
                     where u.subscription = s.id and u.at >= (g at time zone s.zone)
                       and u.at < ((g + interval '1 month') at time zone s.zone))) m
    left join usage_month b on b.subscription = s.id and b.month = m.first
   where b.month is null
      or exists (select from usage_event e
                  where e.subscription = s.id and e.seq > b.seq
                    and e.at >= (m.first::timestamp at time zone s.zone)
                    and e.at < ((m.first + interval '1 month') at time zone s.zone))
   order by m.first, s.id
   limit wanted
$$;
alter function usage_months_due(timestamptz, interval, int) owner to hub_definer;
revoke all on function usage_months_due(timestamptz, interval, int) from public;
grant execute on function usage_months_due(timestamptz, interval, int) to hub_app;
