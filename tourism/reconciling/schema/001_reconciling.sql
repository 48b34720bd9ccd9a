-- What the payment service says of the platform's balance, line by line, and what did not agree with
-- the ledger or with the bank. Numbers and cents only: the operator's, of no tenant.

create table service_line (
  id       text        not null,
  key      text        not null,
  kind     text        not null,
  cents    bigint      not null,
  at       timestamptz not null,
  kept_at  timestamptz not null,
  primary key (id, key)
);
comment on column service_line.key is
  'What it was for: charge:…, fee:…, refund:…, settle:… or dispute:… and our number; else the service''s.';
create index service_line_by_time on service_line (at);

create table money_break (
  key           text        primary key,
  kind          text        not null,
  ours_cents    bigint      not null,
  theirs_cents  bigint      not null,
  since         timestamptz not null,
  found_at      timestamptz not null,
  closed_at     timestamptz,
  note          text        not null default '',
  told_at       timestamptz
);
create index money_break_open on money_break (since) where closed_at is null;
create index money_break_closed on money_break (closed_at) where closed_at is not null;

create table reconciliation (
  at              timestamptz primary key,
  lines           int         not null,
  payouts         int         not null,
  breaks          int         not null,
  ledger_cents    bigint      not null,
  service_cents   bigint      not null
);

grant select, insert on service_line, reconciliation to hub_app;
grant select, insert, update on money_break to hub_app;
grant select on service_line to hub_definer;

create policy reconciling on payout to hub_definer using (true);
create policy reconciling on share_move to hub_definer using (true);
grant select on payout, share_move to hub_definer;
create index share_move_done on share_move (holder) where state = 'done';
create index refund_failed on refund (created_at) where state = 'failed';
