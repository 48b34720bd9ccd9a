-- The conditions of each version of a stay in the words in which it was sold, by language: written
-- once, never changed, whatever the words of a later release are.

create table stay_terms (
  booking  uuid        not null references booking (id),
  version  int         not null check (version > 0),
  tenant   int         not null references organisation (id),
  words    jsonb       not null,
  digest   text        not null check (digest ~ '^[0-9a-f]{64}$'),
  kept_at  timestamptz not null,
  primary key (booking, version)
);
create index stay_terms_by_tenant on stay_terms (tenant);
comment on column stay_terms.digest is 'SHA-256 of the words as JSON, keys sorted, without spaces.';

alter table stay_terms enable row level security;
alter table stay_terms force row level security;
create policy wall on stay_terms using (tenant = current_setting('app.tenant')::int);
grant select, insert on stay_terms to hub_app;
