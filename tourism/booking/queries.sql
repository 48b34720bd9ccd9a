-- name: look_at_quotes
-- All that decides whether some quotes of a house can be held.
select look_at_quotes(:tenant, :quotes::uuid[], :scopes::text[], :keys::text[])::text;

-- name: hold_quote
-- Hold one quote; what becomes of it.
select hold_quote(:tenant, :now, :quote, :booking, :reference, :until, :actor, :scope, :key,
                  :fingerprint, :body, :mark, :need_types::int[], :need_units::int[],
                  :room_types::int[], :room_plans::int[], :room_adults::int[], :room_ages::text[],
                  :room_cents::int[], :delays::interval[], :envelopes::jsonb[]);

-- name: hold_quotes
-- Hold several quotes of a house; what becomes of each.
select hold_quotes(:tenant, :now, :quotes::uuid[], :bookings::uuid[], :references::text[],
                   :until::timestamptz[], :actors::text[], :scopes::text[], :keys::text[],
                   :fingerprints::bytea[], :bodies::bytea[], :marks::bigint[], :need_of::int[],
                   :need_types::int[], :need_units::int[], :room_of::int[], :room_numbers::int[],
                   :room_types::int[], :room_plans::int[], :room_adults::int[], :room_ages::text[],
                   :room_cents::int[], :envelope_of::int[], :delays::interval[],
                   :envelopes::jsonb[]);

-- name: insert_reservations
-- The rooms of a booking.
insert into reservation (booking, number, tenant, room_type, rate_plan, adults, child_ages,
                         gross_cents)
select :booking, (room ->> 'number')::int2, :tenant, (room ->> 'room_type')::int,
       (room ->> 'rate_plan')::int, (room ->> 'adults')::int2,
       array(select jsonb_array_elements_text(room -> 'child_ages')::int2),
       (room ->> 'gross_cents')::int
  from jsonb_array_elements(:rooms::jsonb) as room;

-- name: cancel_rooms
-- Cancel rooms of a booking, each with what it still costs.
update reservation r
   set state = 'cancelled', penalty_cents = gone.penalty_cents, cancelled_at = :now
  from unnest(:numbers::int[], :penalties::int[]) as gone (number, penalty_cents)
 where r.booking = :booking and r.number = gone.number and r.state = 'live';

-- name: keep_quote
-- The offer of a held stay, with what the guest chose of it.
update booking set document = :quote::jsonb where id = :id and state = 'held';

-- name: find_booking
-- One booking.
select id, tenant, property, reference, state, revision, arrival, departure, total_cents,
       refund_cents, document as quote, guest, held_at, expires_at, confirmed_at, cancelled_at,
       rooms_of(id) as reservations, version, kept_cents, changing, owed_cents
  from booking where id = :id;

-- name: lock_booking
-- One booking, ours until the end of the transaction, with its rooms as they are from then on.
select lock_booking(:id)::text;

-- name: change_booking
-- Move a booking to its next revision and write that revision down; no row when somebody else
-- moved it first.
with changed as (
  update booking
     set state = :state,
         revision = revision + 1,
         guest = coalesce(:guest::jsonb, guest),
         refund_cents = :refund_cents,
         owed_cents = :owed_cents,
         expires_at = :expires_at,
         confirmed_at = :confirmed_at,
         cancelled_at = :cancelled_at
   where id = :id and revision = :revision
  returning id, tenant, property, reference, state, revision, arrival, departure, total_cents,
            refund_cents, document as quote, guest, held_at, expires_at, confirmed_at, cancelled_at,
            rooms_of(id) as reservations, version, kept_cents, changing, owed_cents
), noted as (
  insert into booking_revision (booking, revision, tenant, state, event, reason, actor, at)
  select id, revision, tenant, state, :event, :reason, :actor, :now from changed
)
select * from changed;

-- name: promise
-- Rooms stand aside until an instant, beyond the usual hold.
update booking set promised_until = :until where id = :id;

-- name: find_promise
-- Until when the rooms of a booking were promised beyond the usual hold.
select promised_until from booking where id = :id;

-- name: list_day
-- The bookings that arrive, leave or stay on a day, in the house's own order.
-- bounded by the rooms of a house on one day
select id, tenant, property, reference, state, revision, arrival, departure, total_cents,
       refund_cents, document as quote, guest, held_at, expires_at, confirmed_at, cancelled_at,
       rooms_of(id) as reservations, version, kept_cents, changing, owed_cents
  from booking
 where state in ('confirmed', 'in_house', 'checked_out')
   and arrival <= :day and departure >= :day
 order by arrival = :day desc, departure = :day desc, reference;

-- name: list_newest
-- The newest bookings, whatever became of them.
select id, tenant, property, reference, state, revision, arrival, departure, total_cents,
       refund_cents, document as quote, guest, held_at, expires_at, confirmed_at, cancelled_at,
       rooms_of(id) as reservations, version, kept_cents, changing, owed_cents
  from booking
 where state in ('confirmed', 'in_house', 'checked_out', 'no_show', 'cancelled')
 order by held_at desc, id
 limit :wanted;

-- name: list_revisions
-- The changes of a booking, oldest first.
-- bounded by the changes of one stay
select revision, state, event, reason, actor, at from booking_revision
 where booking = :booking order by revision;

-- name: claim_letter
-- Each letter is written once, however often its task runs.
insert into letter (booking, kind, tenant, at) values (:booking, :kind, :tenant, :now)
on conflict do nothing;

-- name: list_tenants_of_unborn
-- Whose stays that never came about still name somebody.
select tenant from tenants_of_unborn(:before, :after, :wanted);

-- name: forget_unborn
-- The caller's stays that never came about, held before an instant, name nobody any more, unless an
-- order keeps them.
update booking
   set guest = jsonb_build_object('first_name', '', 'last_name', '', 'email', '')
 where id in (select id from booking
               where tenant = :tenant and held_at < :before and guest ->> 'last_name' <> ''
                 and state in ('expired', 'released', 'declined', 'lapsed')
                 and not (select legal_hold_on(array[:tenant::int]))
               order by held_at limit :wanted);

-- name: forget_quotes
-- So many of the offers of some time ago that nobody took go; how many did.
select forget_quotes(:first, :until, :wanted);
