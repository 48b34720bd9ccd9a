-- When a house lived in another hub: what was collected and let there is declared there. At a hub to
-- which it came: all the time before; at one that it has left: from then on, until it comes back.
create table lived_elsewhere (
  tenant  int          not null,
  since   timestamptz  not null,
  until   timestamptz  not null check (until >= since),
  primary key (tenant, since)
);
comment on column lived_elsewhere.since is 'What is later than this, is of elsewhere; -infinity: it had not been here.';
comment on column lived_elsewhere.until is 'With this instant; infinity: it lives elsewhere.';

alter table lived_elsewhere enable row level security;
alter table lived_elsewhere force row level security;
create policy wall on lived_elsewhere using (tenant = current_setting('app.tenant')::int);
create policy definer on lived_elsewhere to hub_definer using (true);
grant select on lived_elsewhere to hub_app, hub_definer;
