-- Rooms that a house keeps for a group until a day: they are taken from the sale, night by night,
-- and given to those who come with the group's code.

create table group_block (
  id          uuid        primary key,
  tenant      int         not null references organisation (id),
  property    int         not null,
  name        text        not null check (length(name) between 1 and 100),
  code        text        not null unique,
  arrival     date        not null,
  departure   date        not null check (departure > arrival),
  cut_off_on  date        not null check (cut_off_on <= arrival),
  rate_plan   int         not null,
  state       text        not null check (state in ('open', 'released')),
  made_at     timestamptz not null,
  closed_at   timestamptz,
  foreign key (property, tenant) references property (id, tenant),
  foreign key (rate_plan, tenant) references rate_plan (id, tenant),
  unique (id, tenant),
  constraint group_block_closed_known check ((state = 'open') = (closed_at is null))
);
create index group_block_by_tenant on group_block (tenant, arrival);
create index group_block_open on group_block (cut_off_on) where state = 'open';
comment on column group_block.cut_off_on is 'The last day, at the house, on which its code is good.';

create table group_room (
  block        uuid   not null,
  room_type    int    not null,
  tenant       int    not null,
  units        int    not null check (units > 0),
  price_cents  int    not null check (price_cents > 0),
  held         int2[] not null check (0 <= all (held)),
  primary key (block, room_type),
  foreign key (block, tenant) references group_block (id, tenant),
  foreign key (room_type, tenant) references room_type (id, tenant)
);
create index group_room_by_tenant on group_room (tenant);
comment on column group_room.held is
  'Units that wait for the group: element n is night n of the block. They are not on sale.';

create table group_pickup (
  booking      uuid        primary key references booking (id),
  tenant       int         not null,
  block        uuid        not null,
  room_type    int         not null,
  arrival      date        not null,
  departure    date        not null check (departure > arrival),
  returned_at  timestamptz,
  foreign key (block, tenant) references group_block (id, tenant),
  foreign key (room_type, tenant) references room_type (id, tenant)
);
create index group_pickup_by_block on group_pickup (block);
create index group_pickup_by_tenant on group_pickup (tenant);
create index group_pickup_live on group_pickup (booking) where returned_at is null;
comment on column group_pickup.returned_at is
  'When the room of a stay that fell through was asked back for the group.';

alter table group_block enable row level security;
alter table group_block force row level security;
create policy wall on group_block using (tenant = current_setting('app.tenant')::int);
create policy definer on group_block to hub_definer using (true);
alter table group_room enable row level security;
alter table group_room force row level security;
create policy wall on group_room using (tenant = current_setting('app.tenant')::int);
alter table group_pickup enable row level security;
alter table group_pickup force row level security;
create policy wall on group_pickup using (tenant = current_setting('app.tenant')::int);
create policy definer on group_pickup to hub_definer using (true);

grant select, insert, update on group_block, group_room, group_pickup to hub_app;
grant select on group_block, group_pickup to hub_definer;
