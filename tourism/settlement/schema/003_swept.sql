-- When a stay was last sent on its way to be settled: the line in which all of them wait.

create table stay_swept (
  tenant    int         not null references organisation (id),
  booking   uuid        not null references booking (id),
  swept_at  timestamptz not null,
  primary key (tenant, booking)
);
create unique index stay_swept_by_booking on stay_swept (booking);

alter table stay_swept enable row level security;
alter table stay_swept force row level security;
create policy wall on stay_swept using (tenant = current_setting('app.tenant')::int);
create policy definer on stay_swept to hub_definer using (true);
grant select on stay_swept to hub_app;
grant select, insert, update on stay_swept to hub_definer;
