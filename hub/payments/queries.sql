-- name: insert_charge
-- Ask for a payment; the same id again changes nothing. One live charge a subject.
insert into charge (id, tenant, subject, amount_cents, currency, method, page, state, created_at,
                    keeps_card, customer)
values (:id, :tenant, :subject, :amount_cents, 'EUR', :method, :page::jsonb, 'processing', :now,
        :keeps_card, :customer)
on conflict (id) do nothing;

-- name: find_charge
select id, tenant, subject, amount_cents, currency, method, page, page_url, fee_cents, state,
       reference, decline_code, created_at, settled_at, keeps_card, customer, card, card_label
  from charge where id = :id;

-- name: list_paid_charges
-- The charges that paid for a subject and for its parts, the newest first; ours until the commit,
-- so that two refunds never count the same cents.
select id, tenant, subject, amount_cents, currency, method, page, page_url, fee_cents, state,
       reference, decline_code, created_at, settled_at, keeps_card, customer, card, card_label
  from charge
 where (subject = :subject or subject like :subject || ':%') and state = 'succeeded'
 order by created_at desc, id
   for update;

-- name: settle_charge
-- Write down the service's answer, once.
update charge
   set state = :state, reference = :reference, decline_code = :decline_code, settled_at = :now
 where id = :id and state = 'processing';

-- name: find_live_charge
-- The charge of a subject that is under way or has succeeded.
select id, tenant, subject, amount_cents, currency, method, page, page_url, fee_cents, state,
       reference, decline_code, created_at, settled_at, keeps_card, customer, card, card_label
  from charge where subject = :subject and state <> 'failed';

-- name: list_charges
-- Every charge of a subject and of its parts, oldest first.
select id, tenant, subject, amount_cents, currency, method, page, page_url, fee_cents, state,
       reference, decline_code, created_at, settled_at, keeps_card, customer, card, card_label
  from charge
 where subject = :subject or subject like :subject || ':%'
 order by created_at, id
 limit 200;

-- name: list_disputes
-- The disputes of a subject's charges and of its parts', oldest first.
select d.id, d.charge, d.amount_cents, d.state, d.reason, d.opened_at, d.fee_cents
  from dispute d join charge c on c.id = d.charge
 where c.subject = :subject or c.subject like :subject || ':%'
 order by d.opened_at, d.id
 limit 200;

-- name: total_paid_out
-- What the caller's bank has received.
select coalesce(sum(amount_cents), 0)::bigint from payout where state = 'paid';

-- name: note_answer
-- What the service has said so far: its number, where the guest goes on, what it costs. Once a
-- charge is settled its cost has been written down, or is awaited and asked for by itself.
update charge
   set reference = :reference, page_url = :page_url,
       fee_cents = case when state = 'processing' then greatest(fee_cents, :fee_cents)
                        else fee_cents end,
       fee_awaited = case when state = 'processing' then :fee_awaited and fee_cents = 0
                          else fee_awaited end,
       customer = coalesce(:customer, customer), card = coalesce(:card, card),
       card_label = coalesce(:card_label, card_label)
 where id = :id;

-- name: find_without_fee
-- A charge that succeeded before the service knew what it keeps of it.
select id, tenant, subject, amount_cents, currency, method, page, page_url, fee_cents, state,
       reference, decline_code, created_at, settled_at, keeps_card, customer, card, card_label
  from charge where id = :id and state = 'succeeded' and fee_awaited;

-- name: note_fee
-- What the service keeps of a charge, told after it was settled; once.
update charge set fee_cents = :fee_cents, fee_awaited = false
 where id = :id and state = 'succeeded' and fee_awaited;

-- name: list_awaited_fees
-- Charges that were settled without their cost, whoever they belong to, the oldest first.
select 'fee' as kind, tenant, id from charges_without_fee(:before, :wanted);

-- name: find_kept_card
-- The card that was left with the service for a subject or a part of it, the newest.
select customer, card, card_label as label
  from charge
 where (subject = :subject or subject like :subject || ':%') and keeps_card
   and state = 'succeeded' and card is not null and card_released_at is null
 order by created_at desc, id limit 1;

-- name: mark_card_released
-- Nothing is charged to a kept card any more; how many charges named it.
update charge set card_released_at = :now
 where (subject = :subject or subject like :subject || ':%') and keeps_card
   and card is not null and card_released_at is null;

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

-- name: return_refund
-- What was paid back has failed since, at the guest's bank; once.
update refund set state = 'failed', settled_at = :now where id = :id and state = 'succeeded';

-- name: note_refund
-- The service has taken it up, and the money is not on its way yet.
update refund set reference = :reference where id = :id and state = 'processing';

-- name: note_reference
-- The service's number of a charge of which we had none.
update charge set reference = :reference
 where id = :id and reference is null and state = 'processing';

-- name: sandbox_move
-- The sandbox's own books: one movement a key, for ever.
insert into sandbox_movement (key, kind, amount_cents, decline_code, reference, at)
values (:key, :kind, :amount_cents, :decline_code, :reference, :now)
on conflict (kind, key) do nothing;

-- name: sandbox_outcome
select decline_code is null as succeeded, reference, decline_code
  from sandbox_movement where kind = :kind and key = :key;

-- name: insert_call
-- Written down once, before the service is asked.
insert into payment_call (id, tenant, subject, wish, state, created_at)
values (:id, :tenant, :subject, :wish::jsonb, 'waiting', :now)
on conflict (id) do nothing;

-- name: find_call
select id, tenant, subject, wish, state, reference, refusal, created_at, settled_at
  from payment_call where id = :id;

-- name: count_refused
-- How many of the caller's calls for a subject the service has refused.
select count(*) from payment_call
 where subject = :subject and state = 'refused' and tenant = current_setting('app.tenant')::int;

-- name: settle_call
-- The service's answer, once.
update payment_call
   set state = :state, reference = :reference, refusal = :refusal, settled_at = :now
 where id = :id and state = 'waiting';

-- name: list_waiting
select kind, tenant, id from waiting_payments(:before, :wanted);

-- name: list_accounts
select account as id from payee_accounts() as account;

-- name: find_payee
select tenant, account, payable, submitted, due, reason, opened_at, looked_at
  from payee where tenant = :tenant;

-- name: keep_payee
-- How an account stood when the service was asked; what was asked before that changes nothing.
insert into payee (tenant, account, payable, submitted, due, reason, opened_at, looked_at)
values (:tenant, :account, :payable, :submitted, :due::text[], :reason, :now, :asked_at)
on conflict (tenant) do update
   set payable = excluded.payable, submitted = excluded.submitted, due = excluded.due,
       reason = excluded.reason, looked_at = excluded.looked_at
 where payee.account = excluded.account and payee.looked_at <= excluded.looked_at;

-- name: withhold_payee
update payee set withheld = :reason, withheld_at = :now
 where tenant = :tenant and withheld is null;

-- name: release_payee
update payee set withheld = null, withheld_at = null where tenant = :tenant;

-- name: payee_account
select payee_account(:organisation);

-- name: keep_payout
-- How a payout stood when the service was asked; what was asked before that changes nothing.
insert into payout (id, tenant, amount_cents, state, failure, arrives_on, told_at, failed_at)
values (:id, :tenant, :amount_cents, :state, :failure, :arrives_on, :asked_at::timestamptz,
        case when :state = 'failed' then :asked_at end)
on conflict (tenant, id) do update
   set state = excluded.state, failure = excluded.failure, arrives_on = excluded.arrives_on,
       told_at = excluded.told_at,
       failed_at = case when excluded.state = 'failed'
                        then coalesce(payout.failed_at, excluded.failed_at) end
 where payout.told_at <= excluded.told_at;

-- name: keep_payout_line
-- What a payout carries of a transfer; less at first, when it was looked at in its making.
insert into payout_line (payout, tenant, transfer, amount_cents)
values (:payout, :tenant, :transfer, :amount_cents)
on conflict (tenant, payout, transfer) do update set amount_cents = excluded.amount_cents;

-- name: list_payouts
-- The newest payouts of the caller to its bank.
select id, amount_cents, state, failure, arrives_on
  from payout order by arrives_on desc, id limit :wanted;

-- name: find_payout
select id, amount_cents, state, failure, arrives_on from payout where id = :id and tenant = :tenant;

-- name: list_returned
-- The payouts that the caller's bank has sent back, the newest first: those after which none has
-- arrived, so that the money is still at the service.
select id, amount_cents, state, failure, arrives_on from payout p
 where state = 'failed' and not exists (
         select from payout later
          where later.state = 'paid'
            and later.arrives_on > (p.failed_at at time zone 'Europe/Paris')::date)
 order by arrives_on desc, id limit :wanted;

-- name: list_payout_lines
-- Which transfers the payouts of the caller have carried to the bank.
select l.payout, l.transfer, l.amount_cents, p.state, p.arrives_on
  from payout_line l join payout p on p.tenant = l.tenant and p.id = l.payout
 where l.transfer = any(:transfers::text[])
 order by p.arrives_on, l.payout;

-- name: keep_dispute
insert into dispute (id, tenant, charge, amount_cents, state, reason, opened_at, fee_cents,
                     told_at)
values (:id, :tenant, :charge, :amount_cents, :state, :reason, :opened_at, :fee_cents, :now)
on conflict (id) do update
   set state = excluded.state, fee_cents = excluded.fee_cents, told_at = excluded.told_at
 where (dispute.state not in ('won', 'lost') or dispute.state = excluded.state)
   and (dispute.state like 'warning%' or excluded.state not like 'warning%')
   and (dispute.state, dispute.fee_cents) is distinct from (excluded.state, excluded.fee_cents);

-- name: find_dispute
select id, charge, amount_cents, state, reason, opened_at, fee_cents from dispute where id = :id;

-- name: keep_event
-- Heard once, however often it is told.
insert into heard_event (id, kind, thing, account, marks, created_at, heard_at)
values (:id, :kind, :thing, :account, :marks::jsonb, :created_at, :now)
on conflict (id) do nothing;

-- name: find_event
select id, kind, thing, account, marks, created_at, applied_at from heard_event where id = :id;

-- name: mark_event
update heard_event set applied_at = :now where id = :id and applied_at is null;

-- name: list_unapplied
select id from heard_event where applied_at is null and heard_at < :before
 order by heard_at limit :wanted;

-- name: list_paid_days
-- What the caller's bank has received day by day, in a span of days.
-- bounded by the days of the span
select arrives_on as day, sum(amount_cents)::bigint as cents
  from payout where state = 'paid' and arrives_on between :since and :until
 group by 1 order by 1;
