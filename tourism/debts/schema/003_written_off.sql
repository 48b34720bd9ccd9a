-- The parts of a debt that was given up, each until the house of its stay has written it down: a
-- sweep tells those again that wait.

create table write_off_line (
  tenant     int         not null,
  write_off  uuid        not null,
  booking    uuid        not null references booking (id),
  house      int         not null references organisation (id),
  holder     int         not null references organisation (id),
  cents      bigint      not null check (cents > 0),
  told_at    timestamptz not null,
  kept_at    timestamptz,
  primary key (tenant, write_off, booking),
  foreign key (tenant, write_off) references write_off (tenant, id)
);
comment on column write_off_line.kept_at is
  'When the house of the stay wrote it down, however little was still owed then.';
create index write_off_line_by_house on write_off_line (house);
create index write_off_line_waiting on write_off_line (told_at) where kept_at is null;

alter table write_off_line enable row level security;
alter table write_off_line force row level security;
create policy wall on write_off_line
  using (tenant = current_setting('app.tenant')::int or house = current_setting('app.tenant')::int)
  with check (tenant = current_setting('app.tenant')::int
              or house = current_setting('app.tenant')::int);
create policy definer on write_off_line to hub_definer using (true);
grant select, insert, update on write_off_line to hub_app;
grant select on write_off_line to hub_definer;
