-- Debts after stays: the cards that pay them, and what two persons give up of them.

create table debt_payment (
  tenant        int         not null references organisation (id),
  id            uuid        not null references charge (id),
  lines         jsonb       not null,
  amount_cents  int         not null check (amount_cents > 0),
  begun_at      timestamptz not null,
  paid_at       timestamptz,
  primary key (tenant, id)
);
comment on column debt_payment.lines is 'What it was begun for: [{tenant, booking, cents}].';
create index debt_payment_newest on debt_payment (tenant, begun_at);

create table write_off (
  tenant        int         not null references organisation (id),
  id            uuid        not null,
  holder        int         not null references organisation (id),
  name          text        not null,
  lines         jsonb       not null,
  amount_cents  bigint      not null check (amount_cents > 0),
  reason        text        not null check (length(reason) between 10 and 500),
  state         text        not null check (state in ('proposed', 'confirmed', 'refused')),
  proposed_by   text        not null,
  proposed_at   timestamptz not null,
  decided_by    text,
  decided_at    timestamptz,
  primary key (tenant, id),
  check ((state = 'proposed') = (decided_at is null)),
  check ((decided_at is null) = (decided_by is null)),
  constraint two_persons check (state <> 'confirmed' or decided_by <> proposed_by)
);
comment on table write_off is 'Rows belong to the platform that gives up; the holder is who owed.';
create unique index write_off_open on write_off (tenant, holder) where state = 'proposed';
create index write_off_by_holder on write_off (holder);

alter table debt_payment enable row level security;
alter table debt_payment force row level security;
create policy wall on debt_payment using (tenant = current_setting('app.tenant')::int);
alter table write_off enable row level security;
alter table write_off force row level security;
create policy wall on write_off using (tenant = current_setting('app.tenant')::int);
grant select, insert, update, delete on debt_payment to hub_app;
grant select, insert, update on write_off to hub_app;
