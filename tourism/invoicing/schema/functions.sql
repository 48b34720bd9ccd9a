-- Replaced whole when it changes.

-- The stays whose documents do not follow their newest revision, of houses that can issue; and those
-- that were paid, are over, and that nobody has closed. Numbers only.
drop function if exists stays_to_invoice(int);
create or replace function stays_to_invoice(on_day date, wanted int)
returns table (tenant int, booking uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select b.tenant, b.id
    from billing_profile p
    join booking b on b.tenant = p.tenant
    left join stay_invoicing s on s.booking = b.id
   where b.state in ('confirmed', 'in_house', 'checked_out', 'no_show', 'cancelled')
     and (s.booking is null or s.revision < b.revision
          or (not s.invoiced and b.departure < on_day and b.state in ('confirmed', 'in_house')
              and b.document ->> 'channel' is distinct from 'desk'))
   order by b.arrival, b.id
   limit wanted
$$;
alter function stays_to_invoice(date, int) owner to hub_definer;
revoke all on function stays_to_invoice(date, int) from public;
grant execute on function stays_to_invoice(date, int) to hub_app;

-- The houses that can be billed and were not yet for a month, of those that had sold a stay by its
-- end: no month of all others is a message to the worker.
create or replace function houses_to_bill(of_month date, wanted int)
returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.tenant
    from billing_profile p
   where exists (select from property h where h.tenant = p.tenant)
     and exists (select from booking b
                  where b.tenant = p.tenant and b.held_at < of_month + interval '1 month 1 day')
     and not exists (select from fees_billed f where f.tenant = p.tenant and f.month = of_month)
   order by p.tenant
   limit wanted
$$;
alter function houses_to_bill(date, int) owner to hub_definer;
revoke all on function houses_to_bill(date, int) from public;
grant execute on function houses_to_bill(date, int) to hub_app;
