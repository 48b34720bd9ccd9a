-- Organisations are the tenants; memberships say who acts for them. The wall stands on both.

create table organisation (
  id              int         primary key generated always as identity,
  kind            text        not null check (kind in
    ('lodging', 'federation', 'office', 'region', 'school', 'practice', 'association', 'operator')),
  name            text        not null check (length(name) between 1 and 200),
  territory_kind  text        check (territory_kind in
    ('commune', 'department', 'region', 'country')),
  territory_code  text        check (length(territory_code) between 1 and 20),
  created_at      timestamptz not null,
  check ((territory_kind is null) = (territory_code is null))
);
comment on table organisation is 'A tenant: the rows of others name it in their column tenant.';

create table membership (
  tenant  int         not null references organisation (id),
  person  int         not null references person (id) on delete cascade,
  role    text        not null check (role in ('owner', 'manager', 'member', 'treasurer')),
  since   timestamptz not null,
  primary key (tenant, person)
);
create index membership_by_person on membership (person);

-- A session acts only for an organisation that its person belongs to; it ends with the membership.
alter table session add constraint session_of_member
  foreign key (organisation, person) references membership (tenant, person)
  on delete set null (organisation);

alter table organisation enable row level security;
alter table organisation force row level security;
create policy wall on organisation using (id = current_setting('app.tenant')::int);
create policy definer on organisation to hub_definer using (true);
create policy listing on organisation for select to hub_index using (true);

alter table membership enable row level security;
alter table membership force row level security;
create policy wall on membership using (tenant = current_setting('app.tenant')::int);
create policy definer on membership to hub_definer using (true);

grant select, update (name, territory_kind, territory_code) on organisation to hub_app;
grant select (id, kind, name) on organisation to hub_index;
grant select, insert on organisation to hub_definer;
grant usage on sequence organisation_id_seq to hub_definer;
grant select, insert, delete, update (role) on membership to hub_app;
grant select, insert on membership to hub_definer;
