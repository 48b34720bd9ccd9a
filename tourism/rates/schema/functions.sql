-- Replaced whole when it changes.

-- Take (quantity > 0) or give back (quantity < 0) units of nights [arrival, departure) of several
-- room types, in one order for everybody: room type, then month. Nothing is taken unless every
-- night has enough: raises P0S01 ('sold_out') and the caller's transaction rolls back.
-- First an unlocked look, so that a sold-out refusal never waits for a lock.
create or replace function move_units(room_types int[], quantities int[], arrival date,
                                      departure date)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  piece record;
  touched int;
begin
  if exists (
    select from unnest(room_types, quantities) as wanted (room_type, quantity)
     cross join generate_series(date_trunc('month', arrival::timestamp),
                                date_trunc('month', (departure - 1)::timestamp),
                                interval '1 month') as span (month)
     left join ari_month a on a.room_type = wanted.room_type and a.month = span.month::date
    where wanted.quantity > 0
      and (a.room_type is null or exists (
        select from generate_subscripts(a.units_left, 1) as n
         where a.month + (n - 1) >= arrival and a.month + (n - 1) < departure
           and a.units_left[n] < wanted.quantity))
  ) then
    raise exception 'sold_out' using errcode = 'P0S01';
  end if;

  for piece in
    select wanted.room_type, wanted.quantity, span.month::date as month
      from unnest(room_types, quantities) as wanted (room_type, quantity)
     cross join generate_series(date_trunc('month', arrival::timestamp),
                                date_trunc('month', (departure - 1)::timestamp),
                                interval '1 month') as span (month)
     order by wanted.room_type, span.month
  loop
    update ari_month a
       set units_left = (
             select array_agg(case when a.month + (n - 1) >= arrival
                                    and a.month + (n - 1) < departure
                                   then a.units_left[n] - piece.quantity
                                   else a.units_left[n] end order by n)::int2[]
               from generate_subscripts(a.units_left, 1) as n)
     where a.room_type = piece.room_type
       and a.month = piece.month
       and not exists (
             select from generate_subscripts(a.units_left, 1) as n
              where a.month + (n - 1) >= arrival and a.month + (n - 1) < departure
                and a.units_left[n] < piece.quantity);
    get diagnostics touched = row_count;
    if touched = 0 then
      raise exception 'sold_out' using errcode = 'P0S01';
    end if;
  end loop;
end $$;
revoke all on function move_units(int[], int[], date, date) from public;
grant execute on function move_units(int[], int[], date, date) to hub_app;

-- Take units of single nights, night by night summed up over many stays: each month is written
-- once, in one order for everybody (room type, then month). Raises P0S01 when a night has too few;
-- then the caller's transaction rolls back.
create or replace function take_units(room_types int[], nights date[], quantities int[])
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  piece record;
  touched int;
begin
  for piece in
    select w.room_type, date_trunc('month', w.night)::date as month,
           array_agg((w.night - date_trunc('month', w.night)::date) + 1) as days,
           array_agg(w.quantity) as taken
      from unnest(room_types, nights, quantities) as w (room_type, night, quantity)
     group by 1, 2
     order by 1, 2
  loop
    update ari_month a
       set units_left = (
             select array_agg((a.units_left[n] - coalesce(w.quantity, 0))::int2 order by n)
               from generate_subscripts(a.units_left, 1) as n
               left join unnest(piece.days, piece.taken) as w (day, quantity) on w.day = n)
     where a.room_type = piece.room_type
       and a.month = piece.month
       -- A value, not an `exists`: that would become a join, and a join is not asked again of the
       -- row that somebody else has changed while we waited for it.
       and (select bool_and(coalesce(a.units_left[w.day], -1) >= w.quantity)
              from unnest(piece.days, piece.taken) as w (day, quantity));
    get diagnostics touched = row_count;
    if touched = 0 then
      raise exception 'sold_out' using errcode = 'P0S01';
    end if;
  end loop;
end $$;
revoke all on function take_units(int[], date[], int[]) from public;
grant execute on function take_units(int[], date[], int[]) to hub_app;

-- The units of a month without those that are taken of its nights first to last.
create or replace function less_units(units int2[], first int, last int, taken int) returns int2[]
language plpgsql immutable as $$
begin
  for night in first .. last loop
    units[night] := units[night] - taken;
  end loop;
  return units;
end $$;
revoke all on function less_units(int2[], int, int, int) from public;
grant execute on function less_units(int2[], int, int, int) to hub_app;

-- Take the units of one stay, in one order for everybody: room type (as they are given), then month.
-- False when a night has too few: the caller's transaction must roll back.
create or replace function take_stay(room_types int[], units int[], arrival date, departure date)
returns boolean language plpgsql set search_path = public, pg_temp as $$
declare
  first date;
  this_month date;
  next_month date;
  day_first int;
  day_last int;
begin
  for n in 1 .. cardinality(room_types) loop
    first := arrival;
    while first < departure loop
      -- Not `date_trunc`, which goes through the time zone.
      this_month := first - (date_part('day', first)::int - 1);
      next_month := this_month + 31 - (date_part('day', this_month + 31)::int - 1);
      day_first := first - this_month + 1;
      day_last := least(departure, next_month) - this_month;
      update ari_month a
         set units_left = less_units(a.units_left, day_first, day_last, units[n])
       where a.room_type = room_types[n]
         and a.month = this_month
         -- Plain values: they are asked again of a row that somebody else has changed meanwhile.
         and a.units_left[day_last] is not null
         and units[n] <= all (a.units_left[day_first : day_last]);
      if not found then
        return false;
      end if;
      first := next_month;
    end loop;
  end loop;
  return true;
end $$;
revoke all on function take_stay(int[], int[], date, date) from public;
grant execute on function take_stay(int[], int[], date, date) to hub_app;

-- What a house sells of some room types for the nights [first, until]: its plans, nights and
-- overlays, as `load_rates` reads them, in one piece. Promotions are not in it: they make a price,
-- and say nothing of whether it can be sold.
create or replace function rates_terms(of_property int, room_types int[], first date, until date)
returns jsonb language plpgsql stable set search_path = public, pg_temp as $$
begin
  return jsonb_build_object(
    'plans', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'id', p.id, 'code', p.code, 'name', p.name, 'rank', p.rank,
               'meal_plan', p.meal_plan, 'adjust_bps', p.adjust_bps,
               'supplement_adult_cents', p.supplement_adult_cents,
               'supplement_child_cents', p.supplement_child_cents,
               'cancellation', p.cancellation, 'parent', p.parent, 'details', p.details)
               order by p.rank, p.id), '[]')
        from rate_plan p where p.property = of_property and not p.retired),
    'nights', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'room_type', a.room_type, 'on', a.month + (n - 1), 'units_left', a.units_left[n],
               'price_cents', a.price_cents[n], 'min_stay', a.min_stay[n], 'closed', a.flags[n],
               'min_through', coalesce(a.min_through[n], 0),
               'max_stay', coalesce(a.max_stay[n], 0),
               'max_through', coalesce(a.max_through[n], 0)) order by a.room_type, a.month, n), '[]')
        from ari_month a
       cross join lateral generate_subscripts(a.units_left, 1) as n
       where a.room_type = any (room_types)
         and a.month between date_trunc('month', first)::date and until
         and a.month + (n - 1) between first and until),
    'overlays', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'room_type', m.room_type, 'rate_plan', m.rate_plan, 'on', m.month + (n - 1),
               'price_cents', m.price_cents[n], 'min_stay', m.min_stay[n],
               'min_through', m.min_through[n], 'max_stay', m.max_stay[n],
               'max_through', m.max_through[n], 'closed', m.flags[n])
               order by m.room_type, m.rate_plan, m.month, n), '[]')
        from rate_month m
       cross join lateral generate_subscripts(m.flags, 1) as n
       where m.property = of_property
         and m.month between date_trunc('month', first)::date and until
         and m.month + (n - 1) between first and until
         and (m.price_cents[n] > 0 or m.min_stay[n] > 0 or m.min_through[n] > 0
              or m.max_stay[n] > 0 or m.max_through[n] > 0 or m.flags[n] > 0)),
    'on_request', (
      select coalesce(jsonb_agg(r.id order by r.id), '[]')
        from room_type r where r.id = any (room_types) and r.on_request));
end $$;
revoke all on function rates_terms(int, int[], date, date) from public;
grant execute on function rates_terms(int, int[], date, date) to hub_app;

-- A number that changes when prices or restrictions of these months do, and not when units go: who
-- has decided on what `rates_terms` said sees whether it still holds, at the instant of writing.
--
-- One plain question for each table: together in one statement they cost twice as much.
create or replace function rates_mark(of_property int, room_types int[], first date, until date)
returns bigint language plpgsql stable set search_path = public, pg_temp as $$
declare
  first_month date := first - (date_part('day', first)::int - 1);
  mark bigint := 0;
begin
  for n in 1 .. cardinality(room_types) loop
    mark := mark # coalesce((
      select bit_xor(hash_record_extended(
               (a.room_type, a.month, a.price_cents, a.min_stay, a.flags, a.min_through, a.max_stay,
                a.max_through), 0))
        from ari_month a
       where a.room_type = room_types[n] and a.month between first_month and until), 0);
    mark := mark # coalesce((
      select hash_record_extended((r.id, r.on_request), 3)
        from room_type r where r.id = room_types[n]), 0);
  end loop;
  mark := mark # coalesce((
    select bit_xor(hash_record_extended(p, 2))
      from rate_plan p where p.property = of_property and not p.retired), 0);
  return mark # coalesce((
    select bit_xor(hash_record_extended(m, 1))
      from rate_month m
     where m.property = of_property and m.month between first_month and until), 0);
end $$;
revoke all on function rates_mark(int, int[], date, date) from public;
grant execute on function rates_mark(int, int[], date, date) to hub_app;
