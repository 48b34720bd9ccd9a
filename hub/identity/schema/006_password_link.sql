-- Who has forgotten their password, or arrived without one, chooses one by a link that is sent to
-- their address. The links belong to persons: no wall.
create table password_link (
  hash      bytea       primary key check (length(hash) = 32),
  person    int         not null references person (id) on delete cascade,
  asked_at  timestamptz not null
);
create index password_link_by_person on password_link (person);
create index password_link_age on password_link (asked_at);
comment on column password_link.hash is 'SHA-256 of the secret in the letter; good once, an hour.';
grant select, insert, delete on password_link to hub_app;
grant select, delete on password_link to hub_definer;
-- A password is set by the function set_password alone, which takes a link for it.
grant update (password_hash) on person to hub_definer;
grant delete on session to hub_definer;
