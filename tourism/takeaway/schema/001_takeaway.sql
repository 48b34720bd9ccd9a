-- Archives of everything a house has: asked for, built by a worker, kept a week, in pieces of one
-- megabyte so that a download never holds a whole one in memory.

create table takeaway (
  id         uuid        primary key,
  tenant     int         not null references organisation (id),
  state      text        not null check (state in ('waiting', 'building', 'ready', 'failed')),
  asked_by   text        not null,
  asked_at   timestamptz not null,
  done       smallint    not null default 0,
  parts      smallint    not null default 0,
  ready_at   timestamptz,
  expires_at timestamptz not null,
  bytes      bigint,
  sha256     text        check (length(sha256) = 64),
  files      jsonb       not null default '[]',
  check ((state = 'ready') = (ready_at is not null and bytes is not null and sha256 is not null)),
  unique (id, tenant)
);
create index takeaway_by_tenant on takeaway (tenant, asked_at desc);
create index takeaway_by_expiry on takeaway (expires_at);
-- One at a time for each house.
create unique index takeaway_underway on takeaway (tenant) where state in ('waiting', 'building');

create table takeaway_piece (
  tenant   int   not null,
  takeaway uuid  not null,
  number   int   not null check (number >= 0),
  content  bytea not null check (length(content) between 1 and 1048576),
  primary key (takeaway, number),
  foreign key (takeaway, tenant) references takeaway (id, tenant) on delete cascade
);
create index takeaway_piece_by_tenant on takeaway_piece (tenant);
alter table takeaway_piece alter column content set storage external;

alter table takeaway enable row level security;
alter table takeaway force row level security;
create policy wall on takeaway using (tenant = current_setting('app.tenant')::int);
create policy definer on takeaway to hub_definer using (true);
alter table takeaway_piece enable row level security;
alter table takeaway_piece force row level security;
create policy wall on takeaway_piece using (tenant = current_setting('app.tenant')::int);

grant select, insert, update, delete on takeaway to hub_app;
grant select, insert, delete on takeaway_piece to hub_app;
grant select (tenant, expires_at) on takeaway to hub_definer;
