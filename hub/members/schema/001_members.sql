-- The statute of a scheme, version after version, and the register of its members by college.

create table statute (
  tenant    int         not null references organisation (id),
  number    int         not null check (number > 0),
  document  jsonb       not null,
  since     timestamptz not null,
  primary key (tenant, number)
);
comment on table statute is 'How a federation decides: colleges, weights, quorum, majority.';

create table enrolment (
  tenant   int   not null references organisation (id),
  id       uuid  not null,
  member   int   not null references organisation (id),
  name     text  not null check (length(name) between 1 and 200),
  college  text  not null check (length(college) between 1 and 40),
  since    date  not null,
  until    date  check (until >= since),
  primary key (tenant, id)
);
comment on table enrolment is 'Which organisation is a member, of which college, from when to when.';
create unique index enrolment_now on enrolment (tenant, member) where until is null;
create index enrolment_of_member on enrolment (member);

alter table statute enable row level security;
alter table statute force row level security;
create policy wall on statute using (tenant = current_setting('app.tenant')::int);
create policy definer on statute for select to hub_definer using (true);
alter table enrolment enable row level security;
alter table enrolment force row level security;
create policy wall on enrolment using (tenant = current_setting('app.tenant')::int);
create policy definer on enrolment for select to hub_definer using (true);

grant select, insert on statute to hub_app;
grant select, insert, update (until) on enrolment to hub_app;
grant select on statute, enrolment to hub_definer;

create trigger frozen before update or delete on statute
  for each row execute function refuse_change();
create trigger kept before truncate on statute
  for each statement execute function refuse_change();
