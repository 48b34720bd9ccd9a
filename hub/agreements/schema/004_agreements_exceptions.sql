-- What departs from a version for a time: a member's derogation, and a suspension that was voted.

create table derogation (
  tenant        int         not null references organisation (id),
  id            uuid        not null,
  member        int         not null references organisation (id),
  name          text        not null check (length(name) between 1 and 200),
  role          text        not null check (role ~ '^[a-z][a-z0-9_]{0,39}$'),
  at_most_bps   int         not null check (at_most_bps between 0 and 10000),
  reason        text        not null check (length(reason) between 1 and 1000),
  since         date        not null,
  until         date        not null check (until > since),
  granted_at    timestamptz not null,
  ended_on      date        check (ended_on >= since and ended_on <= until),
  ended_reason  text        check (length(ended_reason) between 1 and 1000),
  check ((ended_on is null) = (ended_reason is null)),
  primary key (tenant, id)
);
comment on table derogation is
  'A member owes a role at most so much of a base, until a day (the first without) or an earlier end.';
create index derogation_of_member on derogation (member, tenant);

create table agreement_suspension (
  tenant    int         not null references organisation (id),
  version   int         not null references agreement_version (id),
  from_on   date        not null,
  until_on  date        not null check (until_on > from_on),
  reason    text        not null check (length(reason) between 1 and 5000),
  minutes   text        not null,
  at        timestamptz not null,
  primary key (tenant, version, from_on)
);
comment on table agreement_suspension is
  'Voted: from a day until another (the first without), the version before this one decides.';
create index agreement_suspension_of on agreement_suspension (version, from_on);

alter table derogation enable row level security;
alter table derogation force row level security;
-- The federation grants it, and only it; the member it is for may read it.
create policy wall on derogation
  using (tenant = current_setting('app.tenant')::int or member = current_setting('app.tenant')::int)
  with check (tenant = current_setting('app.tenant')::int);
create policy definer on derogation for select to hub_definer using (true);
alter table agreement_suspension enable row level security;
alter table agreement_suspension force row level security;
create policy wall on agreement_suspension using (tenant = current_setting('app.tenant')::int);
create policy published on agreement_suspension for select to hub_index using (true);
create policy definer on agreement_suspension for select to hub_definer using (true);

grant select, insert, update (ended_on, ended_reason) on derogation to hub_app;
grant select, insert on agreement_suspension to hub_app;
grant select on agreement_suspension to hub_index;
grant select on derogation, agreement_suspension, agreement_version to hub_definer;

create trigger frozen before update or delete on agreement_suspension
  for each row execute function refuse_change();
create trigger kept before truncate on agreement_suspension
  for each statement execute function refuse_change();
create trigger kept before truncate on derogation
  for each statement execute function refuse_change();
create trigger lasting before delete on derogation
  for each row execute function refuse_change();
