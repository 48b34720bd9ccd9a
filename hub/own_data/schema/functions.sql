-- Replaced whole when it changes. Everything here runs as the caller: its rights and the wall that
-- it stands behind hold, and a test of the row comes on top of them.

-- The columns of a table that may be given: readable by the caller, not of bytes, not withheld.
create or replace function personal_columns(of text, hides text[])
returns table (name text, type text, nullable boolean, words text)
language sql stable security invoker set search_path = public, pg_temp as $$
  select a.attname::text, format_type(a.atttypid, null), not a.attnotnull,
         coalesce(col_description(a.attrelid, a.attnum), '')
    from pg_attribute a
   where a.attrelid = ('public.' || quote_ident(of))::regclass
     and a.attnum > 0 and not a.attisdropped and a.atttypid <> 'bytea'::regtype
     and a.attname <> all (hides) and has_column_privilege(a.attrelid, a.attnum, 'select')
   order by a.attnum
$$;

-- The columns of bytes of some tables: what no text can give, to be said in the copy.
create or replace function personal_bytes(tables text[]) returns table (of text, name text)
language sql stable security invoker set search_path = public, pg_temp as $$
  select c.relname::text, a.attname::text
    from pg_class c join pg_attribute a on a.attrelid = c.oid
   where c.relnamespace = 'public'::regnamespace and c.relname = any (tables)
     and a.attnum > 0 and not a.attisdropped and a.atttypid = 'bytea'::regtype
   order by 1, a.attnum
$$;

-- The column of `other` that `col` of `of` names: by the foreign key, else the key's first.
create or replace function personal_named(of text, col text, other text) returns text
language sql stable security invoker set search_path = public, pg_temp as $$
  select coalesce(
    (select f.attname::text
       from pg_constraint k
      cross join unnest(k.conkey, k.confkey) as u (here, there)
       join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.here
       join pg_attribute f on f.attrelid = k.confrelid and f.attnum = u.there
      where k.contype = 'f' and k.conrelid = ('public.' || quote_ident(of))::regclass
        and k.confrelid = ('public.' || quote_ident(other))::regclass and a.attname = col
      limit 1),
    (select a.attname::text
       from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = ('public.' || quote_ident(other))::regclass and i.indisprimary))
$$;

-- The test that makes a row of a table a person's, as SQL over $1 (the person's number), $2 (their
-- proven addresses in small letters) and $3 (how they are called as an actor). `said` is what the
-- slices say, by table.
create or replace function personal_test(of text, said jsonb, at text) returns text
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
  about jsonb := said -> of;
  tests text[];
begin
  if about is null then
    raise exception 'nothing is said of the table %', of using errcode = 'undefined_table';
  end if;
  select array_agg(test) into tests from (
    select format('%I.%I = $1', at, c) as test
      from jsonb_array_elements_text(about -> 'person') as c
    union all
    select format('%I.%I = $3', at, c) from jsonb_array_elements_text(about -> 'actor') as c
    union all
    select case when position('.' in c) = 0 then format('lower(%I.%I) = any ($2)', at, c)
                else format('lower(%I.%I ->> %L) = any ($2)', at, split_part(c, '.', 1),
                            split_part(c, '.', 2)) end
      from jsonb_array_elements_text(about -> 'email') as c
    union all
    select format('%1$I.%2$I in (select %3$I.%4$I from %5$I as %3$I where %6$s)', at, c.key,
                  at || 'o', personal_named(of, c.key, c.value), c.value,
                  personal_test(c.value, said, at || 'o'))
      from jsonb_each_text(about -> 'follows') as c
    union all
    select format('substring(%1$I.%2$I from %3$L)::uuid in (select %4$I.id from %5$I as %4$I where %6$s)',
                  at, c.key, '^' || c.value || ':([0-9a-f-]{36})', at || 'o', c.value,
                  personal_test(c.value, said, at || 'o'))
      from jsonb_each_text(about -> 'refers') as c
  ) all_of_them;
  return coalesce('(' || array_to_string(tests, ' or ') || ')', 'false');
end $$;

-- A page of the rows of a table that are a person's, among those that the caller sees, in the order
-- of the table's key.
create or replace function personal_rows(
  of text, said jsonb, hides text[], person int, addresses text[], skip int, wanted int)
returns setof jsonb
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
  key text;
  given text;
begin
  select string_agg(format('r.%I', a.attname), ', ' order by array_position(i.indkey::int2[], a.attnum))
    into key
    from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
   where i.indrelid = ('public.' || quote_ident(of))::regclass and i.indisprimary;
  select string_agg(format('r.%I', c.name), ', ') into given from personal_columns(of, hides) c;
  return query execute format(
    'select to_jsonb(t) from (select %s from %I as r where %s order by %s offset %s limit %s) as t',
    given, of, personal_test(of, said, 'r'), key, skip, wanted)
    using person, addresses, 'person:' || person;
end $$;

-- The tables that stand behind a wall: what is read once, and what behind each of them.
create or replace function personal_walled(tables text[]) returns setof text
language sql stable security invoker set search_path = public, pg_temp as $$
  select c.relname::text from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relname = any (tables) and c.relrowsecurity
   order by 1
$$;

-- The addresses that a slice's function says are proven to be a person's.
create or replace function personal_addresses(functions text[], person int) returns setof text
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
  one text;
begin
  foreach one in array functions loop
    return query execute format('select lower(a) from %I($1) as a', one) using person;
  end loop;
end $$;

-- The tenants behind whose walls rows may be a person's, as the slices' functions say.
create or replace function personal_tenants(functions text[], person int, addresses text[])
returns setof int
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
  one text;
begin
  foreach one in array functions loop
    return query execute format('select t from %I($1, $2) as t', one) using person, addresses;
  end loop;
end $$;

-- How many rows of a table are a person's, among those that the caller sees.
create or replace function personal_count(of text, said jsonb, person int, addresses text[])
returns bigint
language plpgsql stable security invoker set search_path = public, pg_temp as $$
declare
  many bigint;
begin
  execute format('select count(*) from %I as r where %s', of, personal_test(of, said, 'r'))
    into many using person, addresses, 'person:' || person;
  return many;
end $$;

-- What a slice does behind this wall, or behind none, when a person is erased.
create or replace function personal_forget(
  function text, person int, addresses text[], at timestamptz) returns void
language plpgsql volatile security invoker set search_path = public, pg_temp as $$
begin
  execute format('select %I($1, $2, $3)', function) using person, addresses, at;
end $$;
