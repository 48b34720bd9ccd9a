-- The data keys of organisations, each wrapped under a key-encryption key that the host holds and
-- never gives out. A key that was destroyed leaves its row, and never comes back.

create table tenant_key (
  tenant        int         not null,
  number        int         not null check (number between 1 and 65535),
  at_host       uuid        not null,
  wrapped       text        check (length(wrapped) between 1 and 1000),
  made_at       timestamptz not null,
  destroyed_at  timestamptz,
  let_go_at     timestamptz,
  primary key (tenant, number),
  check ((wrapped is null) = (destroyed_at is not null)),
  check (let_go_at is null or destroyed_at is not null)
);
comment on table tenant_key is 'The newest one that stands seals; all that stand open.';
comment on column tenant_key.tenant is 'By its number only: the row outlasts an erasure.';
comment on column tenant_key.at_host is 'The name under which the host holds what wraps it.';
comment on column tenant_key.let_go_at is 'When the host destroyed that too.';
create index tenant_key_ended on tenant_key (destroyed_at)
  where destroyed_at is not null and let_go_at is null;

create function keep_destroyed_key() returns trigger language plpgsql as $$
begin
  if old.destroyed_at is not null
     and (new.wrapped is not null or new.destroyed_at is distinct from old.destroyed_at) then
    raise exception 'a destroyed key cannot come back' using errcode = 'P0F01';
  end if;
  return new;
end $$;
create trigger keep_destroyed before update on tenant_key
  for each row execute function keep_destroyed_key();

alter table tenant_key enable row level security;
alter table tenant_key force row level security;
create policy wall on tenant_key using (tenant = current_setting('app.tenant')::int);
create policy definer on tenant_key for select to hub_definer using (true);

grant select, insert, update (wrapped, destroyed_at, let_go_at) on tenant_key to hub_app;
grant select (tenant, at_host, destroyed_at, let_go_at) on tenant_key to hub_definer;
