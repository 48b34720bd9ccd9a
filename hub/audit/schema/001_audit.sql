-- The audit record: append-only for every role, behind the walls, sealed by a chain of hashes.

create table audit_entry (
  id       bigint      primary key generated always as identity,
  tenant   int         not null,
  at       timestamptz not null,
  actor    text        not null check (length(actor) between 1 and 100),
  action   text        not null check (length(action) between 1 and 100),
  subject  text        not null check (length(subject) between 1 and 200),
  reason   text        not null default '' check (length(reason) <= 2000),
  detail   jsonb       not null default '{}' check (jsonb_typeof(detail) = 'object')
);
create index audit_entry_by_tenant on audit_entry (tenant, id desc);
comment on table audit_entry is
  'Who did what to which tenant, and why. No foreign key to the tenant: the record outlives it.';

create table audit_waiting (
  entry  bigint primary key references audit_entry (id)
);
comment on table audit_waiting is
  'Entries not yet linked. A list, because ids are drawn before commits: an entry may appear after '
  'one with a higher id was linked, and a high-water mark would leave it out for ever.';

create table audit_link (
  seq            bigint primary key check (seq > 0),
  entry          bigint not null unique references audit_entry (id),
  hash           bytea  not null check (length(hash) = 32),
  previous_hash  bytea  not null check (length(previous_hash) = 32)
);
comment on table audit_link is 'The chain over the entries of all tenants; hashes tell nothing.';

create function refuse_to_rewrite() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger append_only before update or delete on audit_entry
  for each row execute function refuse_to_rewrite();
create trigger append_only_whole before truncate on audit_entry
  for each statement execute function refuse_to_rewrite();
create trigger append_only before update or delete on audit_link
  for each row execute function refuse_to_rewrite();
create trigger append_only_whole before truncate on audit_link
  for each statement execute function refuse_to_rewrite();

create function let_audit_entry_wait() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into audit_waiting (entry) values (new.id);
  return null;
end $$;
create trigger wait_for_link after insert on audit_entry
  for each row execute function let_audit_entry_wait();
revoke all on function let_audit_entry_wait() from public;
alter function let_audit_entry_wait() owner to hub_definer;

alter table audit_entry enable row level security;
alter table audit_entry force row level security;
create policy wall on audit_entry using (tenant = current_setting('app.tenant')::int);
create policy definer on audit_entry to hub_definer using (true);

grant select, insert on audit_entry to hub_app;
grant select, insert on audit_entry to hub_definer;
grant select, insert on audit_link to hub_app;
grant select on audit_link to hub_definer;
grant select, insert on audit_waiting to hub_definer;
grant select, delete on audit_waiting to hub_app;
