-- name: insert_charge
-- Ask for a payment; the same id again changes nothing. One live charge a subject.
insert into charge (id, tenant, subject, amount_cents, currency, method, state, created_at)
values (:id, :tenant, :subject, :amount_cents, 'EUR', :method, 'processing', :now)
on conflict (id) do nothing;

-- name: find_charge
select id, tenant, subject, amount_cents, currency, method, state, reference, decline_code,
       created_at, settled_at
  from charge where id = :id;

-- name: list_paid_charges
-- The charges that paid for a subject and for its parts, the newest first; ours until the commit,
-- so that two refunds never count the same cents.
select id, tenant, subject, amount_cents, currency, method, state, reference, decline_code,
       created_at, settled_at
  from charge
 where (subject = :subject or subject like :subject || ':%') and state = 'succeeded'
 order by created_at desc, id
   for update;

-- name: settle_charge
-- Write down the service's answer, once.
update charge
   set state = :state, reference = :reference, decline_code = :decline_code, settled_at = :now
 where id = :id and state = 'processing';

-- name: refunded_cents
-- What was or is being refunded of a charge.
select coalesce(sum(amount_cents), 0)::int from refund where charge = :charge and state <> 'failed';

-- name: insert_refund
insert into refund (id, tenant, charge, amount_cents, state, created_at)
values (:id, :tenant, :charge, :amount_cents, 'processing', :now);

-- name: find_refund
select r.id, r.tenant, r.charge, c.subject, r.amount_cents, r.state, r.reference, r.created_at,
       r.settled_at
  from refund r join charge c on c.id = r.charge
 where r.id = :id;

-- name: list_refunds
-- The refunds of a subject, oldest first.
select r.id, r.tenant, r.charge, c.subject, r.amount_cents, r.state, r.reference, r.created_at,
       r.settled_at
  from refund r join charge c on c.id = r.charge
 where c.subject = :subject or c.subject like :subject || ':%'
 order by r.created_at, r.id;

-- name: settle_refund
update refund set state = :state, reference = :reference, settled_at = :now
 where id = :id and state = 'processing';

-- name: sandbox_move
-- The sandbox's own books: one movement a key, for ever.
insert into sandbox_movement (key, kind, amount_cents, decline_code, reference, at)
values (:key, :kind, :amount_cents, :decline_code, :reference, :now)
on conflict (kind, key) do nothing;

-- name: sandbox_outcome
select decline_code is null as succeeded, reference, decline_code
  from sandbox_movement where kind = :kind and key = :key;
