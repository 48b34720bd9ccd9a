-- name: keep_line
-- A movement that the payment service tells of; only once.
insert into service_line (id, key, kind, cents, at, source, kept_at)
values (:id, :key, :kind, :cents, :at, :source, :now)
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
-- A difference found: new, open still, or open again; never one that somebody has explained.
insert into money_break (key, kind, ours_cents, theirs_cents, since, found_at)
values (:key, :kind, :ours_cents, :theirs_cents, :since, :now)
on conflict (key) do update
   set kind = excluded.kind, ours_cents = excluded.ours_cents,
       theirs_cents = excluded.theirs_cents,
       told_at = case when money_break.closed_at is null then money_break.told_at end,
       closed_at = null
 where money_break.explained_at is null;

-- name: close_breaks
-- What this run did not find again between the ledger and the service's lines; what somebody must
-- explain closes in no other way.
update money_break set closed_at = :now
 where closed_at is null and not (key = any(:found::text[]))
   and (since >= :since or kind = 'refund_refused')
   and kind not like 'account%' and kind not like 'payout%' and not (kind = any(:to_explain::text[]));

-- name: close_breaks_of
-- What a look at an account did not find again.
update money_break set closed_at = :now
 where closed_at is null and key = any(:looked_at::text[]) and not (key = any(:found::text[]));

-- name: list_open
-- The differences that are open: what a comparison finds first, then what waits for somebody's
-- word, each oldest first.
select key, kind, ours_cents, theirs_cents, since, found_at, closed_at, note, told_at
  from money_break where closed_at is null
 order by kind = any(:to_explain::text[]), since, key limit :wanted;

-- name: list_closed
-- The differences that are closed, newest first.
select key, kind, ours_cents, theirs_cents, since, found_at, closed_at, note, told_at
  from money_break where closed_at is not null order by closed_at desc, key limit :wanted;

-- name: list_untold
-- The open differences that nobody was told of, in the same order.
select key, kind, ours_cents, theirs_cents, since, found_at, closed_at, note, told_at
  from money_break where closed_at is null and told_at is null
 order by kind = any(:to_explain::text[]), since, key limit :wanted;

-- name: mark_told
-- These open differences were told.
update money_break set told_at = :now
 where key = any(:keys::text[]) and closed_at is null and told_at is null;

-- name: note_break
-- What somebody notes about a difference.
update money_break set note = :note where key = :key and closed_at is null;

-- name: explain_break
-- Somebody has said what an open difference is, of the kinds that wait for it: it is closed for good.
update money_break set note = :note, explained_at = :now, closed_at = :now
 where key = :key and closed_at is null and kind = any(:to_explain::text[]);

-- name: is_explained
-- Whether a difference was explained in these very words.
select exists (select from money_break
                where key = :key and explained_at is not null and note = :note);

-- name: count_to_explain
-- The open differences that wait for a word.
select count(*) from money_break where closed_at is null and kind = any(:to_explain::text[]);

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

-- name: balance_owner
-- The organisation whose books the platform's own movements go to.
select balance_owner();

-- name: list_line_holders
-- In whose books what the ledger does not have belongs: what comes of a payout, where the payout is.
select distinct coalesce(p.holder, :owner)::int as id
  from (select source from service_line
         where posted_at is null and key like 'own%' order by at, id, key limit :wanted) l
  left join own_payout o on o.id = l.source and l.source <> ''
  left join service_line p on p.id = o.line and p.key = 'own:' || o.line;

-- name: list_lines_to_post
-- A holder's movements that the ledger does not have, oldest first; nobody else posts them.
select l.id, l.key, l.kind, l.cents, l.at
  from service_line l
  left join own_payout o on o.id = l.source and l.source <> ''
  left join service_line p on p.id = o.line and p.key = 'own:' || o.line
 where l.posted_at is null and l.key like 'own%' and coalesce(p.holder, :owner) = :holder
 order by l.at, l.id, l.key limit :wanted for update of l;

-- name: mark_posted
-- The ledger has these movements, in the books of a holder.
update service_line l set posted_at = :now, holder = :holder
  from unnest(:ids::text[], :keys::text[]) as one (id, key)
 where l.id = one.id and l.key = one.key and l.posted_at is null;

-- name: follow_again
-- The service has given back payouts whose return these lines are: however old, they are followed
-- until the ledger has that too.
update service_line p set ended = false
  from service_line l
  join own_payout o on o.id = l.source and l.source <> ''
 where l.id = any(:lines::text[]) and l.key like 'own:%' and l.kind <> 'payout'
   and p.id = o.line and p.key = 'own:' || o.line;

-- name: find_line_holder
-- In whose books a payout has left the balance.
select holder as id from service_line
 where id = :line and key = 'own:' || :line and posted_at is not null and holder is not null;

-- name: list_payouts_to_follow
-- The payouts made before an instant that have not ended, asked about longest ago first.
select id, key, kind, cents, at from service_line
 where kind = 'payout' and key like 'own:%' and posted_at is not null and not ended and at < :before
 order by followed_at nulls first, at, id limit :wanted;

-- name: mark_followed
-- The service is asked what became of these payouts.
update service_line l set followed_at = :now
  from unnest(:ids::text[]) as one (id)
 where l.id = one.id and l.key = 'own:' || one.id;

-- name: mark_ended
-- Whether a payout has ended, in the ledger too.
update service_line set ended = :ended
 where id = :line and key = 'own:' || :line and ended <> :ended;

-- name: list_own_payouts
-- The platform's own payouts that arrive from a day on, the newest first.
select id, cents, state, arrives_on from own_payout
 where arrives_on >= :since order by arrives_on desc, id limit :wanted;

-- name: keep_own_payout
-- How a payout stands, whether the ledger has it at the bank, and whether it has left the balance.
insert into own_payout (id, line, cents, state, failure, arrives_on)
values (:id, :line, :cents, :state, :failure, :arrives_on)
on conflict (id) do update
   set state = excluded.state, failure = excluded.failure, arrives_on = excluded.arrives_on
returning arrived, exists (select from service_line l
                            where l.id = own_payout.line and l.key = 'own:' || own_payout.line
                              and l.posted_at is not null) as left_balance;

-- name: mark_arrived
-- The ledger has a payout at the bank, or no longer.
update own_payout set arrived = :arrived where id = :id;

-- name: sum_own_months
-- The platform's own movements by month of Paris and kind, the newest first.
select to_char(at at time zone 'Europe/Paris', 'YYYY-MM') as month,
       case when key like 'own-fee:%' then 'stripe_fee' else kind end as kind, sum(cents)::bigint as cents
  from service_line where key like 'own%' and at >= :since
 group by 1, 2 order by 1 desc, 2 limit :wanted;
