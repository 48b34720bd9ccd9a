-- Replaced whole when it changes. What the probes count over all organisations.

-- The persons of operators, and how many have a second factor, and one that resists phishing.
-- Second factors stand in a table `second_factor (person, kind)`; a hub without one has none.
create or replace function count_administrators()
returns table (everybody int, with_factor int, resistant int)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  administrators int[];
begin
  select array_agg(distinct m.person) into administrators
    from membership m join organisation o on o.id = m.tenant
   where o.kind = 'operator';
  everybody := coalesce(cardinality(administrators), 0);
  with_factor := 0;
  resistant := 0;
  if to_regclass('public.second_factor') is not null then
    execute 'select count(distinct person)::int,
                    (count(distinct person) filter (where kind = ''passkey''))::int
               from second_factor where person = any ($1)'
       into with_factor, resistant using administrators;
  end if;
  return next;
end $$;
alter function count_administrators() owner to hub_definer;
revoke all on function count_administrators() from public;
grant execute on function count_administrators() to hub_app;
