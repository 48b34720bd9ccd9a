-- Replaced whole when it changes. What looks over the walls of services, each for one purpose.

-- The services whose people somebody belongs to, and first the space that they act for now even when
-- it is closed: one statement for each page of theirs, whose guard never misses the space.
create or replace function services_of_person(wanted int, acting int, most int)
returns table (service uuid, space int, vertical text, name text, state text, invented boolean,
               closed boolean, colour text, has_legal boolean, ends_on date, fault text,
               faults_left int, changed_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.id, p.space, s.vertical, s.name, s.state, p.invented, p.closed_at is not null, s.colour,
         s.legal <> '', s.ends_on, s.fault, s.faults_left, s.changed_at
    from membership m
    join service_space p on p.space = m.tenant
    join service s on s.id = p.service
   where m.person = wanted
     and (p.space = acting or (p.closed_at is null and s.state <> 'retired'))
   order by (p.space = acting) is not true, s.name, s.id
   limit most
$$;
alter function services_of_person(int, int, int) owner to hub_definer;
revoke all on function services_of_person(int, int, int) from public;
grant execute on function services_of_person(int, int, int) to hub_app;

-- The service of a space, for somebody who comes by a link and belongs to nothing.
create or replace function service_of_space(wanted int)
returns table (service uuid, space int, vertical text, name text, state text, invented boolean,
               closed boolean, colour text, has_legal boolean, ends_on date, fault text,
               faults_left int, changed_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.id, p.space, s.vertical, s.name, s.state, p.invented, p.closed_at is not null, s.colour,
         s.legal <> '', s.ends_on, s.fault, s.faults_left, s.changed_at
    from service_space p
    join service s on s.id = p.service
   where p.space = wanted
$$;
alter function service_of_space(int) owner to hub_definer;
revoke all on function service_of_space(int) from public;
grant execute on function service_of_space(int) to hub_app;

-- What everybody may know of a service: how it looks, and its legal text.
create or replace function service_face(wanted uuid)
returns table (name text, vertical text, state text, colour text, legal text)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.name, s.vertical, s.state, s.colour, s.legal from service s where s.id = wanted
$$;
alter function service_face(uuid) owner to hub_definer;
revoke all on function service_face(uuid) from public;
grant execute on function service_face(uuid) to hub_app;

-- One write more of a space's service on a day, unless the day is used up; how many there are then,
-- nothing when no more may be. What is written in production is billed.
create or replace function service_spend(wanted int, today date, most int) returns int
language sql volatile security definer set search_path = public, pg_temp as $$
  insert into service_use (tenant, service, day, acts, billable)
  select p.tenant, p.service, today, 1, (s.state = 'production')::int
    from service_space p join service s on s.id = p.service
   where p.space = wanted
  on conflict (service, day) do update
     set acts = service_use.acts + 1, billable = service_use.billable + excluded.billable
   where service_use.acts < most
  returning acts
$$;
alter function service_spend(int, date, int) owner to hub_definer;
revoke all on function service_spend(int, date, int) from public;
grant execute on function service_spend(int, date, int) to hub_app;

-- A write that was counted and then refused is not counted.
create or replace function service_give_back(wanted int, counted_on date) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  update service_use u
     set acts = u.acts - 1,
         billable = least(u.acts - 1, u.billable - (s.state = 'production')::int)
    from service_space p join service s on s.id = p.service
   where p.space = wanted and u.service = p.service and u.day = counted_on
     and u.acts - 1 >= u.metered and u.billable - (s.state = 'production')::int >= u.metered
$$;
alter function service_give_back(int, date) owner to hub_definer;
revoke all on function service_give_back(int, date) from public;
grant execute on function service_give_back(int, date) to hub_app;

-- Billable writes of days that are over and that usage billing does not know, each with the first
-- subscription of its launcher's that meters them on that day, and who sells it.
create or replace function service_uses_due(today date, meter text, most int)
returns table (service uuid, day date, billable int, metered int, seller int, subscription uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct on (u.day, u.service) u.service, u.day, u.billable, u.metered, s.tenant, s.id
    from service_use u
    join usage_subscription s
      on s.customer = u.tenant and s.since <= u.day and (s.until is null or u.day < s.until)
    join usage_plan p on p.tenant = s.tenant and p.code = s.plan and p.version = s.version
   where u.billable > u.metered and u.day < today and u.day > today - 90
     and p.terms -> 'meters' @> jsonb_build_array(jsonb_build_object('type', meter))
   order by u.day, u.service, s.since, s.id
   limit most
$$;
alter function service_uses_due(date, text, int) owner to hub_definer;
revoke all on function service_uses_due(date, text, int) from public;
grant execute on function service_uses_due(date, text, int) to hub_app;

-- Usage billing knows of a day's writes up to a count; whether it still knew of `known` before.
create or replace function service_note_metered(wanted uuid, on_day date, known int, told int)
returns boolean
language sql volatile security definer set search_path = public, pg_temp as $$
  update service_use set metered = told
   where service = wanted and day = on_day and metered = known
  returning true
$$;
alter function service_note_metered(uuid, date, int, int) owner to hub_definer;
revoke all on function service_note_metered(uuid, date, int, int) from public;
grant execute on function service_note_metered(uuid, date, int, int) to hub_app;

-- One of the faults that a sandbox was asked for, used up.
create or replace function service_fail(wanted int) returns boolean
language sql volatile security definer set search_path = public, pg_temp as $$
  update service s
     set faults_left = s.faults_left - 1,
         fault = case when s.faults_left > 1 then s.fault else '' end
    from service_space p
   where p.space = wanted and p.closed_at is null and s.id = p.service and s.faults_left > 0
  returning true
$$;
alter function service_fail(int) owner to hub_definer;
revoke all on function service_fail(int) from public;
grant execute on function service_fail(int) to hub_app;

-- Whoever is first to fill a space with invented data: true once.
create or replace function service_mark_filled(wanted int, at timestamptz) returns boolean
language sql volatile security definer set search_path = public, pg_temp as $$
  update service_space set filled_at = at
   where space = wanted and invented and filled_at is null and closed_at is null
  returning true
$$;
alter function service_mark_filled(int, timestamptz) owner to hub_definer;
revoke all on function service_mark_filled(int, timestamptz) from public;
grant execute on function service_mark_filled(int, timestamptz) to hub_app;

-- Services whose last day is over, with who launched them. One that closes and whose data nobody has
-- taken out waits for them, not for the clock.
create or replace function services_due(today date, most int)
returns table (id uuid, tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.id, s.tenant from service s
   where s.ends_on < today
     and (s.state = 'trial' or (s.state = 'winding_down' and s.exported_at is not null))
   order by s.ends_on, s.id
   limit most
$$;
alter function services_due(date, int) owner to hub_definer;
revoke all on function services_due(date, int) from public;
grant execute on function services_due(date, int) to hub_app;

-- A vertical's tables as the catalogue knows them: columns, key, foreign keys to others of them. It
-- runs with the caller's rights, as do the two below: the caller's wall stands.
drop function if exists service_tables(text[]);
create function service_tables(wanted text[])
returns table (name text, columns text[], counted text[], files text[], key text[], links jsonb)
language sql stable as $$
  select c.relname::text,
         array(select a.attname::text from pg_attribute a
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                  and a.attgenerated = '' order by a.attnum),
         array(select a.attname::text from pg_attribute a
                where a.attrelid = c.oid and a.attidentity <> '' and not a.attisdropped),
         array(select a.attname::text from pg_attribute a
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                  and a.attgenerated = '' and a.atttypid = 'bytea'::regtype order by a.attnum),
         array(select a.attname::text
                 from pg_constraint k
                cross join unnest(k.conkey) with ordinality as u (number, place)
                 join pg_attribute a on a.attrelid = c.oid and a.attnum = u.number
                where k.conrelid = c.oid and k.contype = 'p'
                order by u.place),
         coalesce((select jsonb_agg(jsonb_build_object('table', k.confrelid::regclass::text,
                            'columns', (select jsonb_agg(a.attname) from pg_attribute a
                                         where a.attrelid = k.conrelid and a.attnum = any(k.conkey)),
                            'keys', (select jsonb_agg(a.attname) from pg_attribute a
                                      where a.attrelid = k.confrelid and a.attnum = any(k.confkey)))
                            order by k.conname)
                     from pg_constraint k
                    where k.conrelid = c.oid and k.contype = 'f'), '[]')
    from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     and c.relname = any(wanted)
   order by c.relname
$$;

-- Some rows of a table behind the caller's wall, those after a mark in the order of the key: each as
-- JSON without the wall's own number, with the next mark. Of `files` the JSON says the SHA-256; their
-- contents stand beside it, if they are asked for.
drop function if exists service_lines(text, text[], text[], int);
create or replace function service_piece(
  of text, wanted text[], files text[], key text[], after text[], whole boolean, most int
) returns table (line text, mark text[], contents bytea[]) language plpgsql stable as $$
declare
  shown text; marks text; keys text; placed text; held text := '';
begin
  select string_agg(case when one = any(files)
                         then format('encode(sha256(t.%1$I), ''hex'') as %1$I', one)
                         else format('t.%I', one) end, ', ' order by place)
    into shown from unnest(wanted) with ordinality as w (one, place);
  select string_agg(format('t.%I::text', one), ', ' order by place),
         string_agg(format('t.%I', one), ', ' order by place),
         string_agg(format('$1[%s]::%s', place, format_type(a.atttypid, a.atttypmod)), ', '
                    order by place)
    into marks, keys, placed
    from unnest(key) with ordinality as w (one, place)
    join pg_attribute a on a.attrelid = to_regclass(quote_ident(of)) and a.attname = one;
  if whole then
    select coalesce(string_agg(format('t.%I', one), ', ' order by place), '')
      into held from unnest(files) with ordinality as w (one, place);
  end if;
  return query execute format(
    'select to_jsonb((select s from (select %1$s) as s))::text, array[%2$s]::text[],
            array[%3$s]::bytea[]
       from %4$I as t
      where t.tenant = current_setting(''app.tenant'')::int %5$s
      order by %6$s limit $2',
    shown, marks, held, of,
    case when after is null then '' else format('and (%s) > (%s)', keys, placed) end, keys)
    using after, most;
end $$;

-- Put such rows in, behind the caller's wall; how many.
create or replace function service_fill(of text, written text[], lines text[]) returns int
language plpgsql volatile as $$
declare
  names text := (select string_agg(quote_ident(one), ', ') from unnest(written) as one);
  new int;
begin
  execute format(
    'insert into %1$I (tenant, %2$s)
     select current_setting(''app.tenant'')::int, %2$s
       from jsonb_populate_recordset(null::%1$I, $1)',
    of, names) using (select jsonb_agg(line::jsonb order by place)
                        from unnest(lines) with ordinality as given (line, place));
  get diagnostics new = row_count;
  return new;
end $$;
revoke all on function service_tables(text[]), service_fill(text, text[], text[]),
  service_piece(text, text[], text[], text[], text[], boolean, int) from public;
grant execute on function service_tables(text[]), service_fill(text, text[], text[]),
  service_piece(text, text[], text[], text[], text[], boolean, int) to hub_app;
