-- Whose books a movement of the platform itself went to, for whatever comes of it later; and which
-- payouts have ended, so that the others are asked about whatever their age.

alter table service_line
  add column source text not null default '',
  add column holder int,
  add column followed_at timestamptz,
  add column ended boolean not null default false;
comment on column service_line.source is 'What the movement is of, by the service''s name: a payout and its return have the same.';
comment on column service_line.holder is 'In whose books a movement of the platform itself was posted.';
comment on column service_line.followed_at is 'When the service was last asked what became of an old payout.';
comment on column service_line.ended is 'Whether a payout is at the bank, or came back, in the ledger too.';
grant update (holder, followed_at, ended) on service_line to hub_app;
grant update (holder) on service_line to hub_definer;

set local role hub_definer;
update service_line l set holder = t.tenant
  from ledger_transfer t
 where l.key like 'own%' and l.posted_at is not null and t.reference = l.key;
reset role;
revoke update (holder) on service_line from hub_definer;

update service_line l set ended = true
  from own_payout p
 where l.id = p.line and l.key = 'own:' || p.line and l.posted_at is not null
   and ((p.state = 'paid' and p.arrived) or (p.state in ('failed', 'canceled') and not p.arrived));

create index service_line_to_follow on service_line (followed_at nulls first, at, id)
  where kind = 'payout' and key like 'own:%' and posted_at is not null and not ended;
create index service_line_own on service_line (at) where key like 'own%';
