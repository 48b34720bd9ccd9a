-- name: keep_line
insert into service_line (id, key, kind, cents, at, kept_at)
values (:id, :key, :kind, :cents, :at, :now)
on conflict (id, key) do nothing;

-- name: last_line
select max(at) from service_line;

-- name: list_cash_breaks
select key, ours, theirs, at from cash_breaks(:since, :until, :wanted);

-- name: cash_held
select cash_held();

-- name: list_account_moves
select account, cents, under_way from moved_to_accounts();

-- name: list_known_payouts
select account, id, cents, state, arrives_on from known_payouts();

-- name: list_refused_refunds
select key, cents, at from refused_refunds(:wanted);

-- name: list_holders
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
-- What this run did not find again, of what it looked at.
update money_break set closed_at = :now
 where closed_at is null and not (key = any(:found::text[]))
   and (since >= :since or kind in ('account', 'refund_refused'));

-- name: list_open
select key, kind, ours_cents, theirs_cents, since, found_at, closed_at, note, told_at
  from money_break where closed_at is null order by since, key limit :wanted;

-- name: list_closed
select key, kind, ours_cents, theirs_cents, since, found_at, closed_at, note, told_at
  from money_break where closed_at is not null order by closed_at desc, key limit :wanted;

-- name: list_untold
select key, kind, ours_cents, theirs_cents, since, found_at, closed_at, note, told_at
  from money_break where closed_at is null and told_at is null order by since, key limit :wanted;

-- name: mark_told
update money_break set told_at = :now where closed_at is null and told_at is null;

-- name: note_break
update money_break set note = :note where key = :key and closed_at is null;

-- name: keep_run
insert into reconciliation (at, lines, payouts, breaks, ledger_cents, service_cents)
values (:now, :lines, :payouts, :breaks, :ledger_cents, :service_cents)
on conflict (at) do nothing;

-- name: last_run
select at, lines, payouts, breaks, ledger_cents, service_cents
  from reconciliation order by at desc limit 1;

-- name: list_debts
select holder, name, cents, stays, since, asked_at from open_debts(:wanted);

-- name: insert_asked
insert into debt_asked (tenant, at, cents) values (:tenant, :now, :cents)
on conflict (tenant, at) do nothing;
