-- name: list_owed_stays
-- What the caller, a house, has received beyond what it has earned, the oldest first.
select booking, reference, arrival, departure, held, moved_cents - earned_cents as cents,
       due_since as since
  from stay_share
 where tenant = :tenant and holder = :tenant and moved_cents > earned_cents
   and held in ('refused', 'owes')
 order by due_since, booking
 limit :wanted;

-- name: list_debts_of
-- What a holder owes the caller, a platform, whoever's the stays are.
select tenant, booking, cents from debts_of(:holder, :platform, :wanted);

-- name: insert_payment
-- A card is to pay these parts of the caller's debt; one at a time.
insert into debt_payment (tenant, id, lines, amount_cents, begun_at)
values (:tenant, :id, :lines::jsonb, :amount_cents, :now)
on conflict (tenant) where paid_at is null do nothing;

-- name: find_payment
-- One payment of a debt.
select id, lines, amount_cents, begun_at, paid_at from debt_payment where id = :id;

-- name: list_payments
-- The newest payments of the caller's debts.
select id, lines, amount_cents, begun_at, paid_at
  from debt_payment order by begun_at desc, id limit :wanted;

-- name: mark_paid
-- The card has paid.
update debt_payment set paid_at = :now where id = :id and paid_at is null;

-- name: drop_payment
-- The card has not paid, and nothing is under way any more.
delete from debt_payment where id = :id and paid_at is null;

-- name: insert_write_off
-- A first person proposes to give a debt up; one proposal a holder at a time.
insert into write_off (tenant, id, holder, name, lines, amount_cents, reason, state, proposed_by,
                       proposed_at)
values (:tenant, :id, :holder, :name, :lines::jsonb, :amount_cents, :reason, 'proposed', :actor,
        :now)
on conflict (tenant, holder) where state = 'proposed' do nothing;

-- name: is_being_written_down
-- Whether any of some stays was given up since an instant: its house may not have written it down.
select exists (
  select from write_off w cross join lateral jsonb_array_elements(w.lines) line
   where w.holder = :holder and w.state = 'confirmed' and w.decided_at > :since
     and (line ->> 'booking')::uuid = any(:bookings::uuid[]));

-- name: lock_write_off
-- A proposal, nobody else's until the commit.
select id, holder, name, lines, amount_cents, reason, state, proposed_by, proposed_at, decided_by,
       decided_at
  from write_off where id = :id for update;

-- name: list_write_offs
-- The proposals, those that wait first, then the newest.
select id, holder, name, lines, amount_cents, reason, state, proposed_by, proposed_at, decided_by,
       decided_at
  from write_off order by (state = 'proposed') desc, proposed_at desc, id limit :wanted;

-- name: decide_write_off
-- A second person has decided.
update write_off set state = :state, decided_by = :actor, decided_at = :now
 where id = :id and state = 'proposed';

-- name: find_name
-- How a holder who owes something is called.
select debtor_name(:holder);

-- name: insert_given_up
-- The caller is told that it need not pay any more; once.
insert into debt_given_up (tenant, write_off, cents, at)
values (:tenant, :write_off, :cents, :now)
on conflict (tenant, write_off) do nothing;

-- name: list_given_up
-- What the caller need not pay any more, the newest first.
select cents, at from debt_given_up order by at desc, write_off limit :wanted;

-- name: insert_write_off_line
-- The house of a stay is to write its part of a debt down.
insert into write_off_line (tenant, write_off, booking, house, holder, cents, told_at)
values (:tenant, :write_off, :booking, :house, :holder, :cents, :now);

-- name: lock_write_off_line
-- A part of a debt of a stay of the caller, nobody else's until the commit: whether it waits.
select kept_at is null from write_off_line
 where write_off = :write_off and booking = :booking and house = :tenant for update;

-- name: mark_kept
-- The house of the stay has written its part down.
update write_off_line set kept_at = :now
 where write_off = :write_off and booking = :booking and house = :tenant and kept_at is null;

-- name: list_write_offs_to_tell
-- Parts over all tenants, given up before an instant, that no house has written down.
select house, write_off, booking, holder, cents from write_offs_to_tell(:before, :wanted);
