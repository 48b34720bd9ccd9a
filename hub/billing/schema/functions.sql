-- Replaced whole when it changes.

-- Who has records of days before one that no closing holds yet. Numbers only leave the walls.
create or replace function issuers_to_close(before_day date, wanted int)
returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct r.tenant
    from billing_record r
   where r.on_day < before_day
     and r.seq > coalesce((select max(c.last_seq) from billing_closing c
                            where c.tenant = r.tenant and c.period = 'day'), 0)
   order by r.tenant
   limit wanted
$$;
alter function issuers_to_close(date, int) owner to hub_definer;
revoke all on function issuers_to_close(date, int) from public;
grant execute on function issuers_to_close(date, int) to hub_app;
