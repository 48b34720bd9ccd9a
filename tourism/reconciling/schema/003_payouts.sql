-- Of which payouts that their bank sent back the holder was told.

create table payout_told (
  tenant   int         not null references organisation (id),
  payout   text        not null,
  told_at  timestamptz not null,
  primary key (tenant, payout)
);
alter table payout_told enable row level security;
alter table payout_told force row level security;
create policy wall on payout_told using (tenant = current_setting('app.tenant')::int);
grant select, insert on payout_told to hub_app;
