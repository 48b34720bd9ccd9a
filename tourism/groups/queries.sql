-- name: insert_block
-- A new block; 0 rows when the same form was sent before, or its code is taken.
insert into group_block (id, tenant, property, name, code, arrival, departure, cut_off_on,
                         rate_plan, state, made_at)
values (:id, :tenant, :property, :name, :code, :arrival, :departure, :cut_off_on, :rate_plan,
        'open', :now)
on conflict do nothing;

-- name: insert_room
-- So many units of a room type for it, on each of its nights.
insert into group_room (block, room_type, tenant, units, price_cents, held)
values (:block, :room_type, :tenant, :units::int, :price_cents,
        array_fill(:units::int::int2, array[:nights::int]));

-- name: find_block
-- One block.
select id, tenant, property, name, code, arrival, departure, cut_off_on, rate_plan, state, made_at,
       closed_at
  from group_block where id = :id;

-- name: lock_block
-- One block, ours until the commit.
select id, tenant, property, name, code, arrival, departure, cut_off_on, rate_plan, state, made_at,
       closed_at
  from group_block where id = :id
   for update;

-- name: list_blocks
-- The blocks of the own house: those to come first, then the past ones.
select id, tenant, property, name, code, arrival, departure, cut_off_on, rate_plan, state, made_at,
       closed_at
  from group_block
 order by departure < :today::date, arrival, id
 limit :wanted;

-- name: list_rooms
-- The rooms of some blocks.
select block, room_type, units, price_cents, held
  from group_room where block = any(:blocks::uuid[])
 order by block, room_type;

-- name: keep_held
-- How many units wait for the group on each night.
update group_room set held = :held::int2[], units = :units
 where block = :block and room_type = :room_type;

-- name: close_block
-- Its rooms are back on sale.
update group_block set state = 'released', closed_at = :now where id = :id and state = 'open';

-- name: insert_pickup
-- A stay has so many units of a block's room type.
insert into group_pickup (booking, tenant, block, room_type, units, arrival, departure)
values (:booking, :tenant, :block, :room_type, :units, :arrival, :departure);

-- name: drop_pickups
-- What a stay had of its block; it is written anew.
delete from group_pickup where booking = :booking;

-- name: keep_units
-- Some of its rooms were cancelled.
update group_pickup set units = :units where booking = :booking and room_type = :room_type;

-- name: find_block_of
-- The block that a stay is of.
select p.block from group_pickup p where p.booking = :booking limit 1;

-- name: list_pickups
-- Who took which room of some blocks, and where that stay stands.
select p.block, p.booking, p.room_type, p.units, p.arrival, p.departure, p.returned_at, b.state,
       b.reference, b.guest, b.total_cents,
       (select count(*) from reservation r
         where r.booking = p.booking and r.room_type = p.room_type and r.state = 'live') as live
  from group_pickup p
  join booking b on b.id = p.booking
 where p.block = any(:blocks::uuid[])
 order by p.arrival, b.guest ->> 'last_name', b.reference, p.room_type
 limit 2000;

-- name: lock_stays
-- Some stays, ours until the commit.
select id from booking where id = any(:bookings::uuid[]) order by id for update;

-- name: mark_returned
-- Its room was asked back for the group.
update group_pickup set returned_at = :now where booking = :booking and returned_at is null;

-- name: find_code
-- Whose block a code names.
select tenant, block from group_of_code(:code);

-- name: list_to_mend
-- Blocks over all tenants that need a hand.
select tenant, block from groups_to_mend(:now, :wanted);
