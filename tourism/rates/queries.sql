-- name: list_rate_plans
-- The rate plans of a property that are on sale, in the house's own order.
select id, code, name, rank, meal_plan, adjust_bps, supplement_adult_cents,
       supplement_child_cents, cancellation, parent, details
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

-- name: move_units
-- Take units of nights, or give them back: all or nothing.
select move_units(:room_types::int[], :quantities::int[], :arrival, :departure);

-- name: list_room_months
-- The months of some room types as a hotelier edits them. An absent list is null.
select a.room_type, a.month, r.units, a.units_left, a.price_cents, a.min_stay, a.flags, a.offered,
       a.out_of_order, a.min_through, a.max_stay, a.max_through
  from ari_month a
  join room_type r on r.id = a.room_type
 where a.room_type = any (:room_types::int[])
   and a.month between :first::date and :last::date
 order by a.room_type, a.month;

-- name: lock_room_months
-- The same, ours until the end of the transaction: no unit is sold or given back meanwhile. Rows
-- are locked in the order of every hold: room type, then month.
select a.room_type, a.month, r.units, a.units_left, a.price_cents, a.min_stay, a.flags, a.offered,
       a.out_of_order, a.min_through, a.max_stay, a.max_through
  from ari_month a
  join room_type r on r.id = a.room_type
 where a.room_type = any (:room_types::int[])
   and a.month between :first::date and :last::date
 order by a.room_type, a.month
   for update of a;

-- name: list_rate_months
-- The months that say something of a house, its plans, or plans in room types.
select room_type, rate_plan, month, price_cents, min_stay, min_through, max_stay, max_through,
       flags
  from rate_month
 where property = :property
   and month between :first::date and :last::date
 order by room_type, rate_plan, month;

-- name: lock_house
-- Edits of one house's calendar come one after the other.
select id from property where id = :property for update;

-- name: save_room_month
-- A room type's month as edited. Units left are what is offered, less out of order, less taken.
insert into ari_month (room_type, tenant, month, units_left, price_cents, min_stay, flags, offered,
                       out_of_order, min_through, max_stay, max_through)
values (:room_type, :tenant, :month, :units_left, :price_cents, :min_stay, :flags, :offered,
        :out_of_order, :min_through, :max_stay, :max_through)
on conflict (room_type, month) do update
   set units_left = excluded.units_left, price_cents = excluded.price_cents,
       min_stay = excluded.min_stay, flags = excluded.flags, offered = excluded.offered,
       out_of_order = excluded.out_of_order, min_through = excluded.min_through,
       max_stay = excluded.max_stay, max_through = excluded.max_through;

-- name: save_rate_month
-- A month of the house, of a plan, or of a plan in a room type, as edited.
insert into rate_month (tenant, property, room_type, rate_plan, month, price_cents, min_stay,
                        min_through, max_stay, max_through, flags)
values (:tenant, :property, :room_type, :rate_plan, :month, :price_cents, :min_stay, :min_through,
        :max_stay, :max_through, :flags)
on conflict (property, room_type, rate_plan, month) do update
   set price_cents = excluded.price_cents, min_stay = excluded.min_stay,
       min_through = excluded.min_through, max_stay = excluded.max_stay,
       max_through = excluded.max_through, flags = excluded.flags;

-- name: insert_change
-- A set of changes, previewed or applied at once.
insert into calendar_change (id, tenant, property, number, state, kind, author, summary, pieces,
                             cells, made_at, applied_at, undoes)
values (:id, :tenant, :property, :number, :state, :kind, :author, :summary::jsonb, :pieces::jsonb,
        :cells, :made_at, :applied_at, :undoes);

-- name: next_change_number
-- The number of the house's next applied change; its row is locked by the caller.
select coalesce(max(number), 0) + 1 as number from calendar_change where property = :property;

-- name: find_change
-- One set of changes.
select id, number, state, kind, author, summary, pieces, cells, made_at, applied_at, undone_at,
       undoes
  from calendar_change where id = :id;

-- name: list_changes
-- The newest applied changes of a house, without their cells.
select id, number, state, kind, author, summary, '[]'::jsonb as pieces, cells, made_at, applied_at,
       undone_at, undoes
  from calendar_change
 where property = :property and number is not null
 order by number desc
 limit :wanted;

-- name: mark_applied
-- A preview becomes a numbered change.
update calendar_change set state = 'applied', number = :number, applied_at = :at
 where id = :id and state = 'previewed';

-- name: mark_undone
-- An applied change was taken back.
update calendar_change set state = 'undone', undone_at = :at
 where id = :id and state = 'applied';

-- name: forget_previews
-- Previews that nobody applied in a day.
delete from calendar_change
 where property = :property and state = 'previewed' and made_at < :before;

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
update promotion set retired = true where id = :id and property = :property;
