-- Services and what proves their level. Published to everybody, so no tenant's: the operator keeps
-- these files, and organisations' own rows are not in them.

create table trust_service (
  code           text        primary key check (code ~ '^[a-z][a-z0-9-]{1,59}$'),
  title          text        not null check (length(title) between 1 and 200),
  provider       text        not null check (length(provider) between 1 and 200),
  provider_id    text        not null check (length(provider_id) between 1 and 60),
  country        text        not null check (country ~ '^[A-Z]{2}$'),
  scope          text        not null check (length(scope) between 1 and 2000),
  data_classes   text[]      not null default '{}',
  referential    text        not null,
  operator       int         not null,
  registered_at  timestamptz not null
);
comment on column trust_service.operator is 'The organisation that keeps the file, for its record of acts.';

create table trust_evidence (
  id            uuid        primary key,
  service       text        not null references trust_service (code),
  kind          text        not null check (length(kind) between 1 and 60),
  number        text        not null check (length(number) <= 100),
  issuer        text        not null check (length(issuer) between 1 and 200),
  issuer_id     text        not null check (length(issuer_id) <= 60),
  entity        text        not null check (length(entity) between 1 and 60),
  services      text[]      not null check (cardinality(services) between 1 and 100),
  issued_on     date        not null,
  expires_on    date        not null check (expires_on >= issued_on),
  sha256        text        not null check (sha256 ~ '^[0-9a-f]{64}$'),
  added_at      timestamptz not null,
  added_by      text        not null,
  confirmed_at  timestamptz,
  confirmed_by  text,
  withdrawn_at  timestamptz,
  check ((confirmed_at is null) = (confirmed_by is null)),
  unique (service, kind, sha256)
);
create index trust_evidence_of_service on trust_evidence (service, expires_on desc);

create table trust_clause (
  service  text        not null references trust_service (code),
  clause   text        not null check (length(clause) between 1 and 60),
  option   text        not null check (length(option) between 1 and 60),
  since    timestamptz not null,
  until    timestamptz,
  primary key (service, clause, since),
  check (until is null or until >= since)
);
create unique index trust_clause_in_force on trust_clause (service, clause) where until is null;

create table trust_finding (
  id       bigint      primary key generated always as identity,
  service  text        not null references trust_service (code),
  probe    text        not null check (length(probe) between 1 and 60),
  rank     int         not null check (rank between 0 and 20),
  at       timestamptz not null,
  until    timestamptz not null check (until >= at),
  says     text        not null check (length(says) between 1 and 500),
  filled   jsonb       not null default '{}' check (jsonb_typeof(filled) = 'object'),
  detail   jsonb       not null default '{}' check (jsonb_typeof(detail) = 'object')
);
create index trust_finding_latest on trust_finding (service, probe, id desc);
create index trust_finding_history on trust_finding (service, id desc);
comment on table trust_finding is 'Every measurement ever made; the last of a probe counts.';

create trigger append_only before update or delete on trust_finding
  for each row execute function refuse_to_rewrite();
create trigger append_only_whole before truncate on trust_finding
  for each statement execute function refuse_to_rewrite();

grant select, insert on trust_service to hub_app;
grant select, insert, update (confirmed_at, confirmed_by, withdrawn_at) on trust_evidence to hub_app;
grant select, insert, update (option, until) on trust_clause to hub_app;
grant select, insert on trust_finding to hub_app;
