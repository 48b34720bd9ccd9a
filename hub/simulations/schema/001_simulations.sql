-- A proposed rule replayed on what was really shared, member by member.

create table simulation (
  tenant     int         not null references organisation (id),
  id         uuid        not null,
  subject    text        not null check (length(subject) between 1 and 200),
  before     jsonb       not null,
  after      jsonb       not null,
  since      timestamptz not null,
  until      timestamptz not null check (until > since),
  total      int         not null check (total >= 0),
  done       int         not null default 0 check (done >= 0),
  after_at   timestamptz not null,
  after_id   uuid        not null,
  sums       jsonb       not null default '{}',
  fault      text        not null default '' check (length(fault) <= 500),
  started_at timestamptz not null,
  ended_at   timestamptz,
  primary key (tenant, id)
);
comment on table simulation is 'before and after are the two texts; after_at and after_id the place reached.';
create index simulation_of on simulation (tenant, subject, started_at desc);

create table simulation_member (
  tenant       int    not null,
  simulation   uuid   not null,
  member       int    not null,
  place        text   not null,
  bookings     int    not null,
  base_cents   bigint not null,
  before_cents bigint not null,
  after_cents  bigint not null,
  primary key (tenant, simulation, member),
  foreign key (tenant, simulation) references simulation (tenant, id)
);
comment on table simulation_member is 'What remains to each member under the text of before and of after.';

alter table simulation enable row level security;
alter table simulation force row level security;
create policy wall on simulation using (tenant = current_setting('app.tenant')::int);
alter table simulation_member enable row level security;
alter table simulation_member force row level security;
create policy wall on simulation_member using (tenant = current_setting('app.tenant')::int);
grant select, insert, update (done, after_at, after_id, sums, fault, ended_at) on simulation to hub_app;
grant select, insert, update (bookings, base_cents, before_cents, after_cents) on simulation_member to hub_app;
