-- Records that are said to be one person's, and what was decided by somebody else.

create table health_merge (
  id          uuid        primary key,
  tenant      int         not null,
  kept        uuid        not null,
  gone        uuid        not null,
  why         text        not null check (length(why) between 5 and 500),
  state       text        not null default 'asked' check (state in ('asked', 'done', 'refused')),
  asked_by    int         references person (id) on delete set null,
  asked_at    timestamptz not null,
  decided_by  int         references person (id) on delete set null,
  decided_at  timestamptz,
  check (kept <> gone),
  -- Two persons.
  check (decided_by <> asked_by),
  check ((state = 'asked') = (decided_at is null)),
  foreign key (kept, tenant) references health_patient (id, tenant),
  foreign key (gone, tenant) references health_patient (id, tenant)
);
create unique index health_merge_open on health_merge (gone) where state = 'asked';
create index health_merge_newest on health_merge (tenant, asked_at desc, id);

alter table health_merge enable row level security;
alter table health_merge force row level security;
create policy wall on health_merge using (tenant = current_setting('app.tenant')::int);

grant select, insert, update on health_merge to hub_app;
