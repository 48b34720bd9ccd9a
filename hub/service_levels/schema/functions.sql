-- Replaced whole when it changes.

-- The organisations that somebody owns (of those named, if any are), over all walls, in the order
-- of their numbers, but copies of such as do not live here yet. Numbers only.
create or replace function organisations_owned(after_tenant int, named int[], wanted int)
returns table (tenant int)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query select distinct m.tenant from membership m
   where m.role = 'owner' and m.tenant > after_tenant
     and (cardinality(named) = 0 or m.tenant = any(named))
     and not exists (select from held_organisation h
                      where h.tenant = m.tenant
                        and h.reason in ('not here yet', 'not here again yet'))
   order by 1 limit wanted;
end $$;
alter function organisations_owned(int, int[], int) owner to hub_definer;
revoke all on function organisations_owned(int, int[], int) from public;
grant execute on function organisations_owned(int, int[], int) to hub_app;
