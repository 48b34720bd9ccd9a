-- The platform's own movements at the service: its payouts to its bank, top-ups, the service's bills and
-- corrections. Each line is posted to the ledger once.

alter table service_line add column posted_at timestamptz;
comment on column service_line.posted_at is 'When a movement of the platform itself was posted to the ledger.';
create index service_line_to_post on service_line (at, id) where posted_at is null and key like 'own%';
grant update (posted_at) on service_line to hub_app;

create table own_payout (
  id          text     primary key,
  line        text     not null,
  cents       bigint   not null,
  state       text     not null,
  failure     text,
  arrives_on  date     not null,
  arrived     boolean  not null default false
);
comment on table own_payout is
  'The platform''s own payouts as the service tells them; of no tenant.';
comment on column own_payout.arrived is 'Whether the ledger has it at the bank.';
create index own_payout_by_day on own_payout (arrives_on);
grant select, insert, update on own_payout to hub_app;

-- What was read before it could be posted is named as it is posted.
update money_break b set key = 'own:' || l.id
  from service_line l
 where b.key = 'unknown:' || l.id and l.key = b.key
   and l.kind in ('payout', 'payout_cancel', 'payout_failure', 'topup', 'topup_reversal', 'stripe_fee',
                  'stripe_fx_fee', 'tax_fee', 'adjustment');
update service_line set key = 'own:' || id
 where key = 'unknown:' || id
   and kind in ('payout', 'payout_cancel', 'payout_failure', 'topup', 'topup_reversal', 'stripe_fee',
                'stripe_fx_fee', 'tax_fee', 'adjustment');
