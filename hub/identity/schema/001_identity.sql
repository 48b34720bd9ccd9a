-- Persons, sessions, and attempts to sign in. They belong to persons, not to tenants: no wall.

create table person (
  id             int         primary key generated always as identity,
  email          text        not null check (email like '%_@_%' and length(email) <= 254),
  name           text        not null check (length(name) between 1 and 200),
  password_hash  text        not null,
  created_at     timestamptz not null
);
create unique index person_email on person (lower(email));
-- The hashes leave only by the function credential_of.
grant select (id, email, name, created_at), insert on person to hub_app;
grant select on person to hub_definer;

create table session (
  token         bytea       primary key check (length(token) = 32),
  person        int         not null references person (id) on delete cascade,
  organisation  int,
  created_at    timestamptz not null,
  last_seen_at  timestamptz not null,
  expires_at    timestamptz not null check (expires_at > created_at)
);
create index session_by_person on session (person);
create index session_by_end on session (expires_at);
comment on column session.token is 'SHA-256 of the secret in the cookie; the secret is nowhere.';
comment on column session.organisation is
  'The organisation the person chose to act for; tenancy refuses one they do not belong to.';
grant select, insert, delete, update (organisation) on session to hub_app;
grant select, update (last_seen_at) on session to hub_definer;

create table sign_in_attempt (
  id       bigint      primary key generated always as identity,
  email    text        not null check (length(email) <= 254),
  address  text        not null check (length(address) <= 50),
  at       timestamptz not null
);
create index sign_in_attempt_of_email on sign_in_attempt (email, at desc);
create index sign_in_attempt_of_address on sign_in_attempt (address, at desc);
create index sign_in_attempt_age on sign_in_attempt (at);
comment on table sign_in_attempt is
  'Attempts under way or failed: each is counted before its password is looked at, so that a '
  'thousand at once are no more than five; those of an e-mail are forgotten when it signs in.';
grant select, insert, delete on sign_in_attempt to hub_app;
