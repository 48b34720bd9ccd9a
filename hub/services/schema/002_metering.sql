-- What of a day's writes is billed, and what of that usage billing knows; how many rows went along
-- with data that were taken out or in.

alter table service_use
  add column billable int not null default 0,
  add column metered  int not null default 0,
  add constraint service_use_billable check (billable between 0 and acts),
  add constraint service_use_metered check (metered between 0 and billable);
comment on column service_use.billable is 'Those of the writes that were made in production.';
comment on column service_use.metered is 'Those that usage billing has been told of.';
create index service_use_unmetered on service_use (day) where billable > metered;
grant update (billable, metered) on service_use to hub_definer;

create policy definer on usage_plan to hub_definer using (true);
grant select on usage_plan to hub_definer;

alter table service_event add column rows int check (rows >= 0);
comment on column service_event.rows is 'How many rows were taken out, or in.';
