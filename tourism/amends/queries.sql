-- name: insert_amends
-- A house owes its guest something for going back on a stay; once a stay.
insert into amends (tenant, booking, platform, scheme, reference, house, amount_cents, state,
                    made_at)
values (:tenant, :booking, :platform, :scheme, :reference, :house, :amount_cents, 'asked', :now)
on conflict (tenant, booking) do nothing;

-- name: find_amends
-- What a house owes the guest of a stay.
select booking, tenant, platform, scheme, reference, house, amount_cents, state, holder, iban,
       made_at, paid_on, paid_reference
  from amends where booking = :booking;

-- name: lock_amends
-- The same, nobody else's until the commit.
select booking, tenant, platform, scheme, reference, house, amount_cents, state, holder, iban,
       made_at, paid_on, paid_reference
  from amends where booking = :booking for update;

-- name: list_amends
-- What is to be transferred by a platform: what can be paid first, the oldest first.
select booking, tenant, platform, scheme, reference, house, amount_cents, state, holder, iban,
       made_at, paid_on, paid_reference
  from amends where platform = :platform
 order by array_position('{ready,asked,paid}', state), made_at, booking
 limit :wanted;

-- name: keep_account
-- Where the guest wants the transfer; what is paid stays.
update amends set holder = :holder, iban = :iban, state = 'ready'
 where booking = :booking and state <> 'paid';

-- name: mark_paid
-- The transfer was made; of the account only its end is kept.
update amends set state = 'paid', paid_on = :paid_on, paid_reference = :reference,
       iban = right(iban, 4)
 where booking = :booking and state = 'ready';
