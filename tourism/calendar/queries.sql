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
-- bounded by a house's rooms and plans, and the months of the calendar
select room_type, rate_plan, month, price_cents, min_stay, min_through, max_stay, max_through,
       flags
  from rate_month
 where property = :property
   and month between :first::date and :last::date
 order by room_type, rate_plan, month;

-- name: lock_house
-- Edits of one house's calendar come one after the other. Its key stays free: who inserts an offer or
-- a booking of the house waits for the months at most, and never makes a circle with this.
select id from property where id = :property for no key update;

-- name: keep_offered
-- Months without a list of what is offered offer every unit there is: they keep that number, so
-- that what is taken of them stays right when the type has another one. The caller has locked them.
update ari_month
   set offered = array_fill(:units::int2, array[cardinality(units_left)])
 where room_type = :room_type and offered is null;

-- name: save_room_months
-- Months of room types as edited, all in one statement; each list of nights as text (one text a
-- month is read three times quicker here than slices of one long list). Units left are what is
-- offered, less out of order, less taken.
insert into ari_month (room_type, tenant, month, units_left, price_cents, min_stay, flags, offered,
                       out_of_order, min_through, max_stay, max_through)
select m.room_type, :tenant, m.month, m.units_left::int2[], m.price_cents::int4[],
       m.min_stay::int2[], m.flags::int2[], m.offered::int2[], m.out_of_order::int2[],
       m.min_through::int2[], m.max_stay::int2[], m.max_through::int2[]
  from unnest(:room_types::int[], :months::date[], :units_left::text[], :price_cents::text[],
              :min_stay::text[], :flags::text[], :offered::text[], :out_of_order::text[],
              :min_through::text[], :max_stay::text[], :max_through::text[])
       as m (room_type, month, units_left, price_cents, min_stay, flags, offered, out_of_order,
             min_through, max_stay, max_through)
 order by m.room_type, m.month
on conflict (room_type, month) do update
   set units_left = excluded.units_left, price_cents = excluded.price_cents,
       min_stay = excluded.min_stay, flags = excluded.flags, offered = excluded.offered,
       out_of_order = excluded.out_of_order, min_through = excluded.min_through,
       max_stay = excluded.max_stay, max_through = excluded.max_through;

-- name: save_rate_months
-- Months of the house, of plans, or of plans in room types, as edited, all in one statement.
insert into rate_month (tenant, property, room_type, rate_plan, month, price_cents, min_stay,
                        min_through, max_stay, max_through, flags)
select :tenant, :property, m.room_type, m.rate_plan, m.month, m.price_cents::int4[],
       m.min_stay::int2[], m.min_through::int2[], m.max_stay::int2[], m.max_through::int2[],
       m.flags::int2[]
  from unnest(:room_types::int[], :rate_plans::int[], :months::date[], :price_cents::text[],
              :min_stay::text[], :min_through::text[], :max_stay::text[], :max_through::text[],
              :flags::text[])
       as m (room_type, rate_plan, month, price_cents, min_stay, min_through, max_stay,
             max_through, flags)
 order by m.room_type, m.rate_plan, m.month
on conflict (property, room_type, rate_plan, month) do update
   set price_cents = excluded.price_cents, min_stay = excluded.min_stay,
       min_through = excluded.min_through, max_stay = excluded.max_stay,
       max_through = excluded.max_through, flags = excluded.flags;

-- name: insert_change
-- A set of changes, previewed, or applied at once: then with the house's next number (its row is
-- locked by the caller).
insert into calendar_change (id, tenant, property, number, state, kind, author, summary, pieces,
                             cells, made_at, applied_at, undoes)
values (:id, :tenant, :property,
        case when :state::text = 'applied'
             then (select coalesce(max(number), 0) + 1 from calendar_change
                    where property = :property) end,
        :state::text, :kind, :author, :summary::jsonb, :pieces, :cells, :made_at, :applied_at,
        :undoes)
returning number;

-- name: find_change
-- One set of changes.
select id, number, state, kind, author, summary, pieces, cells, made_at, applied_at, undone_at,
       undoes
  from calendar_change where id = :id;

-- name: list_changes
-- The newest applied changes of a house, without their cells.
select id, number, state, kind, author, summary, ''::bytea as pieces, cells, made_at, applied_at,
       undone_at, undoes
  from calendar_change
 where property = :property and number is not null
 order by number desc
 limit :wanted;

-- name: mark_applied
-- A preview becomes a numbered change.
update calendar_change c
   set state = 'applied', applied_at = :at,
       number = (select coalesce(max(n.number), 0) + 1 from calendar_change n
                  where n.property = c.property)
 where c.id = :id and c.state = 'previewed'
returning number;

-- name: mark_undone
-- An applied change was taken back.
update calendar_change set state = 'undone', undone_at = :at
 where id = :id and state = 'applied';

-- name: forget_previews
-- Previews that nobody applied in a day.
delete from calendar_change
 where property = :property and state = 'previewed' and made_at < :before;
