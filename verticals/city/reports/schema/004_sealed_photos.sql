-- Photos are sealed under the town's key. One that was taken in before stands in `content` until the
-- worker has sealed it.
alter table city_report_photo
  add column sealed bytea check (length(sealed) between 32 and 4000100),
  alter column content drop not null,
  add check ((content is null) <> (sealed is null));
alter table city_report_photo alter column sealed set storage external;
comment on column city_report_photo.sealed is 'The picture, readable with the town''s key only.';
create index city_report_photo_bare on city_report_photo (tenant) where sealed is null;
grant update (content, sealed) on city_report_photo to hub_app;
create policy definer on city_report_photo for select to hub_definer using (true);
grant select (tenant, sealed) on city_report_photo to hub_definer;
