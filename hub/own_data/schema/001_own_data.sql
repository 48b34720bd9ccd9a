-- Copies of everything that is held about one person: asked for by that person, built by a worker,
-- kept some days, in pieces of a megabyte. They belong to persons, not to tenants: no wall; every
-- statement names the person.

create table person_copy (
  id          uuid        primary key,
  person      int         not null references person (id) on delete cascade,
  state       text        not null check (state in ('waiting', 'ready', 'failed')),
  asked_at    timestamptz not null,
  done        int         not null default 0,
  parts       int         not null default 0,
  ready_at    timestamptz,
  fetched_at  timestamptz,
  expires_at  timestamptz not null,
  bytes       bigint,
  sha256      text        check (length(sha256) = 64),
  files       jsonb       not null default '[]',
  check ((state = 'ready') = (ready_at is not null and bytes is not null and sha256 is not null))
);
create index person_copy_by_person on person_copy (person, asked_at desc);
create index person_copy_by_expiry on person_copy (expires_at);
-- One at a time for each person.
create unique index person_copy_underway on person_copy (person) where state = 'waiting';

create table person_copy_piece (
  copy     uuid  not null references person_copy (id) on delete cascade,
  number   int   not null check (number >= 0),
  content  bytea not null check (length(content) between 1 and 1048576),
  primary key (copy, number)
);
alter table person_copy_piece alter column content set storage external;

grant select, insert, update, delete on person_copy to hub_app;
grant select, insert, delete on person_copy_piece to hub_app;
