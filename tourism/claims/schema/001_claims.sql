-- Claims of houses, each behind the house's own wall; codes are kept as keyed hashes only.

create table house_claim (
  id              uuid        primary key,
  tenant          int         not null,
  property        int         not null,
  person          int         not null references person (id) on delete cascade,
  state           text        not null check (state in
    ('open', 'asked', 'granted', 'refused', 'withdrawn')),
  siret           text        not null check (siret ~ '^\d{14}$'),
  quality         text        not null check (length(quality) between 2 and 100),
  phone           text        not null check (length(phone) <= 30),
  statement       text        not null default '' check (length(statement) <= 1000),
  email           text        check (length(email) <= 254),
  code_hash       bytea       check (length(code_hash) = 32),
  code_expires_at timestamptz,
  code_tries      smallint    not null default 0,
  codes_sent      smallint    not null default 0,
  codes_on        date,
  proven_at       timestamptz,
  told_at         timestamptz,
  reason          text        not null default '' check (length(reason) <= 1000),
  decided_by      text,
  decided_at      timestamptz,
  made_at         timestamptz not null,
  foreign key (property, tenant) references property (id, tenant)
);
create unique index house_claim_under_way on house_claim (property, person)
  where state in ('open', 'asked');
create index house_claim_by_tenant on house_claim (tenant);
create index house_claim_by_person on house_claim (person);
create index house_claim_to_decide on house_claim (made_at) where state = 'asked';

alter table house_claim enable row level security;
alter table house_claim force row level security;
create policy wall on house_claim using (tenant = current_setting('app.tenant')::int);
create policy definer on house_claim for select to hub_definer using (true);

grant select, insert, update on house_claim to hub_app;
grant select on house_claim to hub_definer;

-- The domain of a site, for counting the houses that share it.
create function site_domain(site text) returns text
language sql immutable parallel safe as $$
  select lower(regexp_replace(regexp_replace(site, '^[a-zA-Z]+://', ''), '^www\.|[/:?#].*$', '', 'g'))
$$;
create index property_by_site_domain on property (site_domain(site)) where site is not null;
grant execute on function site_domain(text) to hub_index, hub_app;
