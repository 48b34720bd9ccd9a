-- name: list_owed_shares
-- The stays for which the caller owes something, whoever's they are, the oldest debt first.
select booking, reference, house, arrival, departure, held, moved_cents - earned_cents as cents,
       due_since as since
  from stay_share
 where holder = :tenant and moved_cents > earned_cents and held in ('refused', 'owes')
 order by due_since, booking
 limit :wanted;

-- name: list_payees
-- To whom the caller owes how much, and where a transfer goes.
select platform, name, iban, cents from debt_payees(:wanted);

-- name: list_aged
-- Who owes the caller, a platform, by age.
select holder, name, kind, cents, stays, since, month_cents, two_months_cents, three_months_cents,
       older_cents, noted_cents, asked_at
  from aged_debts(:now, :wanted);

-- name: lock_holder
-- One transfer of a holder is noted after the other.
select pg_advisory_xact_lock(hashtextextended('repaying', :holder));

-- name: list_lines_to_repay
-- The stays that so many cents of a holder pay, the oldest debt first.
select house, booking, cents, owed_cents from lines_to_repay(:holder, :amount_cents, :wanted);

-- name: find_by_reference
-- The transfer that the bank calls so.
select id, holder, name, amount_cents, received_on, reference, noted_at,
       taken_back_at, why
  from debt_received
 where tenant = :tenant and lower(reference) = lower(:reference) and taken_back_at is null;

-- name: insert_received
-- A transfer was received; once a reference of the bank.
insert into debt_received (tenant, id, holder, name, amount_cents, received_on, reference, noted_by,
                           noted_at)
values (:tenant, :id, :holder, :name, :amount_cents, :received_on, :reference, :actor, :now)
on conflict (tenant, lower(reference)) where taken_back_at is null do nothing;

-- name: insert_line
-- The stay that a part of it pays.
insert into debt_received_line (tenant, received, booking, house, holder, cents)
values (:tenant, :received, :booking, :house, :holder, :cents);

-- name: lock_line
-- A part of a transfer for a stay of the caller, nobody else's until the commit: whether it stands.
select taken_back_at is null from debt_received_line
 where received = :received and booking = :booking and house = :tenant for update;

-- name: mark_line_taken_back
-- A part of a transfer counts no more.
update debt_received_line set taken_back_at = :now
 where received = :received and booking = :booking and taken_back_at is null;

-- name: lock_received
-- A transfer that the caller, a platform, has noted, nobody else's until the commit.
select id, holder, name, amount_cents, received_on, reference, noted_at,
       taken_back_at, why
  from debt_received where tenant = :tenant and id = :id for update;

-- name: take_back
-- The transfer counts no more.
update debt_received set taken_back_at = :now, taken_back_by = :actor, why = :why, told_at = null
 where tenant = :tenant and id = :id and taken_back_at is null;

-- name: list_lines
-- The stays that a transfer of the caller, a platform, has paid.
-- bounded by the most that one transfer pays
select house, booking, cents, cents as owed_cents from debt_received_line
 where tenant = :tenant and received = :id order by booking;

-- name: mark_counted
-- The house of the stay has written its part down.
update debt_received_line set counted_at = :now
 where received = :received and booking = :booking and counted_at is null;

-- name: mark_told
-- Who owed is told that it was received, or taken back; each once, and only what still holds.
update debt_received set told_at = :now
 where id = :id and holder = :tenant and told_at is null
   and (taken_back_at is not null) = :back::boolean
returning id, holder, name, amount_cents, received_on, reference, noted_at, taken_back_at, why;

-- name: list_received
-- The newest transfers that the caller, a platform, has received.
select id, holder, name, amount_cents, received_on, reference, noted_at,
       taken_back_at, why
  from debt_received where tenant = :tenant order by noted_at desc, id limit :wanted;

-- name: list_own_received
-- The newest transfers by which the caller has paid what it owed.
select id, holder, name, amount_cents, received_on, reference, noted_at,
       taken_back_at, why
  from debt_received where holder = :tenant order by noted_at desc, id limit :wanted;

-- name: find_name
-- How a holder who owes something is called.
select debtor_name(:holder);

-- name: list_parts_to_tell
-- Parts over all tenants, noted or taken back before an instant, that no house has written down.
select house, received, booking, holder, cents, is_back from parts_to_tell(:before, :wanted);
