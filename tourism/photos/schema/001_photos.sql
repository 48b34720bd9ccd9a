-- Photos of a house and of its room types, and the files that are served of each. A photo is shown
-- to the public once it is described, while its house is published (or of the demonstration), and
-- until it is removed: the policies say it, so that no statement can forget it.

create table photo (
  id            uuid        primary key,
  tenant        int         not null,
  property      int         not null,
  room_type     int,
  rank          int         not null,
  alt           jsonb       not null default '{}',
  source_sha256 text        not null check (length(source_sha256) = 64),
  added_at      timestamptz not null,
  removed_at    timestamptz,
  foreign key (property, tenant) references property (id, tenant),
  foreign key (room_type, tenant) references room_type (id, tenant),
  unique (id, tenant),
  unique (property, source_sha256)
);
create index photo_by_property on photo (property, rank);
create index photo_by_tenant on photo (tenant);
create index photo_removed on photo (removed_at) where removed_at is not null;

-- `master` is the cleaned picture that the others are made from; it is never served to the public.
create table photo_file (
  tenant  int      not null,
  photo   uuid     not null,
  format  text     not null check (format in ('master', 'avif', 'webp')),
  width   smallint not null check (width > 0),
  height  smallint not null check (height > 0),
  sha256  text     not null check (length(sha256) = 64),
  content bytea    not null check (length(content) between 1 and 16000000),
  primary key (photo, format, width),
  foreign key (photo, tenant) references photo (id, tenant) on delete cascade
);
create index photo_file_by_sha256 on photo_file (sha256);
create index photo_file_by_tenant on photo_file (tenant);
-- Compressed already: PostgreSQL need not try again.
alter table photo_file alter column content set storage external;

alter table photo enable row level security;
alter table photo force row level security;
create policy wall on photo using (tenant = current_setting('app.tenant')::int);
create policy listing on photo for select to hub_index using (true);
create policy shown on photo as restrictive for select to hub_index using (
  removed_at is null and alt <> '{}'
  and exists (select from property p where p.id = property and p.listing in ('demo', 'published')));
create policy definer on photo to hub_definer using (true);
alter table photo_file enable row level security;
alter table photo_file force row level security;
create policy wall on photo_file using (tenant = current_setting('app.tenant')::int);
-- The policy of `photo` holds inside of this one.
create policy listing on photo_file for select to hub_index using (true);
create policy shown on photo_file as restrictive for select to hub_index using (
  format <> 'master' and exists (select from photo p where p.id = photo));

grant select, insert, update, delete on photo to hub_app;
grant select, insert, delete on photo_file to hub_app;
grant select on photo, photo_file to hub_index;
grant select (tenant, removed_at) on photo to hub_definer;
