-- Replaced whole when it changes.

-- Add counted searches to the houses' numbers, over all walls: the one way to write them. At most
-- 20,000 cells at once; unknown houses are left out; rows are touched in the order of their key.
create or replace function note_lost_searches(
  properties int[], days date[], outcomes text[], nights_asked int[], nights_needed int[],
  months date[], counts int[])
returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  noted int;
begin
  if cardinality(properties) > 20000 then
    raise exception 'too many cells at once' using errcode = 'program_limit_exceeded';
  end if;
  insert into lost_search as l (tenant, property, searched_on, outcome, nights, needed, month,
                                searches)
  select p.tenant, c.property, c.on_day, c.outcome, c.nights, c.needed, c.month, sum(c.searches)
    from unnest(properties, days, outcomes, nights_asked, nights_needed, months, counts)
      as c(property, on_day, outcome, nights, needed, month, searches)
    join property p on p.id = c.property
   group by 1, 2, 3, 4, 5, 6, 7
   order by 2, 3, 4, 5, 6, 7
  on conflict (property, searched_on, outcome, nights, needed, month) do update
     set searches = l.searches + excluded.searches;
  get diagnostics noted = row_count;
  return noted;
end $$;
alter function note_lost_searches(int[], date[], text[], int[], int[], date[], int[])
  owner to hub_definer;
revoke all on function note_lost_searches(int[], date[], text[], int[], int[], date[], int[])
  from public;
grant execute on function note_lost_searches(int[], date[], text[], int[], int[], date[], int[])
  to hub_app;

-- A department's searches by outcome, and by the enterprise whose houses they looked at: what is told
-- of areas is chosen from these, and nobody is shown them. An enterprise is its SIREN (DOMAIN 4.1),
-- or the organisation where that is not known.
drop function if exists lost_searches_by_area(text, date, date);
create or replace function lost_searches_of_department(code text, first_day date, last_day date)
returns table (outcome text, enterprises text[], searches int[])
language sql stable security definer set search_path = public, pg_temp as $$
  select counted.outcome, array_agg(counted.enterprise order by counted.enterprise),
         array_agg(counted.searches order by counted.enterprise)
    from (select l.outcome,
                 coalesce(nullif(b.document ->> 'siren', ''), 'organisation ' || p.tenant)
                   as enterprise,
                 sum(l.searches)::int as searches
            from property p
            join lost_search l
              on l.property = p.id and l.searched_on between first_day and last_day
            left join billing_profile b on b.tenant = p.tenant
           where p.department_code = code
           group by 1, 2) as counted
   group by 1
   order by 1
$$;
alter function lost_searches_of_department(text, date, date) owner to hub_definer;
revoke all on function lost_searches_of_department(text, date, date) from public;
grant execute on function lost_searches_of_department(text, date, date) to hub_app;

-- Numbers older than a day are gone, but those of houses that an order keeps.
create or replace function forget_lost_searches(before date) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  old int[] := array(select distinct l.tenant from lost_search l where l.searched_on < before);
  kept int[] := array(select one from unnest(old) as one where legal_hold_on(array[one]));
  gone int;
begin
  delete from lost_search l where l.searched_on < before and l.tenant <> all (kept);
  get diagnostics gone = row_count;
  return gone;
end $$;
alter function forget_lost_searches(date) owner to hub_definer;
revoke all on function forget_lost_searches(date) from public;
grant execute on function forget_lost_searches(date) to hub_app;
