-- Replaced whole when it changes.

-- The stays that a house still has to give, for whoever would be erased with it.
create or replace function duty_of_stays(tenant int, today date)
returns table (many int, cents bigint, until date)
language sql stable security invoker set search_path = public, pg_temp as $$
  select count(*)::int, coalesce(sum(b.total_cents), 0)::bigint, max(b.departure)
    from booking b
   where b.tenant = $1
     and (b.state = 'in_house'
          or b.state in ('requested', 'paying', 'confirmed') and b.departure >= $2)
$$;
revoke all on function duty_of_stays(int, date) from public;
grant execute on function duty_of_stays(int, date) to hub_app;

drop function if exists ending_holds(timestamptz, timestamptz, timestamptz, int);
-- Held, half-paid or asked bookings whose time has passed, over all tenants: so many, the longest
-- over first, after one of them. For the sweep that ends them: only their ids leave the walls. What was
-- promised until an instant is ended by its own message, which gives an offer of a waiting list to the
-- next in line; the sweep comes a minute later, for a message that is lost.
create or replace function over_holds(at timestamptz, after_at timestamptz, after_id uuid, wanted int)
returns table (tenant int, booking uuid, expires_at timestamptz, requested boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select b.tenant, b.id, b.expires_at, b.state = 'requested' from booking b
   where b.state in ('requested', 'held', 'paying')
     and b.expires_at <= at and b.expires_at >= after_at
     and (b.promised_until is null or b.expires_at <= at - interval '1 minute')
     and (b.expires_at, b.id) > (after_at, after_id)
   order by b.expires_at, b.id
   limit wanted
$$;
alter function over_holds(timestamptz, timestamptz, uuid, int) owner to hub_definer;
revoke all on function over_holds(timestamptz, timestamptz, uuid, int) from public;
grant execute on function over_holds(timestamptz, timestamptz, uuid, int) to hub_app;

-- End those of a house's holds whose time has passed, as each would end by itself; how many. In the
-- one order of locks: the bookings, the years of let nights, then each room type's months, each
-- written once. A booking that somebody has locked is left for the next time, so that nobody who
-- pays is waited for; one that has ended already is none of them.
create or replace function end_holds(of_tenant int, at timestamptz, bookings uuid[], actor text)
returns int language plpgsql set search_path = public, pg_temp as $$
declare
  due uuid[];
  let record;
  types int[];
  nights date[];
  quantities int[];
begin
  perform enter_wall(of_tenant);
  due := array(
    select b.id from booking b
     where b.id = any (bookings) and b.state in ('held', 'paying') and b.expires_at <= at
       and b.changing is null
     order by b.id
       for update skip locked);
  if cardinality(due) = 0 then
    return 0;
  end if;

  insert into booking_revision (booking, revision, tenant, state, event, reason, actor, at)
  select b.id, b.revision + 1, b.tenant, 'expired', 'time over',
         case b.state when 'paying' then 'the bank did not answer in time'
                      else 'the hold''s time has passed' end, end_holds.actor, end_holds.at
    from booking b where b.id = any (due);
  update booking b set state = 'expired', revision = b.revision + 1, expires_at = null
   where b.id = any (due);

  for let in
    select b.property, n.year, sum(n.nights)::int as nights
      from booking b
     cross join lateral nights_by_year(b.arrival, b.departure) as n
     where b.id = any (due)
       and (b.document @> '{"night_counted": true}' or b.document @> '{"night_limited": true}')
     group by b.property, n.year
     order by b.property, n.year
  loop
    update let_year y set nights = greatest(y.nights - let.nights, 0)
     where y.property = let.property and y.year = let.year;
  end loop;

  select array_agg(s.room_type), array_agg(s.night), array_agg(s.units)
    into types, nights, quantities
    from (select stay.room_type, stay.arrival + d as night, -sum(stay.rooms)::int as units
            from (select r.room_type, b.arrival, b.departure, count(*) as rooms
                    from booking b join reservation r on r.booking = b.id
                   where b.id = any (due)
                   group by 1, 2, 3) stay
           cross join generate_series(0, stay.departure - stay.arrival - 1) as d
           group by 1, 2) s;
  perform take_units(types, nights, quantities);
  return cardinality(due);
end $$;
revoke all on function end_holds(int, timestamptz, uuid[], text) from public;
grant execute on function end_holds(int, timestamptz, uuid[], text) to hub_app;

-- The clock was set by a step that is longer than any hold or payment has left (three quarters of an
-- hour at most, however often it was prolonged): the times of those from before go with it, over all
-- tenants; how many. They seem to have longer left than any can where it was set back, and to have been
-- over for as long where it was set ahead, until they are moved; so none is moved twice. What a house has
-- promised until an instant of the calendar stays.
create or replace function move_holds(at timestamptz, step interval) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  most_left constant interval := '45 minutes';
  moved int;
begin
  with earlier as (
    select b.id from booking b
     where b.state in ('held', 'paying') and b.promised_until is null
       and case when step < interval '0' then b.expires_at > at + most_left
                else b.expires_at > at - step and b.expires_at <= at - step + most_left end
     order by b.id
       for update)
  update booking b set held_at = b.held_at + step, expires_at = b.expires_at + step
    from earlier e where b.id = e.id;
  get diagnostics moved = row_count;
  return moved;
end $$;
alter function move_holds(timestamptz, interval) owner to hub_definer;
revoke all on function move_holds(timestamptz, interval) from public;
grant execute on function move_holds(timestamptz, interval) to hub_app;

-- The rooms of a booking with their states, in order, as a booking carries them; behind the
-- caller's wall.
create or replace function rooms_of(of_booking uuid) returns jsonb
language sql stable set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object(
           'number', r.number, 'state', r.state, 'penalty_cents', r.penalty_cents,
           'cancelled_at', r.cancelled_at) order by r.number), '[]'::jsonb)
    from reservation r
   where r.booking = of_booking
$$;
revoke all on function rooms_of(uuid) from public;
grant execute on function rooms_of(uuid) to hub_app;

-- Whether a night of a stay has too few units of a room type.
create or replace function lacks_units(room_types int[], units int[], arrival date, departure date)
returns boolean language plpgsql stable set search_path = public, pg_temp as $$
declare
  first date;
  last date;
  left_over int2[];
begin
  for i in 1 .. cardinality(room_types) loop
    first := arrival;
    while first < departure loop
      last := least(departure, (date_trunc('month', first) + interval '1 month')::date) - 1;
      select a.units_left[extract(day from first)::int : extract(day from last)::int]
        into left_over
        from ari_month a
       where a.room_type = room_types[i] and a.month = date_trunc('month', first)::date;
      if coalesce(cardinality(left_over), 0) <= last - first or units[i] > any (left_over) then
        return true;
      end if;
      first := last + 1;
    end loop;
  end loop;
  return false;
end $$;
revoke all on function lacks_units(int[], int[], date, date) from public;
grant execute on function lacks_units(int[], int[], date, date) to hub_app;

-- One booking as JSON, as `Booking` reads it.
create or replace function booking_document(b booking) returns jsonb
language plpgsql stable set search_path = public, pg_temp as $$
begin
  return jsonb_build_object(
    'id', b.id, 'tenant', b.tenant, 'property', b.property, 'reference', b.reference,
    'state', b.state, 'revision', b.revision, 'arrival', b.arrival, 'departure', b.departure,
    'total_cents', b.total_cents, 'refund_cents', b.refund_cents, 'quote', b.document,
    'guest', b.guest, 'held_at', b.held_at, 'expires_at', b.expires_at,
    'confirmed_at', b.confirmed_at, 'cancelled_at', b.cancelled_at,
    'reservations', rooms_of(b.id), 'version', b.version, 'kept_cents', b.kept_cents,
    'changing', b.changing, 'owed_cents', b.owed_cents);
end $$;
revoke all on function booking_document(booking) from public;
grant execute on function booking_document(booking) to hub_app;

-- One booking, the caller's until the end of the transaction. Two statements: in one, the rooms would
-- be read as they were before the wait for whoever had the booking, beside a booking of after it, and
-- a room that was just cancelled would be cancelled, paid back and put on sale once more.
create or replace function lock_booking(of_booking uuid) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  b booking;
begin
  select * into b from booking where id = of_booking for update;
  if not found then
    return null;
  end if;
  return booking_document(b);
end $$;
revoke all on function lock_booking(uuid) from public;
grant execute on function lock_booking(uuid) to hub_app;

-- How many units of which room types some rooms are, given by their types as JSON.
drop function if exists needs_of(jsonb);
create or replace function units_of(of_rooms jsonb, out room_types int[], out units int[])
language plpgsql immutable set search_path = public, pg_temp as $$
begin
  select array_agg(t.room_type order by t.room_type), array_agg(t.units order by t.room_type)
    into room_types, units
    from (select room_type::int, count(*)::int as units
            from jsonb_array_elements_text(of_rooms) as room_type
           group by 1) t;
end $$;
revoke all on function units_of(jsonb) from public;
grant execute on function units_of(jsonb) to hub_app;

-- The look at one quote whose rooms are gone; null when there is more to see.
create or replace function refuse_quote(of_quote uuid, of_scope text, of_key text) returns json
language plpgsql set search_path = public, pg_temp as $$
declare
  q record;
begin
  select quote.arrival, quote.departure, quote.expires_at, need.room_types, need.units into q
    from quote,
         units_of(jsonb_path_query_array(quote.document, '$.breakdown.rooms[*].room_type')) as need
   where quote.id = of_quote;
  if not found or not lacks_units(q.room_types, q.units, q.arrival, q.departure)
     or exists (select from booking b where b.quote = of_quote)
     or exists (select from idempotent_reply r where r.scope = of_scope and r.key = of_key) then
    return null;
  end if;
  return json_build_object('listing', null, 'stays', json_build_array(null), 'offers',
    json_build_array(json_build_object('n', 0, 'stay', 0, 'sold_out', true,
      'expires_at', q.expires_at, 'quote', null, 'held', null, 'kept', null)));
end $$;
revoke all on function refuse_quote(uuid, text, text) from public;
grant execute on function refuse_quote(uuid, text, text) to hub_app;

-- Everything that decides whether some quotes of one house can be held, in one message: the frozen
-- offers, what the house sells now (once for all who want the same: not even their rooms are counted
-- for each), the bookings that hold them already, and the answers that their keys were given. It
-- takes no lock. Of a quote whose rooms are gone, that nobody holds and whose key is new, only that
-- is said: most looks end so.
create or replace function look_at_quotes(of_tenant int, quotes uuid[], scopes text[], keys text[])
returns json language plpgsql set search_path = public, pg_temp as $$
declare
  refused json;
begin
  perform enter_wall(of_tenant);
  if cardinality(quotes) = 1 then
    refused := refuse_quote(quotes[1], scopes[1], keys[1]);
    if refused is not null then
      return refused;
    end if;
  end if;
  return (
    with asked as materialized (
      select w.n, q.id, q.property, q.arrival, q.departure, q.document, q.expires_at,
             jsonb_path_query_array(q.document, '$.breakdown.rooms[*].room_type') as rooms,
             (select b from booking b where b.quote = q.id) as held,
             (select r from idempotent_reply r where r.scope = w.scope and r.key = w.key) as kept
        from unnest(quotes, scopes, keys) with ordinality as w (quote, scope, key, n)
        join quote q on q.id = w.quote
    ), stay as materialized (
      select row_number() over () - 1 as number, s.*, need.room_types, need.units,
             lacks_units(need.room_types, need.units, s.arrival, s.departure) as full_up
        from (select distinct a.property, a.rooms, a.arrival, a.departure from asked a) s
       cross join lateral units_of(s.rooms) as need
    ), offer as materialized (
      select a.*, s.number as stay,
             (a.held).id is null and (a.kept).key is null and s.full_up as sold_out
        from asked a
        join stay s on (s.property, s.rooms, s.arrival, s.departure)
                     = (a.property, a.rooms, a.arrival, a.departure)
    )
    select json_build_object(
      'listing', (select p.listing from property p where p.tenant = of_tenant order by p.id limit 1),
      'stays', (
        select coalesce(json_agg(case when exists (select from offer o
                                                    where o.stay = s.number and not o.sold_out)
                 then json_build_object(
                   'terms', rates_terms(s.property, s.room_types, s.arrival, s.departure),
                   'mark', rates_mark(s.property, s.room_types, s.arrival, s.departure)) end
                 order by s.number), '[]')
          from stay s),
      'offers', (
        select coalesce(json_agg(json_build_object(
                 'n', o.n - 1, 'stay', o.stay, 'sold_out', o.sold_out, 'expires_at', o.expires_at,
                 'quote', case when not o.sold_out then o.document end,
                 'held', case when (o.held).id is not null then booking_document(o.held) end,
                 'kept', case when (o.kept).key is not null then json_build_object(
                    'fingerprint', translate(encode((o.kept).fingerprint, 'base64'), E'\n', ''),
                    'status', (o.kept).status,
                    'body', translate(encode((o.kept).body, 'base64'), E'\n', '')) end)), '[]')
          from offer o)));
end $$;
revoke all on function look_at_quotes(int, uuid[], text[], text[]) from public;
grant execute on function look_at_quotes(int, uuid[], text[], text[]) to hub_app;

-- Hold one quote: 'held', or 'again' when its key, its quote or its reference has just been used (look
-- again). Everything is inserted first and the units are taken last, so that the months of a wanted
-- room type are locked for the commit only. P0S01 when somebody was quicker; P0S03 when prices or
-- restrictions have changed since `mark`: then nothing is held. `need_*` say how many units of which
-- room types it takes; `room_*` are its reservations, `envelopes` the messages that follow.
--
-- Statements of plain values, one a table: a third of what the general form for several costs.
create or replace function hold_quote(
  of_tenant int, at timestamptz, of_quote uuid, of_booking uuid, of_reference text,
  until timestamptz, actor text, of_scope text, of_key text, of_fingerprint bytea, of_body bytea,
  mark bigint, need_types int[], need_units int[], room_types int[], room_plans int[],
  room_adults int[], room_ages text[], room_cents int[], delays interval[], envelopes jsonb[]
) returns text language plpgsql set search_path = public, pg_temp as $$
declare
  house int;
  first date;
  last date;
  counted boolean;
begin
  perform enter_wall(of_tenant);

  -- The key first: a rival with the same key waits here until we commit.
  if of_key is not null then
    insert into idempotent_reply (scope, key, fingerprint, status, body, created_at)
    values (of_scope, of_key, of_fingerprint, 201, of_body, at)
    on conflict do nothing;
    if not found then
      return 'again';
    end if;
  end if;

  insert into booking (id, tenant, property, quote, reference, state, revision, arrival, departure,
                       total_cents, document, held_at, expires_at)
  select of_booking, of_tenant, q.property, q.id, of_reference, 'held', 1, q.arrival, q.departure,
         q.total_cents, q.document, at, until
    from quote q
   where q.id = of_quote
  on conflict do nothing
  returning property, arrival, departure, is_counted_only(document)
       into house, first, last, counted;
  if not found then
    delete from idempotent_reply r where r.scope = of_scope and r.key = of_key;
    return 'again';
  end if;

  for room in 1 .. cardinality(room_types) loop
    insert into reservation (booking, number, tenant, room_type, rate_plan, adults, child_ages,
                             gross_cents)
    values (of_booking, room, of_tenant, room_types[room], room_plans[room], room_adults[room],
            room_ages[room]::int2[], room_cents[room]);
  end loop;
  insert into booking_revision (booking, revision, tenant, state, event, reason, actor, at)
  values (of_booking, 1, of_tenant, 'held', 'hold', 'held', actor, at);
  for n in 1 .. cardinality(envelopes) loop
    insert into pgmq.q_celery (vt, message) values (clock_timestamp() + delays[n], envelopes[n]);
  end loop;

  if counted then
    perform count_let_nights(of_tenant, house, first, last);
  end if;
  if not take_stay(need_types, need_units, first, last) then
    raise exception 'sold_out' using errcode = 'P0S01';
  end if;
  -- From here on nobody else can change the months before we commit.
  if rates_mark(house, need_types, first, last) <> mark then
    raise exception 'terms_changed' using errcode = 'P0S03';
  end if;
  return 'held';
end $$;
revoke all on function hold_quote(int, timestamptz, uuid, uuid, text, timestamptz, text, text, text,
  bytea, bytea, bigint, int[], int[], int[], int[], int[], text[], int[], interval[], jsonb[])
  from public;
grant execute on function hold_quote(int, timestamptz, uuid, uuid, text, timestamptz, text, text,
  text, bytea, bytea, bigint, int[], int[], int[], int[], int[], text[], int[], interval[], jsonb[])
  to hub_app;

-- Hold several quotes of one house, in the order in which they came: each gets what is left after
-- those before it, or is refused alone. What becomes of each: 'held', 'sold_out', or 'again' as
-- above. The months are locked first, everybody is served from one count, and each month is written
-- once. `marks` as above: P0S03, and then nothing is held. `need_of`, `room_of` and `envelope_of` say
-- which quote a need, a room and a message are of.
create or replace function hold_quotes(
  of_tenant int, at timestamptz, quotes uuid[], bookings uuid[], refs text[], until timestamptz[],
  actors text[], scopes text[], keys text[], fingerprints bytea[], bodies bytea[], marks bigint[],
  need_of int[], need_types int[], need_units int[], room_of int[], room_numbers int[],
  room_types int[], room_plans int[], room_adults int[], room_ages text[], room_cents int[],
  envelope_of int[], delays interval[], envelopes jsonb[]
) returns text[] language plpgsql set search_path = public, pg_temp as $$
declare
  verdicts text[];
  claimed boolean[];
  counted boolean;
begin
  perform enter_wall(of_tenant);

  -- Keys first: a rival with the same key waits here until we commit.
  with mine as (
    insert into idempotent_reply (scope, key, fingerprint, status, body, created_at)
    select w.scope, w.key, w.fingerprint, 201, w.body, at
      from unnest(scopes, keys, fingerprints, bodies) as w (scope, key, fingerprint, body)
     where w.key is not null
     order by w.scope, w.key
    on conflict do nothing
    returning scope, key
  )
  select array_agg(m.key is not null order by w.n),
         array_agg(case when w.key is not null and m.key is null then 'again' end order by w.n)
    into claimed, verdicts
    from unnest(scopes, keys) with ordinality as w (scope, key, n)
    left join mine m on m.scope = w.scope and m.key = w.key;

  counted := lock_let_years(of_tenant, quotes);
  verdicts := share_out_units(quotes, verdicts, need_of, need_types, need_units);

  with made as (
    insert into booking (id, tenant, property, quote, reference, state, revision, arrival,
                         departure, total_cents, document, held_at, expires_at)
    select w.booking, of_tenant, q.property, q.id, w.reference, 'held', 1, q.arrival,
           q.departure, q.total_cents, q.document, at, w.until
      from unnest(quotes, bookings, refs, until, verdicts)
           with ordinality as w (quote, booking, reference, until, verdict, n)
      join quote q on q.id = w.quote
     where w.verdict is null
     order by w.n
    on conflict do nothing
    returning id
  )
  select array_agg(coalesce(w.verdict, case when m.id is null then 'again' else 'held' end)
                   order by w.n)
    into verdicts
    from unnest(bookings, verdicts) with ordinality as w (booking, verdict, n)
    left join made m on m.id = w.booking;

  if verdicts <> array_fill('held'::text, array[cardinality(verdicts)]) then
    -- Only an answer that was given is kept.
    delete from idempotent_reply r
     using unnest(scopes, keys, verdicts, claimed) as w (scope, key, verdict, claimed)
     where w.claimed and w.verdict <> 'held' and r.scope = w.scope and r.key = w.key;
    if not 'held' = any (verdicts) then
      return verdicts;
    end if;
  end if;

  insert into reservation (booking, number, tenant, room_type, rate_plan, adults, child_ages,
                           gross_cents)
  select bookings[w.of_quote], w.number, of_tenant, w.room_type, w.rate_plan, w.adults,
         w.ages::int2[], w.cents
    from unnest(room_of, room_numbers, room_types, room_plans, room_adults, room_ages, room_cents)
         as w (of_quote, number, room_type, rate_plan, adults, ages, cents)
   where verdicts[w.of_quote] = 'held';

  insert into booking_revision (booking, revision, tenant, state, event, reason, actor, at)
  select w.booking, 1, of_tenant, 'held', 'hold', 'held', w.actor, at
    from unnest(bookings, actors, verdicts) as w (booking, actor, verdict)
   where w.verdict = 'held';

  insert into pgmq.q_celery (vt, message)
  select clock_timestamp() + w.delay, w.envelope
    from unnest(envelope_of, delays, envelopes) as w (of_quote, delay, envelope)
   where verdicts[w.of_quote] = 'held';

  if counted then
    perform count_let_nights_of(quotes, verdicts);
  end if;
  perform take_units_of(quotes, verdicts, need_of, need_types, need_units);
  perform check_marks(quotes, verdicts, marks, need_of, need_types);
  return verdicts;
end $$;
revoke all on function hold_quotes(int, timestamptz, uuid[], uuid[], text[], timestamptz[], text[],
  text[], text[], bytea[], bytea[], bigint[], int[], int[], int[], int[], int[], int[], int[], int[],
  text[], int[], int[], interval[], jsonb[]) from public;
grant execute on function hold_quotes(int, timestamptz, uuid[], uuid[], text[], timestamptz[],
  text[], text[], text[], bytea[], bytea[], bigint[], int[], int[], int[], int[], int[], int[],
  int[], int[], text[], int[], int[], interval[], jsonb[]) to hub_app;

-- Whether the nights of an offer count in the year of its furnished let and nothing limits them. Of
-- a main residence, whose nights are limited, the caller counts them before.
create or replace function is_counted_only(document jsonb) returns boolean
language plpgsql immutable parallel safe as $$
begin
  return document @> '{"night_counted": true, "night_limited": false}';
end $$;
revoke all on function is_counted_only(jsonb) from public;
grant execute on function is_counted_only(jsonb) to hub_app;

-- How many nights of a stay are of each calendar year, in order.
create or replace function nights_by_year(first date, last date)
returns table (year int, nights int) language plpgsql immutable parallel safe as $$
begin
  for y in extract(year from first)::int .. extract(year from last - 1)::int loop
    year := y;
    nights := least(last, make_date(year + 1, 1, 1)) - greatest(first, make_date(year, 1, 1));
    return next;
  end loop;
end $$;
revoke all on function nights_by_year(date, date) from public;
grant execute on function nights_by_year(date, date) to hub_app;

-- Raise P0S04 when a house whose offer has no limit of nights has one by now.
create or replace function check_unlimited(house int) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
  if exists (select from property p where p.id = house and p.kind = 'furnished'
                and p.facts @> '{"main_residence": true}') then
    raise exception 'nights_limited' using errcode = 'P0S04';
  end if;
end $$;
revoke all on function check_unlimited(int) from public;
grant execute on function check_unlimited(int) to hub_app;

-- Count the nights of a stay that nothing limits: up to 32000, as lodging's `take_let_nights` does.
-- Before its units are taken: the house's years are locked before its months. P0S04 as above.
create or replace function count_let_nights(of_tenant int, house int, first date, last date)
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  perform check_unlimited(house);
  insert into let_year (tenant, property, year, nights, nights_max)
  select of_tenant, house, n.year, n.nights, 32767 from nights_by_year(first, last) as n
   order by n.year
  on conflict (property, year) do update
     set nights = least(let_year.nights::int + excluded.nights, 32000);
end $$;
revoke all on function count_let_nights(int, int, date, date) from public;
grant execute on function count_let_nights(int, int, date, date) to hub_app;

-- Lock the years of the stays whose nights are counted, in order; false when there are none. P0S04
-- as above.
create or replace function lock_let_years(of_tenant int, quotes uuid[]) returns boolean
language plpgsql set search_path = public, pg_temp as $$
declare
  let record;
  found_any boolean := false;
begin
  for let in
    select distinct q.property, n.year
      from quote q
     cross join lateral nights_by_year(q.arrival, q.departure) as n
     where q.id = any (quotes) and is_counted_only(q.document)
     order by q.property, n.year
  loop
    found_any := true;
    perform check_unlimited(let.property);
    insert into let_year (tenant, property, year, nights, nights_max)
    values (of_tenant, let.property, let.year, 0, 32767)
    on conflict do nothing;
    perform from let_year y where y.property = let.property and y.year = let.year for update;
  end loop;
  return found_any;
end $$;
revoke all on function lock_let_years(int, uuid[]) from public;
grant execute on function lock_let_years(int, uuid[]) to hub_app;

-- Count the nights of the quotes that are held, in years that are locked.
create or replace function count_let_nights_of(quotes uuid[], verdicts text[]) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
  update let_year y
     set nights = least(y.nights + held.nights, 32000)
    from (select q.property, n.year, sum(n.nights)::int as nights
            from unnest(quotes, verdicts) as w (quote, verdict)
            join quote q on q.id = w.quote
           cross join lateral nights_by_year(q.arrival, q.departure) as n
           where w.verdict = 'held' and is_counted_only(q.document)
           group by q.property, n.year) as held
   where y.property = held.property and y.year = held.year;
end $$;
revoke all on function count_let_nights_of(uuid[], text[]) from public;
grant execute on function count_let_nights_of(uuid[], text[]) to hub_app;

-- Lock the months that several quotes want, in the one order of locks, and share out what is left
-- in the order in which they came. A quote that does not fit takes nothing, so that a smaller one
-- behind it may still fit.
create or replace function share_out_units(
  quotes uuid[], verdicts text[], need_of int[], need_types int[], need_units int[]
) returns text[] language plpgsql set search_path = public, pg_temp as $$
declare
  day_first date;
  span int;
  types int[] := array(select distinct t from unnest(need_types) as t order by t);
  left_over int[];
  wish record;
  fits boolean;
  place int;
begin
  perform from ari_month a
    where a.room_type = any (types)
      and a.month between (select date_trunc('month', min(q.arrival))::date
                             from quote q where q.id = any (quotes))
                      and (select max(q.departure) - 1 from quote q where q.id = any (quotes))
    order by a.room_type, a.month
      for update;
  select min(q.arrival), max(q.departure) - min(q.arrival) into day_first, span
    from quote q where q.id = any (quotes);
  left_over := array(
    select coalesce(a.units_left[(day_first + d) - a.month + 1], -1)::int
      from unnest(types) with ordinality as t (room_type, n)
     cross join generate_series(0, span - 1) as d
      left join ari_month a on a.room_type = t.room_type
                           and a.month = date_trunc('month', day_first + d)::date
     order by t.n, d);
  for wish in
    select w.n, q.arrival - day_first as skipped, q.departure - q.arrival as nights,
           array_agg((array_position(types, need.room_type) - 1) * span) as starts,
           array_agg(need.units) as units
      from unnest(quotes, verdicts) with ordinality as w (quote, verdict, n)
      join quote q on q.id = w.quote
      join unnest(need_of, need_types, need_units) as need (of_quote, room_type, units)
        on need.of_quote = w.n
     where w.verdict is null
     group by w.n, q.arrival, q.departure
     order by w.n
  loop
    fits := true;
    for i in 1 .. cardinality(wish.starts) loop
      for night in 1 .. wish.nights loop
        place := wish.starts[i] + wish.skipped + night;
        if left_over[place] < wish.units[i] then
          fits := false;
          exit;
        end if;
      end loop;
      exit when not fits;
    end loop;
    if not fits then
      verdicts[wish.n] := 'sold_out';
      continue;
    end if;
    for i in 1 .. cardinality(wish.starts) loop
      for night in 1 .. wish.nights loop
        place := wish.starts[i] + wish.skipped + night;
        left_over[place] := left_over[place] - wish.units[i];
      end loop;
    end loop;
  end loop;
  return verdicts;
end $$;
revoke all on function share_out_units(uuid[], text[], int[], int[], int[]) from public;
grant execute on function share_out_units(uuid[], text[], int[], int[], int[]) to hub_app;

-- Take the units of the quotes that are held, each night summed up over them.
create or replace function take_units_of(
  quotes uuid[], verdicts text[], need_of int[], need_types int[], need_units int[]
) returns void language plpgsql set search_path = public, pg_temp as $$
declare
  types int[];
  nights date[];
  quantities int[];
begin
  select array_agg(s.room_type), array_agg(s.night), array_agg(s.units)
    into types, nights, quantities
    from (select need.room_type, q.arrival + d as night, sum(need.units)::int as units
            from unnest(quotes, verdicts) with ordinality as w (quote, verdict, n)
            join quote q on q.id = w.quote
            join unnest(need_of, need_types, need_units) as need (of_quote, room_type, units)
              on need.of_quote = w.n
           cross join generate_series(0, q.departure - q.arrival - 1) as d
           where w.verdict = 'held'
           group by 1, 2) s;
  perform take_units(types, nights, quantities);
end $$;
revoke all on function take_units_of(uuid[], text[], int[], int[], int[]) from public;
grant execute on function take_units_of(uuid[], text[], int[], int[], int[]) to hub_app;

-- Raise P0S03 when the terms that a held quote was decided on have changed. After the units were
-- taken: from then on nobody else can change the months before we commit.
create or replace function check_marks(
  quotes uuid[], verdicts text[], marks bigint[], need_of int[], need_types int[]
) returns void language plpgsql set search_path = public, pg_temp as $$
declare
  decided record;
begin
  -- A loop over what is different: a mark is asked for once, however many were decided on it.
  for decided in
    select distinct q.property, q.arrival, q.departure, w.mark, need.room_types
      from unnest(quotes, verdicts, marks) with ordinality as w (quote, verdict, mark, n)
      join quote q on q.id = w.quote
      join (select n.of_quote, array_agg(distinct n.room_type order by n.room_type) as room_types
              from unnest(need_of, need_types) as n (of_quote, room_type)
             group by 1) as need on need.of_quote = w.n
     where w.verdict = 'held'
  loop
    if rates_mark(decided.property, decided.room_types, decided.arrival, decided.departure)
       <> decided.mark then
      raise exception 'terms_changed' using errcode = 'P0S03';
    end if;
  end loop;
end $$;
revoke all on function check_marks(uuid[], text[], bigint[], int[], int[]) from public;
grant execute on function check_marks(uuid[], text[], bigint[], int[], int[]) to hub_app;

-- Somebody's name goes from what never became a stay. A stay is a contract: it is kept as long as
-- the law says (Code de la consommation L213-1, Code de commerce L123-22).
create or replace function forget_guest(person int, addresses text[], at timestamptz) returns void
language sql volatile security invoker set search_path = public, pg_temp as $$
  update booking
     set guest = jsonb_build_object('first_name', '', 'last_name', '', 'email', '')
   where state in ('expired', 'released', 'declined', 'lapsed')
     and lower(guest ->> 'email') = any (addresses)
$$;
revoke all on function forget_guest(int, text[], timestamptz) from public;
grant execute on function forget_guest(int, text[], timestamptz) to hub_app;

-- So many of the offers that ended in a span of time go, over all tenants; how many did. Those that a
-- booking, or whatever else, names stay for ever, and so do those of an organisation that is held, or
-- that an order keeps: none of its rows go.
create or replace function forget_quotes(first timestamptz, until timestamptz, wanted int) returns int
language plpgsql security definer set search_path = public, pg_temp set enable_seqscan = off as $$
declare
  old uuid[];
  one uuid;
  gone int := 0;
begin
  old := array(
    select q.id from quote q
     where q.expires_at >= first and q.expires_at < until
       and not exists (select from booking b where b.quote = q.id)
       and not exists (select from held_organisation h where h.tenant = q.tenant)
       and not legal_hold_on(array[q.tenant])
     limit wanted);
  begin
    delete from quote q where q.id = any (old);
    get diagnostics gone = row_count;
  exception when foreign_key_violation then
    foreach one in array old loop
      begin
        delete from quote q where q.id = one;
        gone := gone + 1;
      exception when foreign_key_violation then
        null;  -- a change of a stay names it
      end;
    end loop;
  end;
  return gone;
end $$;
alter function forget_quotes(timestamptz, timestamptz, int) owner to hub_definer;
revoke all on function forget_quotes(timestamptz, timestamptz, int) from public;
grant execute on function forget_quotes(timestamptz, timestamptz, int) to hub_app;

-- The tenants with stays that never came about, were held before an instant, and still name
-- somebody: so many after one, in the order of their ids, so that none waits behind others. Names that
-- an order keeps are left.
drop function if exists tenants_of_unborn(timestamptz, int);
create or replace function tenants_of_unborn(before timestamptz, after int, wanted int)
returns table (tenant int)
language sql stable security definer set search_path = public, pg_temp as $$
  select old.tenant
    from (select distinct b.tenant from booking b
           where b.state in ('expired', 'released', 'declined', 'lapsed')
             and b.guest ->> 'last_name' <> '' and b.held_at < before and b.tenant > after) as old
   where not legal_hold_on(array[old.tenant])
   order by old.tenant
   limit wanted
$$;
alter function tenants_of_unborn(timestamptz, int, int) owner to hub_definer;
revoke all on function tenants_of_unborn(timestamptz, int, int) from public;
grant execute on function tenants_of_unborn(timestamptz, int, int) to hub_app;
