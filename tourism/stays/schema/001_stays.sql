-- Which address a person has proven to be theirs. It belongs to persons, not to tenants: no wall.

create table stay_email (
  id         uuid        primary key,
  person     int         not null references person (id) on delete cascade,
  email      text        not null check (length(email) <= 254),
  asked_at   timestamptz not null,
  asked      int         not null check (asked > 0),
  proven_at  timestamptz
);
create unique index stay_email_of_person on stay_email (person, lower(email));
comment on column stay_email.asked is 'How often a letter was asked for since it began.';
grant select, insert, update on stay_email to hub_app;
grant select on stay_email to hub_definer;

create index booking_by_guest on booking (lower(guest ->> 'email')) where guest is not null;
