-- Closings of the journal by day, month and year (CGI 286 I 3° bis): each with its totals, those
-- since the beginning, and the hash of the closing before.
create table billing_closing (
  tenant         int         not null references organisation (id),
  number         int         not null check (number > 0),
  period         text        not null check (period in ('day', 'month', 'year')),
  since          date        not null,
  until          date        not null check (until >= since),
  first_seq      int         not null,
  last_seq       int         not null check (last_seq >= first_seq),
  last_hash      bytea       not null check (length(last_hash) = 32),
  totals         jsonb       not null,
  perpetual      jsonb       not null,
  closed_at      timestamptz not null,
  previous_hash  bytea       not null check (length(previous_hash) = 32),
  hash           bytea       not null check (length(hash) = 32),
  primary key (tenant, number),
  unique (tenant, period, since)
);
comment on column billing_closing.totals is 'Cents by kind of record, and by category and rate.';
comment on column billing_closing.perpetual is 'The same since the first record, this period in it.';

alter table billing_closing enable row level security;
alter table billing_closing force row level security;
create policy wall on billing_closing using (tenant = current_setting('app.tenant')::int);
create policy definer on billing_closing to hub_definer using (true);
create policy definer on billing_record to hub_definer using (true);
grant select, insert on billing_closing to hub_app;
grant select (tenant, period, until, last_seq) on billing_closing to hub_definer;
grant select (tenant, seq, on_day) on billing_record to hub_definer;
create trigger frozen before update or delete on billing_closing
  for each row execute function refuse_change();
create trigger kept before truncate on billing_closing
  for each statement execute function refuse_change();
