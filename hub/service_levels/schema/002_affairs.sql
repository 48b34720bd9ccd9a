-- A month is closed for each affair (a subscription's month, the fees of a house), and is gone through
-- again when a document or an incident of it comes later: each credit note is a row of its own.

alter table service_month
  add column number     int    not null default 1 check (number > 0),
  add column affair     text   not null default '',
  add column through    bigint not null default 0,
  add column looked_at  timestamptz;
alter table service_month
  drop constraint service_month_pkey,
  add primary key (tenant, service, month, client, number);
comment on column service_month.affair is 'The subject of the documents that it is about.';
comment on column service_month.through is 'The last document of the issuer''s journal that was looked at.';
grant update (through, looked_at) on service_month to hub_app;
