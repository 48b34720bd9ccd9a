-- A place says how many lodgings it has. Those of the registry are counted when it is loaded; a
-- house that its owner added is counted here, as soon as it is no draft any more.

create function count_added_house() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  less property := old;  -- nothing when it is new
  more property := new;  -- nothing when it is gone
begin
  if less.registry_key is not null or less.listing = 'draft' then
    less := null;
  end if;
  if more.registry_key is not null or more.listing = 'draft' then
    more := null;
  end if;
  if less.commune_code is not distinct from more.commune_code then
    return null;
  end if;
  update place
     set lodgings = greatest(lodgings + sums.change, 0)
    from (select kind, code, sum(change)::int as change
            from (select -1 as change, less.commune_code, less.department_code, less.region_code
                   union all
                  select 1, more.commune_code, more.department_code, more.region_code) as c
           cross join lateral (values
                   ('commune', c.commune_code),
                   ('commune', (select parent from commune where code = c.commune_code)),
                   ('department', c.department_code),
                   ('region', c.region_code)) as p (kind, code)
           where code is not null
           group by kind, code
          having sum(change) <> 0) as sums
   where place.kind = sums.kind and place.code = sums.code;
  return null;
end $$;

create trigger count_added_house after insert or delete or update of listing, commune_code,
    department_code, region_code, registry_key on property
  for each row execute function count_added_house();

revoke all on function count_added_house() from public;
alter function count_added_house() owner to hub_definer;
grant update (lodgings) on place to hub_definer;

-- Those that were added before are counted now, over all tenants.
set local role hub_definer;
update place
   set lodgings = lodgings + added.many
  from (select p.kind, p.code, count(*)::int as many
          from property h
         cross join lateral (values
                 ('commune', h.commune_code),
                 ('commune', (select parent from commune where code = h.commune_code)),
                 ('department', h.department_code),
                 ('region', h.region_code)) as p (kind, code)
         where h.registry_key is null and h.listing <> 'draft' and p.code is not null
         group by p.kind, p.code) as added
 where place.kind = added.kind and place.code = added.code;
reset role;
