-- name: keep_version
-- A version of the stay, before the next one replaces it.
insert into booking_version (booking, version, tenant, document, replaced_at)
select id, version, tenant, document, :now from booking where id = :booking;

-- name: replace_stay
-- The next version of a stay.
update booking
   set document = :document::jsonb, arrival = :arrival, departure = :departure,
       version = version + 1, kept_cents = kept_cents + :kept_cents
 where id = :booking;

-- name: drop_reservations
-- The rooms of the version that was replaced.
delete from reservation where booking = :booking;

-- name: add_to_total
-- What is paid, or due at the house, in all.
update booking set total_cents = total_cents + :cents where id = :booking;

-- name: mark_changing
-- Name the change that is just being paid, or none.
update booking set changing = :change where id = :booking;

-- name: insert_change
-- A change that waits for its payment, or that is made at once.
insert into booking_change (id, tenant, booking, quote, difference, state, begun_at, expires_at,
                            ended_at)
values (:id, :tenant, :booking, :quote, :difference::jsonb, :state, :now, :expires_at,
        case when :state::text <> 'paying' then :now::timestamptz end);

-- name: find_change
-- One change.
select id, booking, quote, difference, state, expires_at from booking_change where id = :id;

-- name: end_change
-- A change is made, or given up.
update booking_change set state = :state, ended_at = :now where id = :id and state = 'paying';
