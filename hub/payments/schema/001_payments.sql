-- Charges and refunds of a tenant's subjects, and the sandbox's own books.

create table charge (
  id            uuid        primary key,
  tenant        int         not null references organisation (id),
  subject       text        not null,
  amount_cents  int         not null check (amount_cents > 0),
  currency      text        not null check (currency = 'EUR'),
  method        text        not null,
  state         text        not null check (state in ('processing', 'succeeded', 'failed')),
  reference     text,
  decline_code  text,
  created_at    timestamptz not null,
  settled_at    timestamptz,
  check ((state = 'processing') = (settled_at is null))
);
create unique index charge_live on charge (tenant, subject) where state <> 'failed';
comment on index charge_live is 'A subject is paid once: one charge under way or succeeded.';

create table refund (
  id            uuid        primary key,
  tenant        int         not null references organisation (id),
  charge        uuid        not null references charge (id),
  amount_cents  int         not null check (amount_cents > 0),
  state         text        not null check (state in ('processing', 'succeeded', 'failed')),
  reference     text,
  created_at    timestamptz not null,
  settled_at    timestamptz
);
create index refund_by_charge on refund (charge);

alter table charge enable row level security;
alter table charge force row level security;
create policy wall on charge using (tenant = current_setting('app.tenant')::int);
alter table refund enable row level security;
alter table refund force row level security;
create policy wall on refund using (tenant = current_setting('app.tenant')::int);
grant select, insert, update on charge, refund to hub_app;

create table sandbox_movement (
  key           uuid        not null,
  kind          text        not null check (kind in ('charge', 'refund')),
  amount_cents  int         not null,
  decline_code  text,
  reference     text        not null,
  at            timestamptz not null,
  primary key (kind, key)
);
comment on table sandbox_movement is
  'Stands for the payment service of the outside world; it knows keys and amounts, no tenant.';
grant select, insert on sandbox_movement to hub_app;
