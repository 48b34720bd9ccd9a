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
