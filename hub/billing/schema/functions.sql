-- Replaced whole when it changes.

-- Who has records of days before one that no closing holds yet, or a month or a year that is over
-- with its last closed day and is not closed itself. Numbers only leave the walls.
create or replace function issuers_to_close(before_day date, wanted int)
returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  with closed as (
    select c.tenant, max(c.until) filter (where c.period = 'day') as day,
           max(c.until) filter (where c.period = 'month') as month,
           max(c.until) filter (where c.period = 'year') as year
      from billing_closing c group by c.tenant)
  select distinct r.tenant
    from billing_record r
   where r.on_day < before_day
     and r.seq > coalesce((select max(c.last_seq) from billing_closing c
                            where c.tenant = r.tenant and c.period = 'day'), 0)
   union
  select c.tenant
    from closed c
   where (date_trunc('month', c.day::timestamp) + interval '1 month' <= before_day
          and coalesce(c.month, date '2000-01-01') < c.day)
      or (date_trunc('year', c.day::timestamp) + interval '1 year' <= before_day
          and coalesce(c.year, date '2000-01-01') < c.day)
   order by tenant
   limit wanted
$$;
alter function issuers_to_close(date, int) owner to hub_definer;
revoke all on function issuers_to_close(date, int) from public;
grant execute on function issuers_to_close(date, int) to hub_app;

-- Electronic invoices that no platform has yet, issued before an instant, over all walls. Numbers
-- only.
create or replace function invoices_to_send(before timestamptz, wanted int)
returns table (tenant int, invoice uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select i.tenant, i.id
    from invoice i
    left join invoice_sending s on s.tenant = i.tenant and s.invoice = i.id
   where i.business and i.issued_at <= before and s.reference is null and s.refusal is null
   order by i.issued_at
   limit wanted
$$;
alter function invoices_to_send(timestamptz, int) owner to hub_definer;
revoke all on function invoices_to_send(timestamptz, int) from public;
grant execute on function invoices_to_send(timestamptz, int) to hub_app;
