-- A guest may take several rooms of a group in one booking, and change it within the group's nights.

alter table group_pickup add column units int not null default 1 check (units > 0);
alter table group_pickup alter column units drop default;
alter table group_pickup drop constraint group_pickup_pkey;
alter table group_pickup add primary key (booking, room_type);
comment on column group_pickup.units is 'How many units of the room type the booking has of the group.';
grant delete on group_pickup to hub_app;
