-- Replaced whole when it changes.

-- Whose block a code names, over all tenants: for who comes with it.
create or replace function group_of_code(wanted text)
returns table (tenant int, block uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select b.tenant, b.id from group_block b where b.code = wanted
$$;
alter function group_of_code(text) owner to hub_definer;
revoke all on function group_of_code(text) from public;
grant execute on function group_of_code(text) to hub_app;

-- Open blocks over all tenants that need a hand: their last day is over by the clock of their house,
-- or a stay of theirs fell through and its room was not asked back.
drop function if exists groups_to_mend(date, int);
create or replace function groups_to_mend(moment timestamptz, wanted int)
returns table (tenant int, block uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select g.tenant, g.id from group_block g
    join property h on h.id = g.property
   where g.state = 'open'
     and (g.cut_off_on < (moment at time zone h.zone)::date
          or exists (select from group_pickup p
                       join booking b on b.id = p.booking
                      where p.block = g.id and p.returned_at is null
                        and b.state in ('expired', 'released', 'cancelled')))
   order by g.cut_off_on
   limit wanted
$$;
alter function groups_to_mend(timestamptz, int) owner to hub_definer;
revoke all on function groups_to_mend(timestamptz, int) from public;
grant execute on function groups_to_mend(timestamptz, int) to hub_app;
