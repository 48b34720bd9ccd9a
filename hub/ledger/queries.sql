-- name: post
-- Post transfers, all or none, through the ledger's own function.
select ledger_post(:cause, :scheme, :at, :drafts::jsonb);

-- name: trial_balance
-- The balances of the caller's scheme by account code.
select code, debit_cents, credit_cents, pending_debit_cents, pending_credit_cents
  from ledger_trial_balance(:scheme);

-- name: list_transfers
-- The newest transfers that the caller may see.
select t.id, t.reference, t.kind, d.code as debit_code, c.code as credit_code,
       t.debit_tenant as debit_holder, t.credit_tenant as credit_holder, t.amount_cents,
       t.currency, t.shared, t.booked_at
  from ledger_transfer t
  join ledger_account d on d.id = t.debit_account
  join ledger_account c on c.id = t.credit_account
 order by t.id desc
 limit :wanted;

-- name: list_shares
-- The newest shares of the caller's scheme.
select t.id, t.reference, t.kind, d.code as debit_code, c.code as credit_code,
       t.debit_tenant as debit_holder, t.credit_tenant as credit_holder, t.amount_cents,
       t.currency, t.shared, t.booked_at
  from ledger_transfer t
  join ledger_account d on d.id = t.debit_account
  join ledger_account c on c.id = t.credit_account
 where t.shared and t.scheme = :scheme
 order by t.id desc
 limit :wanted;

-- name: list_by_reference
-- The transfers of one subject, in order.
select t.id, t.reference, t.kind, d.code as debit_code, c.code as credit_code,
       t.debit_tenant as debit_holder, t.credit_tenant as credit_holder, t.amount_cents,
       t.currency, t.shared, t.booked_at
  from ledger_transfer t
  join ledger_account d on d.id = t.debit_account
  join ledger_account c on c.id = t.credit_account
 where t.reference like :prefix || '%'
 order by t.id;
