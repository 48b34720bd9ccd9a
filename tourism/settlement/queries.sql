-- name: take_stays_to_settle
-- Stays over all tenants whose shares are due; those that are taken go to the end of the line.
select tenant, booking from take_stays_to_settle(:now, :wanted);

-- name: list_moves_to_finish
-- Movements over all tenants that the service has answered before an instant and nobody has finished.
select tenant, call, subject from moves_to_finish(:before, :wanted);

-- name: insert_move
-- A movement of shares that will be asked of the service.
insert into share_move (id, tenant, booking, holder, parts, reverses, state, asked_at, nets)
values (:id, :tenant, :booking, :holder, :parts::jsonb, :reverses, 'asked', :now, :nets::jsonb);

-- name: insert_net
-- What another stay's movement, a card or a decision has settled of a debt: no call of its own.
insert into share_move (id, tenant, booking, holder, parts, reverses, state, reference, asked_at,
                        answered_at)
values (:id, :tenant, :booking, :holder, :parts::jsonb, :reverses, 'done', :reference, :now, :now);

-- name: list_debts
-- What a holder owes for the stays of this house, the oldest first: as many as some cents may pay,
-- each of them a stay to lock. What is more is paid by the next movement.
select booking, cents
  from (select booking, due_since, moved_cents - earned_cents as cents,
               sum(moved_cents - earned_cents) over (order by due_since, booking) as until_cents
          from stay_share
         where tenant = :tenant and holder = :holder and booking <> :booking
           and moved_cents > earned_cents and held in ('refused', 'owes')) owed
 where until_cents - cents < :cents::bigint
 order by due_since, booking
 limit 200;

-- name: list_moves
-- The movements for a stay, oldest first.
-- bounded by the beneficiaries and changes of one stay
select id, holder, parts, reverses, state, reference, refusal, asked_at, nets
  from share_move where booking = :booking order by asked_at, id;

-- name: find_move
-- The stay that a movement is for, and those whose debts it pays.
select booking, array(select (net ->> 'booking')::uuid from jsonb_array_elements(nets) net) as owing
  from share_move where id = :id and state = 'asked';

-- name: end_move
-- What the service answered, once.
update share_move
   set state = :state, reference = :reference, refusal = :refusal, answered_at = :now
 where id = :id and state = 'asked'
returning id, holder, parts, reverses, state, reference, refusal, asked_at, nets;

-- name: keep_share
-- What a beneficiary earns from a stay, as it is now. Only who has looked at the whole stay says of
-- which revision. What is owed to it is one thing, and what it owes another: each is as old as itself.
insert into stay_share (booking, holder, tenant, revision, reference, house, arrival, departure,
                        detail, earned_cents, moved_cents, held, due_since)
values (:booking, :holder, :tenant, case when :is_whole::boolean then :revision::int else 0 end,
        :reference, :house, :arrival, :departure, :detail::jsonb, :earned_cents::bigint,
        :moved_cents::bigint, :held,
        case when :earned_cents::bigint <> :moved_cents::bigint then :now::timestamptz end)
on conflict (booking, holder) do update
   set revision = greatest(stay_share.revision, excluded.revision), detail = excluded.detail,
       arrival = excluded.arrival, departure = excluded.departure, earned_cents = excluded.earned_cents,
       moved_cents = excluded.moved_cents, held = excluded.held,
       due_since = case when sign(excluded.earned_cents - excluded.moved_cents)
                             = sign(stay_share.earned_cents - stay_share.moved_cents)
                        then coalesce(stay_share.due_since, excluded.due_since)
                        else excluded.due_since end;

-- name: keep_psp_cost
-- What the payment service has kept of a stay's payments, for everybody who has a share of it.
update stay_share set psp_cents = :cents where booking = :booking and psp_cents <> :cents;

-- name: list_shares
-- The stays of which a holder has a share, by arrival, in a span of days, after one of them.
select s.booking, s.holder, s.reference, s.house, s.arrival, s.departure, s.detail,
       s.earned_cents, s.moved_cents, s.held, s.due_since, s.psp_cents,
       coalesce((select array_agg(m.reference order by m.asked_at, m.id)
                   from share_move m
                  where m.booking = s.booking and m.holder = s.holder and m.state = 'done'
                    and m.reverses is null and m.reference not like 'net:%'
                    and m.reference not like 'debt:%'), '{}') as transfers,
       coalesce((select sum(coalesce((select sum((net ->> 'cents')::bigint)
                                        from jsonb_array_elements(m.nets) net), 0)
                            + case when m.reference like 'net:%' or m.reference like 'debt:%'
                                   then (select sum(part.value::bigint)
                                           from jsonb_each_text(m.parts) part) else 0 end)
                   from share_move m
                  where m.booking = s.booking and m.holder = s.holder and m.state = 'done'), 0)
         ::bigint as kept_cents
  from stay_share s
 where s.holder = :holder and s.arrival between :since and :until
   and (s.arrival, s.reference) > (:after::date, :reference)
 order by s.arrival, s.reference
 limit :wanted;

-- name: total_shares
-- What a holder has earned and received over all stays.
select coalesce(sum(earned_cents), 0)::bigint as earned_cents,
       coalesce(sum(moved_cents), 0)::bigint as moved_cents
  from stay_share where holder = :holder;

-- name: find_fund
-- What a fund still has, and what it has borne for a cause since an instant.
select left_cents, borne_cents from fund_of(:scheme, :holder, :role, :cause, :since);

-- name: find_due_since
-- Since when a holder's share of a stay is not what was moved.
select due_since from stay_share where booking = :booking and holder = :holder;

-- name: list_losses
-- What a scheme lost since a moment, by cause.
select cause, cents, begun_at, days from scheme_losses(:scheme, :since, :now, :wanted);

-- name: list_days
-- What a holder has earned (by arrival), what is due (the day after the arrival, or when a penalty was
-- first found to stand) and what was moved (when the service answered, as in the ledger), by day of a
-- span.
-- bounded by the days of the span
select day, sum(earned)::bigint as earned_cents, sum(due)::bigint as due_cents,
       sum(moved)::bigint as moved_cents
  from (select arrival as day, earned_cents as earned, 0 as due, 0 as moved
          from stay_share where holder = :holder and arrival between :since and :until
        union all
        select least(arrival + 1, (due_since at time zone 'Europe/Paris')::date), 0,
               earned_cents - moved_cents, 0
          from stay_share
         where holder = :holder and earned_cents <> moved_cents and arrival >= :since::date - 1
        union all
        select (m.answered_at at time zone 'Europe/Paris')::date, 0, 0,
               (select coalesce(sum(part.value::bigint), 0) from jsonb_each_text(m.parts) part)
          from share_move m
         where m.holder = :holder and m.state = 'done'
           and m.answered_at >= :since::date::timestamp at time zone 'Europe/Paris'
           and m.answered_at < (:until::date + 1)::timestamp at time zone 'Europe/Paris') found
 where day between :since and :until
 group by 1 order by 1;
