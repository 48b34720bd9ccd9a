-- Where people live, by commune; outings and visits near there, who vouches for visitors, who comes.

create table outing_home (
  senior        uuid    primary key,
  tenant        int     not null,
  commune       text    not null check (commune ~ '^[0-9][0-9AB][0-9]{3}$'),
  commune_name  text    not null,
  lat           float8  not null check (lat between -90 and 90),
  lng           float8  not null check (lng between -180 and 180),
  foreign key (senior, tenant) references senior (id, tenant)
);

create table outing_volunteer (
  id            uuid         primary key,
  tenant        int          not null references organisation (id),
  name          text         not null check (length(name) between 1 and 120),
  email         text         not null check (length(email) between 3 and 120),
  commune       text         not null check (commune ~ '^[0-9][0-9AB][0-9]{3}$'),
  commune_name  text         not null,
  lat           float8       not null check (lat between -90 and 90),
  lng           float8       not null check (lng between -180 and 180),
  state         text         not null check (state in ('asked', 'validated', 'ended')),
  rna           text         check (rna ~ '^W[0-9]{9}$'),
  added_at      timestamptz  not null,
  decided_at    timestamptz,
  unique (id, tenant),
  check ((state = 'asked') = (decided_at is null)),
  check (state <> 'validated' or rna is not null)
);
create index outing_volunteer_of on outing_volunteer (tenant, added_at desc, id);
comment on column outing_volunteer.rna is 'The number of the association that vouches, in the RNA.';

create table outing (
  id            uuid         primary key,
  tenant        int          not null references organisation (id),
  volunteer     uuid,
  title         text         not null check (length(title) between 1 and 120),
  place         text         not null check (length(place) <= 120),
  commune       text         not null check (commune ~ '^[0-9][0-9AB][0-9]{3}$'),
  commune_name  text         not null,
  lat           float8       not null check (lat between -90 and 90),
  lng           float8       not null check (lng between -180 and 180),
  starts_at     timestamptz  not null,
  seats         int          not null check (seats between 1 and 200),
  state         text         not null check (state in ('open', 'cancelled')),
  added_at      timestamptz  not null,
  unique (id, tenant),
  foreign key (volunteer, tenant) references outing_volunteer (id, tenant),
  check (volunteer is null or seats = 1)
);
create index outing_to_come on outing (tenant, starts_at, id);
create index outing_of_volunteer on outing (volunteer, starts_at) where volunteer is not null;
comment on column outing.volunteer is 'Whose visit it is; null for an outing.';

create table outing_guest (
  outing     uuid         not null,
  senior     uuid         not null,
  tenant     int          not null,
  joined_at  timestamptz  not null,
  left_at    timestamptz,
  primary key (outing, senior),
  foreign key (outing, tenant) references outing (id, tenant),
  foreign key (senior, tenant) references senior (id, tenant)
);
create index outing_guest_of on outing_guest (senior, joined_at desc);

alter table outing_home enable row level security;
alter table outing_home force row level security;
create policy wall on outing_home using (tenant = current_setting('app.tenant')::int);
alter table outing_volunteer enable row level security;
alter table outing_volunteer force row level security;
create policy wall on outing_volunteer using (tenant = current_setting('app.tenant')::int);
alter table outing enable row level security;
alter table outing force row level security;
create policy wall on outing using (tenant = current_setting('app.tenant')::int);
alter table outing_guest enable row level security;
alter table outing_guest force row level security;
create policy wall on outing_guest using (tenant = current_setting('app.tenant')::int);

grant select, insert, update on outing_home, outing_volunteer, outing, outing_guest to hub_app;
