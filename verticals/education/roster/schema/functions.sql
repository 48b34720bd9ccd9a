-- Replaced whole when it changes.

-- The schools whose roster has one of somebody's addresses. Only their ids leave the walls.
create or replace function tenants_of_school(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select m.tenant from school_member m
   where m.email <> '' and lower(m.email) = any (addresses)
$$;
alter function tenants_of_school(int, text[]) owner to hub_definer;
revoke all on function tenants_of_school(int, text[]) from public;
grant execute on function tenants_of_school(int, text[]) to hub_app;

-- The schools where somebody left before an instant and is still there: for the daily erasure, which
-- leaves alone what an order keeps.
create or replace function schools_with_leavers(before timestamptz) returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select old.tenant
    from (select distinct m.tenant from school_member m where m.left_at <= before) as old
   where not legal_hold_on(array[old.tenant])
   limit 10000
$$;
alter function schools_with_leavers(timestamptz) owner to hub_definer;
revoke all on function schools_with_leavers(timestamptz) from public;
grant execute on function schools_with_leavers(timestamptz) to hub_app;

-- The schools where a list waits since before an instant: for the same.
create or replace function schools_with_waiting(before timestamptz) returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select old.tenant
    from (select distinct w.tenant from school_upload w where w.sent_at <= before) as old
   where not legal_hold_on(array[old.tenant])
   limit 10000
$$;
alter function schools_with_waiting(timestamptz) owner to hub_definer;
revoke all on function schools_with_waiting(timestamptz) from public;
grant execute on function schools_with_waiting(timestamptz) to hub_app;

-- The schools that remember since before an instant what is gone: for the same.
create or replace function schools_with_gone(before timestamptz) returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select old.tenant
    from (select distinct g.tenant from school_gone g where g.noted_at <= before) as old
   where not legal_hold_on(array[old.tenant])
   limit 10000
$$;
alter function schools_with_gone(timestamptz) owner to hub_definer;
revoke all on function schools_with_gone(timestamptz) from public;
grant execute on function schools_with_gone(timestamptz) to hub_app;
