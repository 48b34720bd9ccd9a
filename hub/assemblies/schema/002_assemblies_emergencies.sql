-- A proposal may also ask to suspend the version in force, by an emergency vote.
alter table proposal
  add column kind text not null default 'text' check (kind in ('text', 'suspension')),
  add column until_on date check (until_on > effective_on),
  add check ((kind = 'suspension') = (until_on is not null)),
  add check (kind = 'text' or base is not null);
comment on column proposal.until_on is
  'A suspension''s end: the first day on which the version decides again; effective_on is its first.';

-- What begins or ends by its date is told to the members once.
create table assembly_told (
  tenant  int         not null references organisation (id),
  what    text        not null check (length(what) between 1 and 100),
  at      timestamptz not null,
  primary key (tenant, what)
);
alter table assembly_told enable row level security;
alter table assembly_told force row level security;
create policy wall on assembly_told using (tenant = current_setting('app.tenant')::int);
create policy definer on assembly_told for select to hub_definer using (true);
grant select, insert on assembly_told to hub_app;
grant select on assembly_told to hub_definer;
