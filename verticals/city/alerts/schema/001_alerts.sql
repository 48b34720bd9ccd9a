-- What the town tells everybody: messages as CAP 1.2 knows them, each with those that it replaces.
create table city_alert (
  id            uuid        primary key,
  tenant        int         not null references organisation (id),
  chain         uuid        not null,
  replaces      uuid,
  msg_type      text        not null check (msg_type in ('Alert', 'Update', 'Cancel')),
  state         text        not null check (state in ('waiting', 'sent', 'dropped')),
  status        text        not null check (status in ('Actual', 'Exercise', 'Test')),
  category      text        not null check (length(category) <= 20),
  urgency       text        not null check (length(urgency) <= 20),
  severity      text        not null check (length(severity) <= 20),
  certainty     text        not null check (length(certainty) <= 20),
  headline      text        not null check (length(headline) between 1 and 160),
  description   text        not null check (length(description) <= 3000),
  instruction   text        not null check (length(instruction) <= 3000),
  area          text        not null check (length(area) between 1 and 300),
  polygon       text        not null,
  expires_at    timestamptz not null,
  written_at    timestamptz not null,
  written_by    text        not null,
  sent_at       timestamptz,
  confirmed_by  text        not null default '',
  unique (id, tenant),
  check ((state = 'sent') = (sent_at is not null)),
  check ((msg_type = 'Alert') = (replaces is null)),
  -- Two persons let out what is extreme; a cancellation frightens nobody.
  check (state <> 'sent' or severity <> 'Extreme' or msg_type = 'Cancel'
         or (confirmed_by <> '' and confirmed_by <> written_by))
);
create index city_alert_newest on city_alert (tenant, written_at desc);
create index city_alert_chain on city_alert (chain, written_at);
-- A message is replaced once.
create unique index city_alert_replaced on city_alert (replaces) where state = 'sent';

alter table city_alert enable row level security;
alter table city_alert force row level security;
create policy wall on city_alert using (tenant = current_setting('app.tenant')::int);

grant select, insert, update on city_alert to hub_app;
