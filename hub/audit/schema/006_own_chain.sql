-- Each organisation's own chain over its acts: what it takes away is verified without those of others.
-- Links of before this table are taken up by the linker, in their order, some at a time.

create table audit_own_link (
  tenant  int     not null,
  number  bigint  not null check (number > 0),
  seq     bigint  not null unique,
  hash    bytea   not null check (length(hash) = 32),
  primary key (tenant, number)
);
comment on table audit_own_link is
  'SHA-256 over the hash of the organisation''s own link before (32 zero bytes for the first) and the '
  'hash of the hub''s link number seq, which seals the act.';

create trigger append_only before update or delete on audit_own_link
  for each row execute function refuse_to_rewrite();
create trigger append_only_whole before truncate on audit_own_link
  for each statement execute function refuse_to_rewrite();

alter table audit_own_link enable row level security;
alter table audit_own_link force row level security;
create policy wall on audit_own_link using (tenant = current_setting('app.tenant')::int);
create policy definer on audit_own_link to hub_definer using (true);
grant select on audit_own_link to hub_app;
grant select, insert on audit_own_link to hub_definer;
