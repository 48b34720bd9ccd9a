-- Ratified versions, who receives a role's share where, and the allocation frozen on each subject.

create table agreement_version (
  id            int         generated always as identity primary key,
  tenant        int         not null references organisation (id),
  agreement     text        not null,
  title         text        not null,
  number        int         not null check (number > 0),
  effective_on  date        not null,
  text          jsonb       not null,
  hash          text        not null check (length(hash) = 64),
  minutes       text        not null,
  ratified_at   timestamptz not null,
  unique (agreement, number),
  unique (agreement, effective_on)
);
comment on table agreement_version is 'Published: everybody may read it, nobody may change it.';
create index agreement_version_by_tenant on agreement_version (tenant);

create table beneficiary (
  scheme          int  not null references organisation (id),
  tenant          int  not null references organisation (id),
  role            text not null,
  territory_kind  text not null check (territory_kind in ('nation', 'region', 'department', 'commune')),
  territory_code  text not null,
  primary key (scheme, role, territory_kind, territory_code)
);
comment on table beneficiary is
  'Which organisation (tenant) receives the shares of a role in a territory, under a scheme.';
create index beneficiary_by_tenant on beneficiary (tenant);

create table allocation (
  id        uuid        primary key,
  tenant    int         not null references organisation (id),
  scheme    int         not null references organisation (id),
  subject   text        not null,
  document  jsonb       not null,
  made_at   timestamptz not null,
  unique (tenant, subject)
);

create table allocation_reversal (
  id            uuid        primary key,
  tenant        int         not null references organisation (id),
  allocation    uuid        not null references allocation (id),
  amount_cents  int         not null check (amount_cents > 0),
  document      jsonb       not null,
  made_at       timestamptz not null
);
create index allocation_reversal_of on allocation_reversal (allocation);
create index allocation_reversal_by_tenant on allocation_reversal (tenant);

alter table agreement_version enable row level security;
alter table agreement_version force row level security;
create policy wall on agreement_version using (tenant = current_setting('app.tenant')::int);
create policy published on agreement_version for select to hub_index using (true);
create policy definer on agreement_version to hub_definer using (true);
alter table beneficiary enable row level security;
alter table beneficiary force row level security;
create policy wall on beneficiary using
  (tenant = current_setting('app.tenant')::int or scheme = current_setting('app.tenant')::int);
create policy published on beneficiary for select to hub_index using (true);
create policy definer on beneficiary to hub_definer using (true);
alter table allocation enable row level security;
alter table allocation force row level security;
create policy wall on allocation using (tenant = current_setting('app.tenant')::int);
alter table allocation_reversal enable row level security;
alter table allocation_reversal force row level security;
create policy wall on allocation_reversal using (tenant = current_setting('app.tenant')::int);

grant select, insert on agreement_version, allocation, allocation_reversal to hub_app;
grant select, insert, delete on beneficiary to hub_app;
grant select on agreement_version, beneficiary to hub_index;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append only', tg_table_name using errcode = 'P0S02';
end $$;
create trigger frozen before update or delete on agreement_version
  for each row execute function refuse_change();
create trigger frozen before update or delete on allocation
  for each row execute function refuse_change();
create trigger frozen before update or delete on allocation_reversal
  for each row execute function refuse_change();
