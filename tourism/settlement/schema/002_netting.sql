-- A share that is moved may first pay what its holder owes for other stays of the same house.

alter table share_move add column nets jsonb not null default '[]';
comment on column share_move.nets is
  'What of this movement stays with us for older debts: [{booking, cents}]; the service moves the rest.';
create index stay_share_debt on stay_share (tenant, holder) where moved_cents > earned_cents;
