-- Replaced whole when it changes.

-- A page of the rows of one table that the caller sees from behind its wall, as JSON, in the order of
-- the table's key, without columns of bytes. The caller's own rights and the wall hold: it runs
-- as the caller. This is how an archive is complete by construction: a table that a later version
-- adds is taken along without a line of code.
create or replace function rows_to_take(named text, skip int, wanted int) returns setof jsonb
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
  key text;
begin
  if not exists (select from tables_to_take() t where t.name = named) then
    raise exception 'not a table of tenants: %', named using errcode = 'undefined_table';
  end if;
  select string_agg(format('t.%I', a.attname), ', ' order by array_position(i.indkey::int2[], a.attnum))
    into key
    from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
   where i.indrelid = ('public.' || quote_ident(named))::regclass and i.indisprimary;
  return query execute
    format('select to_jsonb(t) from (select %s from %I t order by %s offset %s limit %s) t',
           columns_to_take(named), named, key, skip, wanted);
end $$;

-- The columns of a table by name, but for those of bytes.
create or replace function columns_to_take(named text) returns text
language sql stable security invoker set search_path = public, pg_temp as $$
  select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
    from pg_attribute a
   where a.attrelid = ('public.' || quote_ident(named))::regclass
     and a.attnum > 0 and not a.attisdropped and a.atttypid <> 'bytea'::regtype
$$;

-- The tables that hold tenants' rows and that the caller may read.
create or replace function tables_to_take() returns table (name text)
language sql stable security invoker set search_path = public, pg_temp as $$
  select c.relname::text
    from pg_class c
   where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
     and c.relrowsecurity and has_table_privilege(c.oid, 'select')
   order by 1
$$;

-- The houses that hold an archive whose time is over. Only their ids leave the walls.
create or replace function houses_with_old_takeaways(before timestamptz)
returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct t.tenant from takeaway t where t.expires_at < before limit 10000
$$;
alter function houses_with_old_takeaways(timestamptz) owner to hub_definer;
revoke all on function houses_with_old_takeaways(timestamptz) from public;
grant execute on function houses_with_old_takeaways(timestamptz) to hub_app;
