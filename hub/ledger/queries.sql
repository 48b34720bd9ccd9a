-- name: post
-- Post transfers, all or none, through the ledger's own function.
select ledger_post(:cause, :scheme, :at, :drafts::jsonb);

-- name: expire
-- Pending transfers whose time is over.
select ledger_expire(:now, :wanted);

-- name: lock_chain
-- One linker at a time; a rival goes home instead of waiting.
select pg_try_advisory_xact_lock(:key);

-- name: find_head
-- The last link of the chain.
select seq, hash from ledger_link order by seq desc limit 1;

-- name: list_waiting
-- The oldest transfers to link, as they read today.
select id, to_jsonb(t) as transfer from ledger_waiting_transfers(:wanted) t;

-- name: append
-- Append links, and fold what they link into the balances.
select ledger_append(:seqs::bigint[], :transfers::bigint[], :hashes::bytea[], :previous::bytea[]);

-- name: list_linked
-- Links in order with their transfers as they read today.
select seq, link_hash as hash, previous_hash, of_transfer as id, transfer
  from ledger_linked_transfers(:after, :wanted);

-- name: recount
-- The balances counted again, and compared.
select accounts, differing, forgotten from ledger_recount();

-- name: keep_check
select ledger_keep_check(:now, :accounts, :differing, :links, :head, :broken_at);

-- name: find_check
-- The newest daily check.
select at, accounts, differing, links, head, broken_at from ledger_check order by at desc limit 1;

-- name: list_export
-- Transfers that the caller may see, oldest first, with their links.
select t.id, t.reference, t.kind, ledger_account_code(t.debit_account) as debit_code,
       ledger_account_code(t.credit_account) as credit_code, t.debit_tenant as debit_holder,
       t.credit_tenant as credit_holder, t.amount_cents, t.currency, t.shared, t.booked_at,
       encode(l.hash, 'hex') as hash, encode(l.previous_hash, 'hex') as previous_hash
  from ledger_transfer t
  left join ledger_link l on l.transfer = t.id
 where (t.tenant = :caller or t.debit_tenant = :caller or t.credit_tenant = :caller
        or (t.shared and t.scheme = :caller))
   and t.booked_at >= :since and t.booked_at < :until
 order by t.id limit :wanted;

-- name: list_of_subject
-- Every transfer of one subject that the caller may see, in order.
select t.id, t.reference, t.kind, ledger_account_code(t.debit_account) as debit_code,
       ledger_account_code(t.credit_account) as credit_code, t.debit_tenant as debit_holder,
       t.credit_tenant as credit_holder, t.amount_cents, t.currency, t.shared, t.booked_at
  from ledger_transfer t
 where starts_with(t.reference, :subject)
   and t.booked_at >= :since and t.booked_at < :until
   and (t.tenant = :caller or t.debit_tenant = :caller or t.credit_tenant = :caller
        or (t.shared and t.scheme = :caller))
 order by t.id limit :wanted;

-- name: trial_balance
-- The balances of the caller's scheme by account code.
select code, debit_cents, credit_cents, pending_debit_cents, pending_credit_cents
  from ledger_trial_balance(:scheme);

-- name: list_balances
-- The balances of a holder's own accounts, by code, from every transfer that touched them.
with side as (
  select t.debit_account as account, t.id, t.kind, t.amount_cents as debit, 0::bigint as credit
    from ledger_transfer t where t.debit_tenant = :holder
  union all
  select t.credit_account, t.id, t.kind, 0::bigint, t.amount_cents
    from ledger_transfer t where t.credit_tenant = :holder
), counted as (
  select s.*, s.kind in ('posted', 'post', 'reversal') as counts,
         s.kind = 'pending'
           and not exists (select from ledger_transfer e where e.settles = s.id) as waits
    from side s
)
select a.code,
       coalesce(sum(c.debit)  filter (where c.counts), 0)::bigint as debit_cents,
       coalesce(sum(c.credit) filter (where c.counts), 0)::bigint as credit_cents,
       coalesce(sum(c.debit)  filter (where c.waits), 0)::bigint  as pending_debit_cents,
       coalesce(sum(c.credit) filter (where c.waits), 0)::bigint  as pending_credit_cents
  from counted c join ledger_account a on a.id = c.account
 group by a.code
 order by a.code;

-- name: list_transfers
-- The newest transfers that the caller may see: caused, paid, received, or a share it governs.
-- Each branch reads its own index from the newest; the wall stands on each of them as well.
with seen as (
  (select id from ledger_transfer where tenant = :caller order by id desc limit :wanted)
  union
  (select id from ledger_transfer where debit_tenant = :caller order by id desc limit :wanted)
  union
  (select id from ledger_transfer where credit_tenant = :caller order by id desc limit :wanted)
  union
  (select id from ledger_transfer where shared and scheme = :caller order by id desc limit :wanted)
)
select t.id, t.reference, t.kind, ledger_account_code(t.debit_account) as debit_code,
       ledger_account_code(t.credit_account) as credit_code, t.debit_tenant as debit_holder,
       t.credit_tenant as credit_holder, t.amount_cents, t.currency, t.shared, t.booked_at
  from (select id from seen order by id desc limit :wanted) newest
  join ledger_transfer t on t.id = newest.id
 order by t.id desc;

-- name: list_statement
-- The newest transfers into or out of a holder's own accounts.
with touching as (
  (select id from ledger_transfer where debit_tenant = :holder order by id desc limit :wanted)
  union
  (select id from ledger_transfer where credit_tenant = :holder order by id desc limit :wanted)
)
select t.id, t.reference, t.kind, ledger_account_code(t.debit_account) as debit_code,
       ledger_account_code(t.credit_account) as credit_code, t.debit_tenant as debit_holder,
       t.credit_tenant as credit_holder, t.amount_cents, t.currency, t.shared, t.booked_at
  from (select id from touching order by id desc limit :wanted) newest
  join ledger_transfer t on t.id = newest.id
 order by t.id desc;

-- name: list_shares
-- The newest shares of the caller's scheme.
select t.id, t.reference, t.kind, ledger_account_code(t.debit_account) as debit_code,
       ledger_account_code(t.credit_account) as credit_code, t.debit_tenant as debit_holder,
       t.credit_tenant as credit_holder, t.amount_cents, t.currency, t.shared, t.booked_at
  from ledger_transfer t
 where t.shared and t.scheme = :scheme
 order by t.id desc
 limit :wanted;

-- name: list_by_reference
-- The transfers that the caller caused for one subject, in order.
select t.id, t.reference, t.kind, ledger_account_code(t.debit_account) as debit_code,
       ledger_account_code(t.credit_account) as credit_code, t.debit_tenant as debit_holder,
       t.credit_tenant as credit_holder, t.amount_cents, t.currency, t.shared, t.booked_at
  from ledger_transfer t
 where t.tenant = :caller and starts_with(t.reference, :prefix)
 order by t.id;
