-- Events of a space: each comes with a message, and goes with it; and who says whether they come.

create table space_event (
  tenant      int         not null,
  post        uuid        not null,
  place       text        not null check (length(place) between 1 and 300),
  zone        text        not null check (length(zone) between 1 and 60),
  begins_at   timestamptz not null,
  ends_at     timestamptz not null,
  cancelled   text        not null default '' check (length(cancelled) <= 1000),
  revision    int         not null default 1 check (revision > 0),
  told        int         not null default 1 check (told between 1 and revision),
  changed_at  timestamptz not null,
  primary key (tenant, post),
  foreign key (tenant, post) references space_post (tenant, id),
  check (ends_at > begins_at and ends_at <= begins_at + interval '31 days')
);
comment on column space_event.cancelled is 'Why it does not take place; empty when it does.';
comment on column space_event.told is 'The revision that who comes has been told of, each once.';
create index space_event_next on space_event (tenant, begins_at, post);

create table space_attendance (
  tenant  int         not null,
  post    uuid        not null,
  person  int         not null references person (id) on delete cascade,
  answer  text        not null check (answer in ('yes', 'maybe', 'no')),
  at      timestamptz not null,
  primary key (tenant, post, person),
  foreign key (tenant, post) references space_event (tenant, post) on delete cascade
);
create index space_attendance_of on space_attendance (person);

alter table space_event enable row level security;
alter table space_event force row level security;
create policy wall on space_event using (tenant = current_setting('app.tenant')::int);
alter table space_attendance enable row level security;
alter table space_attendance force row level security;
create policy wall on space_attendance using (tenant = current_setting('app.tenant')::int);
create policy definer on space_attendance for select to hub_definer using (true);
grant select, insert, delete, update (place, zone, begins_at, ends_at, cancelled, revision, told,
                              changed_at) on space_event to hub_app;
grant select, insert, delete, update (answer, at) on space_attendance to hub_app;
grant select on space_attendance to hub_definer;

-- A message whose words are gone has no event either, whoever took the words.
create function forget_space_event() returns trigger language plpgsql as $$
begin
  delete from space_event e where e.tenant = new.tenant and e.post = new.id;
  return null;
end $$;
create trigger event_goes after update of body on space_post
  for each row when (new.body = '' and old.body <> '')
  execute function forget_space_event();
