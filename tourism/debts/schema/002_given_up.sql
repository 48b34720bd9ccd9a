-- Two colleagues, or two windows, never pay the same debt twice: one card at a time. And what a
-- platform has given up, as who owed it is told.

create unique index debt_payment_under_way on debt_payment (tenant) where paid_at is null;

create table debt_given_up (
  tenant     int         not null references organisation (id),
  write_off  uuid        not null,
  cents      bigint      not null check (cents > 0),
  at         timestamptz not null,
  primary key (tenant, write_off)
);
comment on table debt_given_up is
  'Rows belong to who owed. The proposal itself is the platform''s and stands behind its wall.';
alter table debt_given_up enable row level security;
alter table debt_given_up force row level security;
create policy wall on debt_given_up using (tenant = current_setting('app.tenant')::int);
grant select, insert on debt_given_up to hub_app;
