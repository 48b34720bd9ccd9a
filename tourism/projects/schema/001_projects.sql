-- Local projects that guests may choose: published, each run by one organisation.
create table local_project (
  id              int  primary key generated always as identity,
  tenant          int  not null references organisation (id),
  name            text not null check (length(name) between 1 and 120),
  description     text not null check (length(description) between 1 and 500),
  territory_kind  text not null check (territory_kind in ('commune', 'department', 'region')),
  territory_code  text not null check (length(territory_code) between 1 and 10),
  since           date not null,
  until           date check (until >= since)
);
comment on column local_project.tenant is 'Who runs it, and receives the shares of those who choose it.';
create index local_project_at on local_project (territory_kind, territory_code);
create index local_project_by_tenant on local_project (tenant);

alter table local_project enable row level security;
alter table local_project force row level security;
create policy wall on local_project using (tenant = current_setting('app.tenant')::int);
create policy published on local_project for select to hub_index using (true);
grant select, insert, update (until) on local_project to hub_app;
grant select on local_project to hub_index;
