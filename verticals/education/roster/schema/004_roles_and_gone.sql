-- Roles as OneRoster 1.2 tells them: lines of their own, which differences add and take away.
create table school_role (
  id           uuid        primary key,
  tenant       int         not null,
  sourced_id   text        not null check (length(sourced_id) between 1 and 120),
  member       uuid        not null,
  cells        jsonb       not null,
  modified_at  timestamptz,
  unique (tenant, sourced_id),
  foreign key (member, tenant) references school_member (id, tenant) on delete cascade
);
create index school_role_of_member on school_role (member);

-- What is gone without a trace elsewhere: a line told before that is late, and brings nothing back; a
-- link that was closed is not opened again.
create table school_gone (
  tenant      int         not null references organisation (id),
  file        text        not null,
  sourced_id  text        not null check (length(sourced_id) between 1 and 120),
  gone_at     timestamptz not null,
  noted_at    timestamptz not null,
  primary key (tenant, file, sourced_id)
);
create index school_gone_noted on school_gone (noted_at);
comment on column school_gone.gone_at is 'Since when, as it was told.';

alter table school_role enable row level security;
alter table school_role force row level security;
create policy wall on school_role using (tenant = current_setting('app.tenant')::int);
alter table school_gone enable row level security;
alter table school_gone force row level security;
create policy wall on school_gone using (tenant = current_setting('app.tenant')::int);
create policy definer on school_gone for select to hub_definer using (true);

grant select, insert, update, delete on school_role, school_gone to hub_app;
grant select (tenant, noted_at) on school_gone to hub_definer;
