-- Replaced whole when it changes.

-- The stays whose shares can be moved on a day, whoever's they are: begun before it (or cancelled),
-- and either changed since they were last looked at, or with something still due to somebody who can
-- be paid: who cannot keeps nobody else waiting. Numbers only.
create or replace function stays_to_settle(on_day date, wanted int)
returns table (tenant int, booking uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select b.tenant, b.id
    from booking b
    left join stay_share s on s.booking = b.id and s.holder = b.tenant
   where (b.arrival < on_day or b.state = 'cancelled')
     and b.state in ('confirmed', 'in_house', 'checked_out', 'no_show', 'cancelled')
     and b.document ->> 'channel' is distinct from 'desk'
     and (s.booking is null or s.revision < b.revision
          or exists (select from stay_share o
                      where o.booking = b.id and o.held not in ('', 'sandbox')
                        and (o.held <> 'not_payable' or payee_account(o.holder) is not null)))
   order by b.arrival, b.id
   limit wanted
$$;
alter function stays_to_settle(date, int) owner to hub_definer;
revoke all on function stays_to_settle(date, int) from public;
grant execute on function stays_to_settle(date, int) to hub_app;
