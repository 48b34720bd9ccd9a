-- What a patient reads of who looked is gone after a year; each look stays in the record of acts.
create index health_look_age on health_look (tenant, looked_on);
create policy definer on health_look for select to hub_definer using (true);

grant delete on health_look to hub_app;
grant select (tenant, looked_on) on health_look to hub_definer;
