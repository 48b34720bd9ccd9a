-- What an organisation signed: the clauses of a service as they were, as data and as the very bytes
-- of the paper. A contract never changes; other clauses are another contract. No foreign key to the
-- service: the contract leaves with its organisation, and outlives the service.
create table signed_contract (
  id              uuid        primary key,
  tenant          int         not null references organisation (id),
  service         text        not null check (length(service) between 1 and 60),
  sha256          text        not null check (length(sha256) = 64),
  language        text        not null,
  content         jsonb       not null,
  signed_name     text        not null check (length(signed_name) between 1 and 200),
  signed_quality  text        not null check (length(signed_quality) between 1 and 100),
  signed_by       text        not null,
  signed_at       timestamptz not null,
  document        bytea       not null check (length(document) between 1 and 20000000),
  document_hash   text        not null check (document_hash = encode(sha256(document), 'hex')),
  unique (tenant, service, sha256)
);
create index signed_contract_newest on signed_contract (tenant, service, signed_at desc);
alter table signed_contract enable row level security;
alter table signed_contract force row level security;
create policy wall on signed_contract using (tenant = current_setting('app.tenant')::int);
grant select, insert on signed_contract to hub_app;
create trigger frozen before update or delete on signed_contract
  for each row execute function refuse_to_rewrite();
create trigger kept before truncate on signed_contract
  for each statement execute function refuse_to_rewrite();
