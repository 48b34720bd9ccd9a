-- The written mandates (code du tourisme L311-5-1). What was signed is never changed; without a
-- mandate that has not ended no house is published: the database refuses the commit.

create table mandate (
  id              uuid        primary key,
  tenant          int         not null,
  property        int         not null,
  number          int         not null check (number > 0),
  revision        int         not null check (revision > 0),
  text            text        not null,
  text_hash       text        not null check (text_hash ~ '^[0-9a-f]{64}$'),
  facts           jsonb       not null,
  signed_name     text        not null check (length(signed_name) between 3 and 200),
  signed_quality  text        not null check (length(signed_quality) between 2 and 100),
  signed_by       text        not null,
  signed_at       timestamptz not null,
  notice_at       timestamptz,
  ends_on         date,
  end_reason      text        check (length(end_reason) <= 1000),
  ended_at        timestamptz,
  foreign key (property, tenant) references property (id, tenant),
  unique (property, number),
  check ((notice_at is null) = (ends_on is null)),
  check (text_hash = encode(sha256(convert_to(text, 'UTF8')), 'hex'))
);
create unique index mandate_in_force on mandate (property) where ended_at is null;
create index mandate_by_tenant on mandate (tenant);

alter table mandate enable row level security;
alter table mandate force row level security;
create policy wall on mandate using (tenant = current_setting('app.tenant')::int);
create policy definer on mandate for select to hub_definer using (true);

grant select, insert, update (notice_at, ends_on, end_reason, ended_at) on mandate to hub_app;
grant select on mandate to hub_definer;

-- At the end of every transaction that publishes a house or ends a mandate.
create function check_published_under_mandate() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  house int;
begin
  if tg_table_name = 'property' then house := new.id; else house := new.property; end if;
  if exists (select from property p where p.id = house and p.listing = 'published')
     and not exists (select from mandate m where m.property = house and m.ended_at is null) then
    raise exception 'published_without_mandate' using errcode = 'P0M01';
  end if;
  return null;
end $$;

create constraint trigger published_under_mandate
  after insert or update of listing on property deferrable initially deferred
  for each row when (new.listing = 'published') execute function check_published_under_mandate();
create constraint trigger published_under_mandate
  after update of ended_at on mandate deferrable initially deferred
  for each row when (new.ended_at is not null) execute function check_published_under_mandate();
revoke all on function check_published_under_mandate() from public;
alter function check_published_under_mandate() owner to hub_definer;
