-- Approvals of services, and every step with its reason: published to everybody, no tenant's.

create table approval (
  id              uuid        primary key,
  service         text        not null references trust_service (code),
  operator        int         not null,
  state           text        not null check (state in
    ('submitted', 'under_review', 'granted', 'renewed', 'warned', 'suspended', 'withdrawn',
     'expired', 'refused')),
  version         int         not null default 1,
  wanted          int         not null check (wanted between 1 and 20),
  submitted_at    timestamptz not null,
  decide_by       timestamptz not null,
  escalated_at    timestamptz,
  rank            int         not null default 0 check (rank between 0 and 20),
  granted_at      timestamptz,
  expires_on      date,
  proposed_rank   int,
  proposed_until  date,
  proposed_by     text,
  changed_at      timestamptz not null,
  check ((granted_at is null) = (expires_on is null)),
  check ((proposed_rank is null) = (proposed_until is null)
         and (proposed_rank is null) = (proposed_by is null)),
  check (state not in ('granted', 'renewed', 'warned', 'suspended') or rank > 0)
);
create unique index approval_open on approval (service)
  where state not in ('withdrawn', 'expired', 'refused');
create index approval_of_service on approval (service, submitted_at desc);

create table approval_event (
  id        bigint      primary key generated always as identity,
  approval  uuid        not null references approval (id),
  service   text        not null,
  step      text        not null,
  state     text        not null,
  rank      int         not null,
  at        timestamptz not null,
  actor     text        not null,
  reason    text        not null default '' check (length(reason) <= 2000)
);
create index approval_event_of_service on approval_event (service, id desc);
comment on column approval_event.actor is 'person:<id> or system; never a name.';

-- Two persons: who proposed a grant is not who confirms it, whatever the application says.
create function check_second_person() returns trigger language plpgsql as $$
begin
  if new.step = 'confirm' and (new.actor not like 'person:%' or new.actor = (
       select actor from approval_event
        where approval = new.approval and step = 'propose' order by id desc limit 1)) then
    raise exception 'a grant takes two persons' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger second_person before insert on approval_event
  for each row execute function check_second_person();
create trigger append_only before update or delete on approval_event
  for each row execute function refuse_to_rewrite();
create trigger append_only_whole before truncate on approval_event
  for each statement execute function refuse_to_rewrite();

grant select, insert on approval to hub_app;
grant update (state, version, escalated_at, rank, granted_at, expires_on, proposed_rank,
              proposed_until, proposed_by, changed_at) on approval to hub_app;
grant select, insert on approval_event to hub_app;
