-- When the service answered a movement: the instant of its postings, so that a beneficiary's months are
-- the ledger's.

alter table share_move add column answered_at timestamptz;
comment on column share_move.answered_at is
  'When it was done or refused: of what was done, the instant of its postings in the ledger.';

-- Over all tenants, this once.
create policy answering on share_move to hub_definer using (true);
grant select, update (answered_at) on share_move to hub_definer;
set local role hub_definer;
update share_move m
   set answered_at = coalesce(
         (select min(t.booked_at) from ledger_transfer t
           where t.reference >= 'settle:' || m.id || ':'
             and t.reference < 'settle:' || m.id || ':' || chr(65535)
             and starts_with(t.reference, 'settle:' || m.id || ':')),
         (select c.settled_at from payment_call c where c.id = m.id),
         m.asked_at)
 where m.state <> 'asked';
reset role;
revoke update (answered_at) on share_move from hub_definer;
drop policy answering on share_move;

alter table share_move add check ((state = 'asked') = (answered_at is null));
create index share_move_answered on share_move (holder, answered_at) include (parts)
  where state = 'done';
