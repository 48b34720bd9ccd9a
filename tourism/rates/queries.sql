-- name: list_rate_plans
-- The rate plans of a property, in the house's own order.
select id, code, name, rank, meal_plan, adjust_bps, supplement_adult_cents,
       supplement_child_cents, cancellation
  from rate_plan
 where property = :property
 order by rank, id;

-- name: list_nights
-- The nights [first, last) of some room types, in order.
select a.room_type, a.month + (n - 1) as "on", a.units_left[n] as units_left,
       a.price_cents[n] as price_cents, a.min_stay[n] as min_stay, a.flags[n] as closed
  from ari_month a
 cross join lateral generate_subscripts(a.units_left, 1) as n
 where a.room_type = any (:room_types::int[])
   and a.month between date_trunc('month', :first::date)::date and :last::date
   and a.month + (n - 1) >= :first::date
   and a.month + (n - 1) < :last::date
 order by a.room_type, a.month, n;

-- name: move_units
-- Take units of nights, or give them back: all or nothing.
select move_units(:room_types::int[], :quantities::int[], :arrival, :departure);
