-- What is asked of the payment service beside charges and refunds, who is paid through it, what it
-- tells, and what it has paid out. The service's own numbers are texts.

alter table charge
  add column page      jsonb,
  add column page_url  text,
  add column fee_cents int not null default 0 check (fee_cents >= 0);
comment on column charge.page is 'What the hosted page needs: where to come back, language, title.';
comment on column charge.page_url is 'Where the guest goes on: the hosted page, or the bank.';
create index charge_waiting on charge (created_at) where state = 'processing';
create index refund_waiting on refund (created_at) where state = 'processing';
create policy definer on charge to hub_definer using (true);
create policy definer on refund to hub_definer using (true);
grant select on charge, refund to hub_definer;

create table payment_call (
  id          uuid        primary key,
  tenant      int         not null references organisation (id),
  subject     text        not null,
  wish        jsonb       not null,
  state       text        not null check (state in ('waiting', 'done', 'refused')),
  reference   text,
  refusal     text,
  created_at  timestamptz not null,
  settled_at  timestamptz,
  check ((state = 'waiting') = (settled_at is null)),
  check ((state = 'done') = (reference is not null)),
  check ((state = 'refused') = (refusal is not null))
);
comment on table payment_call is
  'Written before the service is asked; the id is the idempotency key there.';
create index payment_call_by_subject on payment_call (tenant, subject);
create index payment_call_waiting on payment_call (created_at) where state = 'waiting';

create table payee (
  tenant     int         primary key references organisation (id),
  account    text        not null unique,
  payable    boolean     not null,
  submitted  boolean     not null,
  due        text[]      not null,
  reason     text,
  opened_at  timestamptz not null,
  looked_at  timestamptz not null
);

create table payout (
  id            text        not null,
  tenant        int         not null references organisation (id),
  amount_cents  bigint      not null,
  state         text        not null,
  failure       text,
  arrives_on    date        not null,
  told_at       timestamptz not null,
  primary key (tenant, id)
);
create table payout_line (
  payout        text        not null,
  tenant        int         not null,
  transfer      text        not null,
  amount_cents  bigint      not null,
  primary key (tenant, payout, transfer),
  foreign key (tenant, payout) references payout (tenant, id)
);
create index payout_line_by_transfer on payout_line (tenant, transfer);

create table dispute (
  id            text        primary key,
  tenant        int         not null references organisation (id),
  charge        uuid        not null references charge (id),
  amount_cents  int         not null check (amount_cents > 0),
  state         text        not null,
  reason        text        not null,
  opened_at     timestamptz not null,
  told_at       timestamptz not null
);
create index dispute_by_tenant on dispute (tenant, opened_at);
create index dispute_by_charge on dispute (charge);

create table heard_event (
  id          text        primary key,
  kind        text        not null,
  thing       text        not null,
  account     text,
  marks       jsonb       not null,
  created_at  timestamptz not null,
  heard_at    timestamptz not null,
  applied_at  timestamptz
);
comment on table heard_event is
  'What the service has told: numbers only. What they mean now is asked of the service itself.';
create index heard_event_waiting on heard_event (heard_at) where applied_at is null;

alter table payment_call enable row level security;
alter table payment_call force row level security;
create policy wall on payment_call using (tenant = current_setting('app.tenant')::int);
create policy definer on payment_call to hub_definer using (true);
alter table payee enable row level security;
alter table payee force row level security;
create policy wall on payee using (tenant = current_setting('app.tenant')::int);
create policy definer on payee to hub_definer using (true);
alter table payout enable row level security;
alter table payout force row level security;
create policy wall on payout using (tenant = current_setting('app.tenant')::int);
alter table payout_line enable row level security;
alter table payout_line force row level security;
create policy wall on payout_line using (tenant = current_setting('app.tenant')::int);
alter table dispute enable row level security;
alter table dispute force row level security;
create policy wall on dispute using (tenant = current_setting('app.tenant')::int);

grant select, insert, update on payment_call, payee, payout, dispute, heard_event to hub_app;
grant select, insert on payout_line to hub_app;
grant select on payment_call, payee to hub_definer;
