-- A space is packed as one file once at a time: until when somebody packs it and takes the file.
alter table community_space add column export_until timestamptz;
grant update (export_until) on community_space to hub_app;
comment on column community_space.export_until is
  'Until when nobody else may ask for its file; nothing when nobody is taking it.';
