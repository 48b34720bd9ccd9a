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
