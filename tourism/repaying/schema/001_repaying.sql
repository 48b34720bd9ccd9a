-- Transfers that pay debts: what the platform's bank account received of whom, and the stays that it
-- pays. Rows belong to the platform; who owed sees its own, and the house of a stay its part.

create table debt_received (
  tenant        int         not null references organisation (id),
  id            uuid        not null,
  holder        int         not null references organisation (id),
  name          text        not null,
  amount_cents  bigint      not null check (amount_cents > 0),
  received_on   date        not null,
  reference     text        not null check (length(reference) between 1 and 140),
  noted_by      text        not null,
  noted_at      timestamptz not null,
  told_at       timestamptz,
  primary key (tenant, id)
);
comment on column debt_received.reference is 'The bank''s own: the same again is the same transfer.';
create unique index debt_received_once on debt_received (tenant, lower(reference));
create index debt_received_newest on debt_received (tenant, noted_at);
create index debt_received_by_holder on debt_received (holder, noted_at);

create table debt_received_line (
  tenant      int         not null,
  received    uuid        not null,
  booking     uuid        not null references booking (id),
  house       int         not null references organisation (id),
  holder      int         not null references organisation (id),
  cents       bigint      not null check (cents > 0),
  counted_at  timestamptz,
  primary key (tenant, received, booking),
  foreign key (tenant, received) references debt_received (tenant, id)
);
comment on column debt_received_line.counted_at is
  'When the house of the stay wrote it down; before that it is noted and still stands as owed.';
create index debt_received_line_by_house on debt_received_line (house);
create index debt_received_line_waiting on debt_received_line (holder, booking)
  where counted_at is null;

alter table debt_received enable row level security;
alter table debt_received force row level security;
create policy wall on debt_received
  using (tenant = current_setting('app.tenant')::int or holder = current_setting('app.tenant')::int)
  with check (tenant = current_setting('app.tenant')::int
              or holder = current_setting('app.tenant')::int);
alter table debt_received_line enable row level security;
alter table debt_received_line force row level security;
create policy wall on debt_received_line
  using (tenant = current_setting('app.tenant')::int or house = current_setting('app.tenant')::int)
  with check (tenant = current_setting('app.tenant')::int
              or house = current_setting('app.tenant')::int);
create policy definer on debt_received_line to hub_definer using (true);
grant select, insert, update on debt_received, debt_received_line to hub_app;
grant select on debt_received_line to hub_definer;

-- Where a transfer goes stands on the platform's invoices; who owes is told it from there.
create policy repaying on billing_profile to hub_definer using (true);
grant select (tenant, document) on billing_profile to hub_definer;
create index stay_share_owed on stay_share (holder, due_since) where moved_cents > earned_cents;
