-- name: list_rate_plans
-- The rate plans of a property that are on sale, in the house's own order.
-- bounded by the plans of one house
select id, code, name, rank, meal_plan, adjust_bps, supplement_adult_cents,
       supplement_child_cents, cancellation, parent, details,
       coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name,
                                                     'details', s.details) order by s.rank, s.id)
                   from supplement s
                  where s.property = :property and not s.retired), '[]') as supplements
  from rate_plan
 where property = :property and not retired
 order by rank, id;

-- name: list_nights
-- The nights [first, last) of some room types, in order.
select a.room_type, a.month + (n - 1) as "on", a.units_left[n] as units_left,
       a.price_cents[n] as price_cents, a.min_stay[n] as min_stay, a.flags[n] as closed,
       coalesce(a.min_through[n], 0) as min_through, coalesce(a.max_stay[n], 0) as max_stay,
       coalesce(a.max_through[n], 0) as max_through
  from ari_month a
 cross join lateral generate_subscripts(a.units_left, 1) as n
 where a.room_type = any (:room_types::int[])
   and a.month between date_trunc('month', :first::date)::date and :last::date
   and a.month + (n - 1) >= :first::date
   and a.month + (n - 1) < :last::date
 order by a.room_type, a.month, n;

-- name: list_overlays
-- What houses, plans, and plans in a room type say of the nights [first, last); only nights that
-- say something.
select m.property, m.room_type, m.rate_plan, m.month + (n - 1) as "on",
       m.price_cents[n] as price_cents, m.min_stay[n] as min_stay,
       m.min_through[n] as min_through, m.max_stay[n] as max_stay,
       m.max_through[n] as max_through, m.flags[n] as closed
  from rate_month m
 cross join lateral generate_subscripts(m.flags, 1) as n
 where m.property = any (:properties::int[])
   and m.month between date_trunc('month', :first::date)::date and :last::date
   and m.month + (n - 1) >= :first::date
   and m.month + (n - 1) < :last::date
   and (m.price_cents[n] > 0 or m.min_stay[n] > 0 or m.min_through[n] > 0
        or m.max_stay[n] > 0 or m.max_through[n] > 0 or m.flags[n] > 0)
 order by m.property, m.room_type, m.rate_plan, "on";

-- name: list_promotions
-- The promotions of some houses, in their own order.
select property, id, name, rank, details
  from promotion
 where property = any (:properties::int[]) and not retired
 order by property, rank, id;

-- name: list_on_request
-- Those of some room types that are asked of the house first.
select id from room_type where id = any (:room_types::int[]) and on_request order by id;

-- name: move_units
-- Take units of nights, or give them back: all or nothing.
select move_units(:room_types::int[], :quantities::int[], :arrival, :departure);

-- name: lock_units
-- The months of some room types that a stay touches, ours until the commit; in the one order of
-- locks.
select a.room_type from ari_month a
 where a.room_type = any (:room_types::int[])
   and a.month between date_trunc('month', :arrival::date)::date and :departure::date - 1
 order by a.room_type, a.month
   for update;

-- name: insert_rate_plan
-- A new rate plan, last in the house's order.
insert into rate_plan (tenant, property, code, name, rank, meal_plan, adjust_bps,
                       supplement_adult_cents, supplement_child_cents, cancellation, parent,
                       details)
select :tenant, :property, :code, :name,
       coalesce((select max(rank) + 1 from rate_plan where property = :property), 0), :meal_plan,
       :adjust_bps, :supplement_adult_cents, :supplement_child_cents, :cancellation::jsonb,
       :parent, :details::jsonb
returning id;

-- name: update_rate_plan
-- A rate plan as its form says it.
update rate_plan
   set name = :name, meal_plan = :meal_plan, adjust_bps = :adjust_bps,
       supplement_adult_cents = :supplement_adult_cents,
       supplement_child_cents = :supplement_child_cents, cancellation = :cancellation::jsonb,
       parent = :parent, details = :details::jsonb
 where id = :id and property = :property and not retired;

-- name: retire_rate_plans
-- Take rate plans off sale; their bookings stay.
update rate_plan set retired = true
 where property = :property and (:id::int is null or id = :id);

-- name: insert_promotion
-- A new promotion, last in the house's order.
insert into promotion (tenant, property, rank, name, details)
select :tenant, :property,
       coalesce((select max(rank) + 1 from promotion where property = :property), 0), :name,
       :details::jsonb
returning id;

-- name: retire_promotion
-- End a promotion; quotes made with it stay.
update promotion set retired = true where id = :id and property = :property and not retired;

-- name: list_supplements
-- The supplements of a house, in its own order.
-- bounded by the supplements of one house
select id, name, details from supplement where property = :property and not retired
 order by rank, id;

-- name: insert_supplement
-- A new supplement, last in the house's order.
insert into supplement (tenant, property, rank, name, details)
select :tenant, :property,
       coalesce((select max(rank) + 1 from supplement where property = :property), 0), :name,
       :details::jsonb
returning id;

-- name: retire_supplement
-- End a supplement; quotes made with it stay.
update supplement set retired = true where id = :id and property = :property and not retired;

-- name: list_codes
-- The codes of a house's plans, those that are off sale too.
-- bounded by the plans of one house
select code from rate_plan where property = :property;

-- name: find_open_nights
-- How many room types of a house have a night on sale from a day on, and the last such night.
select count(distinct r.id)::int as room_types, max(night.on) as last_on
  from room_type r
  join ari_month m on m.room_type = r.id and m.month >= date_trunc('month', :today::date)
 cross join lateral (
       select m.month + (n - 1) as on
         from generate_subscripts(m.price_cents, 1) as n
        where m.month + (n - 1) >= :today::date and m.price_cents[n] > 0
          and m.units_left[n] > 0 and m.flags[n] & 4 = 0) as night
 where r.property = :property and not r.retired;
