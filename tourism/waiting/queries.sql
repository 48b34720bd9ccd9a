-- name: insert_wish
-- A new place on the list; 0 rows when the same form was sent before.
insert into waiting_wish (id, tenant, property, arrival, departure, flex_days, refundable, adults,
                          child_ages, rooms, room_types, guest, state, joined_at, tried_at)
values (:id, :tenant, :property, :arrival, :departure, :flex_days, :refundable, :adults,
        :child_ages, :rooms, :room_types, :guest::jsonb, 'waiting', :now, :now)
on conflict do nothing;

-- name: find_wish
-- One wish.
select id, tenant, property, arrival, departure, flex_days, refundable, adults, child_ages, rooms,
       room_types, guest, state, joined_at, booking, offer_until, closed_at
  from waiting_wish where id = :id;

-- name: lock_wish
-- One wish, ours until the commit.
select id, tenant, property, arrival, departure, flex_days, refundable, adults, child_ages, rooms,
       room_types, guest, state, joined_at, booking, offer_until, closed_at
  from waiting_wish where id = :id
   for update;

-- name: count_open
-- How many wait at a house, and how many of them under one address.
select count(*)::int as house,
       (count(*) filter (where lower(guest ->> 'email') = lower(:email::text)))::int as guest
  from waiting_wish where property = :property and state in ('waiting', 'offered');

-- name: count_before
-- How many joined before and wait for a night of the same span.
select count(*)::int from waiting_wish
 where property = :property and state = 'waiting' and number < (select number from waiting_wish where id = :id)
   and arrival - flex_days < :until::date and :first::date < departure + flex_days;

-- name: list_waiting
-- Who waits at a house, the first to join first.
select id, tenant, property, arrival, departure, flex_days, refundable, adults, child_ages, rooms,
       room_types, guest, state, joined_at, booking, offer_until, closed_at
  from waiting_wish
 where property = :property and state = 'waiting'
 order by number
 limit :wanted;

-- name: list_open
-- The open wishes of the own house, the first to join first.
select id, tenant, property, arrival, departure, flex_days, refundable, adults, child_ages, rooms,
       room_types, guest, state, joined_at, booking, offer_until, closed_at
  from waiting_wish
 where state in ('waiting', 'offered')
 order by number
 limit :wanted;

-- name: list_closed
-- The wishes of the own house that were closed of late.
select id, tenant, property, arrival, departure, flex_days, refundable, adults, child_ages, rooms,
       room_types, guest, state, joined_at, booking, offer_until, closed_at
  from waiting_wish
 where state not in ('waiting', 'offered')
 order by closed_at desc, id
 limit :wanted;

-- name: note_tried
-- The list of a house was looked through.
update waiting_wish set tried_at = :now where property = :property and state = 'waiting';

-- name: offer_wish
-- Rooms are held for a wish.
update waiting_wish set state = 'offered', booking = :booking, offer_until = :until
 where id = :id and state = 'waiting';

-- name: close_wish
-- A wish is over, whatever became of it.
update waiting_wish set state = :state, closed_at = :now
 where id = :id and state in ('waiting', 'offered');

-- name: close_past
-- The days have come and no room did.
update waiting_wish set state = 'over', closed_at = :now
 where property = :property and state = 'waiting' and arrival + flex_days < :today::date;

-- name: keep_hold
-- A hold that was made for somebody who waits stands longer, and knows whose it is.
update booking set expires_at = :until, promised_until = :until, guest = :guest::jsonb where id = :booking;

-- name: list_houses_waited_for
-- Houses over all tenants whose list should be looked through again.
select tenant, property from houses_waited_for(:before, :wanted);

-- name: list_offers_to_close
-- Offers over all tenants that have ended.
select tenant, wish from offers_to_close(:now, :wanted);

-- name: list_tenants_with_old_wishes
-- Tenants with wishes that were closed long ago.
select tenant from tenants_with_old_wishes(:before);

-- name: forget_old
-- Forget wishes that were closed long ago, with who made them; none while an order keeps them.
delete from waiting_wish where closed_at <= :before
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]));

-- name: find_waited_for
-- The house of a booking, when somebody waits for it.
select b.property from booking b
 where b.id = :booking
   and exists (select from waiting_wish w where w.property = b.property and w.state = 'waiting');

-- name: claim_letter
-- Each letter is written once, however often its task runs.
update waiting_wish set letters = letters || :kind::text
 where id = :wish and not letters @> array[:kind::text];
