-- Whole tenants are read and written by an administrator who may pass the walls: these functions
-- run with the rights of whoever calls them and name tables that the catalogue knows. Nothing of
-- the application calls them.

-- The names of some of a table's columns, in that order.
create or replace function portable_columns(of oid, numbers int2[]) returns jsonb
language sql stable as $$
  select jsonb_agg(a.attname order by u.place)
    from unnest(numbers) with ordinality as u (number, place)
    join pg_attribute a on a.attrelid = of and a.attnum = u.number
$$;

-- The tables of this database: columns, key, foreign keys, whether a trigger refuses to delete, in
-- the order of their names.
create or replace function portable_tables() returns table (
  name text, columns jsonb, key text[], links jsonb, guarded boolean)
language sql stable as $$
  select c.relname::text,
         (select jsonb_agg(jsonb_build_object('name', a.attname, 'type',
                             format_type(a.atttypid, a.atttypmod), 'generated', a.attgenerated <> '')
                           order by a.attnum)
            from pg_attribute a
           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
         array(select a.attname::text
                 from pg_constraint k
                cross join unnest(k.conkey) with ordinality as u (number, place)
                 join pg_attribute a on a.attrelid = c.oid and a.attnum = u.number
                where k.conrelid = c.oid and k.contype = 'p'
                order by u.place),
         coalesce((select jsonb_agg(jsonb_build_object('table', k.confrelid::regclass::text,
                            'columns', portable_columns(k.conrelid, k.conkey),
                            'keys', portable_columns(k.confrelid, k.confkey)) order by k.conname)
                     from pg_constraint k
                    where k.conrelid = c.oid and k.contype = 'f'), '[]'),
         exists (select from pg_trigger t
                  where t.tgrelid = c.oid and not t.tgisinternal
                    and t.tgtype & 3 = 3 and t.tgtype & 8 = 8)
    from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     and not c.relispartition
   order by c.relname
$$;

-- The order of a table's key, the same whatever the collation of the database.
create or replace function portable_order(of text, key text[]) returns text
language sql stable as $$
  select string_agg(format(case when a.attcollation <> 0 then 't.%I collate "C"' else 't.%I' end,
                           u.name), ', ' order by u.place)
    from unnest(key) with ordinality as u (name, place)
    join pg_attribute a on a.attrelid = to_regclass(quote_ident(of)) and a.attname = u.name
$$;

-- A table's rows as JSON, one text a row, in the order of its key whatever the collation: those
-- of which one of the columns `by` holds `tenant`. Only the columns asked for.
create or replace function portable_lines(of text, wanted text[], key text[], by text[], tenant int)
returns setof text language plpgsql stable as $$
begin
  return query execute format(
    'select (select jsonb_object_agg(e.key, e.value) from jsonb_each(to_jsonb(t)) as e
              where e.key = any($2))::text
       from %I as t where %s order by %s',
    of,
    (select string_agg(format('t.%I = $1', one), ' or ') from unnest(by) as one),
    portable_order(of, key)) using tenant, wanted;
end $$;

-- The values by which those rows name others.
create or replace function portable_names(of text, by text[], tenant int, by_column text)
returns setof text language plpgsql stable as $$
begin
  return query execute format(
    'select distinct t.%1$I::text from %2$I as t where t.%1$I is not null and (%3$s)',
    by_column, of, (select string_agg(format('t.%I = $1', one), ' or ') from unnest(by) as one))
    using tenant;
end $$;

-- The rows that were named, by the values of one column.
create or replace function portable_named(of text, wanted text[], key text[], by_column text, names text[])
returns setof text language plpgsql stable as $$
begin
  return query execute format(
    'select (select jsonb_object_agg(e.key, e.value) from jsonb_each(to_jsonb(t)) as e
              where e.key = any($2))::text
       from %I as t where t.%I::text = any($1) order by %s',
    of, by_column, portable_order(of, key)) using names, wanted;
end $$;

-- Put rows in as they were, numbers included; how many were not there yet.
create or replace function portable_fill(of text, written text[], lines text[]) returns int
language plpgsql as $$
declare
  names text := (select string_agg(quote_ident(one), ', ') from unnest(written) as one);
  new int;
begin
  execute format(
    'insert into %1$I (%2$s) overriding system value
     select %2$s from jsonb_populate_recordset(null::%1$I, $1) on conflict do nothing',
    of, names) using (select jsonb_agg(line::jsonb) from unnest(lines) as line);
  get diagnostics new = row_count;
  return new;
end $$;

-- How many of a tenant's rows name, by these columns, a row that is not there; without columns `by`
-- the rows of everybody.
create or replace function portable_lost(
  of text, by text[], tenant int, columns text[], other text, keys text[])
returns bigint language plpgsql stable as $$
declare
  lost bigint;
begin
  execute format(
    'select count(*) from %I as t where (%s) and %s and not exists (select from %I as o where %s)',
    of,
    coalesce((select string_agg(format('t.%I = $1', one), ' or ') from unnest(by) as one), 'true'),
    (select string_agg(format('t.%I is not null', one), ' and ') from unnest(columns) as one),
    other,
    (select string_agg(format('o.%I = t.%I', k.name, c.name), ' and ')
       from unnest(columns) with ordinality as c (name, place)
       join unnest(keys) with ordinality as k (name, place) using (place)))
    into lost using tenant;
  return lost;
end $$;

-- Numbers given from now on stand above those that arrived.
create or replace function portable_renumber(of text) returns void language plpgsql as $$
declare
  counted text := (select attname from pg_attribute
                    where attrelid = to_regclass(quote_ident(of)) and attidentity <> '');
begin
  if counted is not null then
    execute format(
      'select setval(pg_get_serial_sequence(%L, %L), greatest((select max(%I) from %I), 1))',
      quote_ident(of), counted, counted, of);
  end if;
end $$;

-- Nobody else changes or adds to these rows until the transaction ends.
create or replace function portable_lock(of text, by text[], tenant int) returns void
language plpgsql as $$
begin
  execute format('select from %I as t where %s for update', of,
    (select string_agg(format('t.%I = $1', one), ' or ') from unnest(by) as one)) using tenant;
end $$;

-- Take rows away; how many.
create or replace function portable_erase(of text, by text[], tenant int) returns bigint
language plpgsql as $$
declare
  gone bigint;
begin
  execute format('delete from %I as t where %s', of,
    (select string_agg(format('t.%I = $1', one), ' or ') from unnest(by) as one)) using tenant;
  get diagnostics gone = row_count;
  return gone;
end $$;

-- Take some rows away, none that another row of the same table names; how many.
create or replace function portable_end(of text, by text[], tenant int, most int) returns bigint
language plpgsql as $$
declare
  gone bigint;
  unnamed text := (
    select coalesce(string_agg(format(
             ' and not exists (select from %I as n where %s and (n.tableoid, n.ctid) <> (s.tableoid, s.ctid))',
             of, k.same), ''), '')
      from (select c.oid, string_agg(format('n.%I = s.%I', naming.attname, named.attname), ' and ') as same
              from pg_constraint c
             cross join unnest(c.conkey, c.confkey) as u (naming, named)
              join pg_attribute naming on naming.attrelid = c.conrelid and naming.attnum = u.naming
              join pg_attribute named on named.attrelid = c.conrelid and named.attnum = u.named
             where c.contype = 'f' and c.conrelid = c.confrelid
               and c.conrelid = to_regclass(quote_ident(of))
             group by c.oid) as k);
begin
  execute format(
    'delete from %1$I as t
      using (select s.tableoid as o, s.ctid as c from %1$I as s where (%2$s)%3$s limit $2) as found
      where t.tableoid = found.o and t.ctid = found.c',
    of, (select string_agg(format('s.%I = $1', one), ' or ') from unnest(by) as one), unnamed)
    using tenant, most;
  get diagnostics gone = row_count;
  return gone;
end $$;

create or replace function portable_count(of text, by text[], tenant int) returns bigint
language plpgsql stable as $$
declare
  many bigint;
begin
  execute format('select count(*) from %I as t where %s', of,
    (select string_agg(format('t.%I = $1', one), ' or ') from unnest(by) as one))
    into many using tenant;
  return many;
end $$;

-- A slice's own function of the number of the tenant that arrived.
create or replace function portable_arrive(function text, tenant int) returns void
language plpgsql as $$
begin
  execute format('select %I($1)', function) using tenant;
end $$;

-- A slice's own function of the number of the tenant and an instant: when its rows go, or from when on
-- it lives here.
drop function if exists portable_depart(text, int);
drop function if exists portable_depart(text, int, date);
create or replace function portable_tell(function text, tenant int, at timestamptz) returns void
language plpgsql as $$
begin
  execute format('select %I($1, $2)', function) using tenant, at;
end $$;

revoke all on function portable_tables(), portable_columns(oid, int2[]),
  portable_lines(text, text[], text[], text[], int), portable_names(text, text[], int, text),
  portable_named(text, text[], text[], text, text[]), portable_order(text, text[]),
  portable_fill(text, text[], text[]),
  portable_lost(text, text[], int, text[], text, text[]), portable_renumber(text),
  portable_arrive(text, int), portable_tell(text, int, timestamptz),
  portable_lock(text, text[], int), portable_erase(text, text[], int),
  portable_end(text, text[], int, int), portable_count(text, text[], int)
  from public;

-- Whether one of these tenants is under a legal hold.
create or replace function legal_hold_on(tenants int[]) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from legal_hold h where h.tenant = any (tenants))
$$;
alter function legal_hold_on(int[]) owner to hub_definer;
revoke all on function legal_hold_on(int[]) from public;
grant execute on function legal_hold_on(int[]) to hub_app;
