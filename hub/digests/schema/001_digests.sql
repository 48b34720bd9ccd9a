-- What each person of a space chose to be told, and until when they have been told.

create table space_notice (
  tenant   int         not null,
  id       uuid        not null,
  space    uuid        not null,
  person   int         not null,
  choice   text        not null check (choice in ('none', 'digest', 'each')),
  told_at  timestamptz not null,
  primary key (tenant, id),
  unique (tenant, space, person),
  foreign key (tenant, space, person) references space_member (tenant, space, person)
    on delete cascade
);
comment on column space_notice.id is 'What the link in a letter names, by which one chooses otherwise.';
create index space_notice_due on space_notice (tenant, space, choice, told_at);
create index space_notice_of on space_notice (person);

alter table space_notice enable row level security;
alter table space_notice force row level security;
create policy wall on space_notice using (tenant = current_setting('app.tenant')::int);
create policy definer on space_notice for select to hub_definer using (true);
grant select, insert, delete, update (choice, told_at) on space_notice to hub_app;
grant select on space_notice to hub_definer;
