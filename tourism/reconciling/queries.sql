-- name: keep_line
-- A movement that the payment service tells of; only once.
insert into service_line (id, key, kind, cents, at, kept_at)
values (:id, :key, :kind, :cents, :at, :now)
on conflict (id, key) do nothing;

-- name: last_line
-- How far the service's movements are known.
select max(at) from service_line;

-- name: list_cash_breaks
-- Movements that only one side knows, or in other cents.
select key, ours, theirs, at from cash_breaks(:since, :until, :wanted);

-- name: cash_held
-- What the ledger says lies at the service.
select cash_held();

-- name: list_account_moves
-- What was moved to the accounts after one, and what left them for their banks before a day.
select account, cents, out_cents, under_way from moved_to_accounts(:before, :after, :wanted);

-- name: list_known_payouts
-- The payouts of an account that we were told of, from a day on.
select id, cents, state, arrives_on from known_payouts(:account, :since, :wanted);

-- name: list_refused_refunds
-- Refunds that the service refuses to give.
select key, cents, at from refused_refunds(:wanted);

-- name: list_holders
-- Who holds the money at the service.
select holder as id from cash_holders() as holder;

-- name: keep_break
-- A difference found: new, open still, or open again.
insert into money_break (key, kind, ours_cents, theirs_cents, since, found_at)
values (:key, :kind, :ours_cents, :theirs_cents, :since, :now)
on conflict (key) do update
   set kind = excluded.kind, ours_cents = excluded.ours_cents,
       theirs_cents = excluded.theirs_cents,
       told_at = case when money_break.closed_at is null then money_break.told_at end,
       closed_at = null;

-- name: close_breaks
-- What this run did not find again between the ledger and the service's lines.
update money_break set closed_at = :now
 where closed_at is null and not (key = any(:found::text[]))
   and (since >= :since or kind = 'refund_refused')
   and kind not like 'account%' and kind not like 'payout%';

-- name: close_breaks_of
-- What a look at an account did not find again.
update money_break set closed_at = :now
 where closed_at is null and key = any(:looked_at::text[]) and not (key = any(:found::text[]));

-- name: list_open
-- The differences that are open, oldest first.
select key, kind, ours_cents, theirs_cents, since, found_at, closed_at, note, told_at
  from money_break where closed_at is null order by since, key limit :wanted;

-- name: list_closed
-- The differences that are closed, newest first.
select key, kind, ours_cents, theirs_cents, since, found_at, closed_at, note, told_at
  from money_break where closed_at is not null order by closed_at desc, key limit :wanted;

-- name: list_untold
-- The open differences that nobody was told of.
select key, kind, ours_cents, theirs_cents, since, found_at, closed_at, note, told_at
  from money_break where closed_at is null and told_at is null order by since, key limit :wanted;

-- name: mark_told
-- The open differences were told.
update money_break set told_at = :now where closed_at is null and told_at is null;

-- name: note_break
-- What somebody notes about a difference.
update money_break set note = :note where key = :key and closed_at is null;

-- name: keep_run
-- What a comparison counted; only once an instant.
insert into reconciliation (at, lines, payouts, breaks, ledger_cents, service_cents)
values (:now, :lines, :payouts, :breaks, :ledger_cents, :service_cents)
on conflict (at) do nothing;

-- name: last_run
-- The last comparison.
select at, lines, payouts, breaks, ledger_cents, service_cents
  from reconciliation order by at desc limit 1;

-- name: list_debts
-- What holders owe a platform, or each of them, and when they were last asked.
select holder, name, cents, stays, since, asked_at, times_asked
  from open_debts(:platform, :old, :unasked, :wanted);

-- name: insert_told
-- The holder of a payout that came back is told once.
insert into payout_told (tenant, payout, told_at) values (:tenant, :payout, :now)
on conflict (tenant, payout) do nothing;

-- name: insert_asked
-- A house was asked for what it owes.
insert into debt_asked (tenant, at, cents) values (:tenant, :now, :cents)
on conflict (tenant, at) do nothing;
