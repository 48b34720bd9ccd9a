-- Roles of the cluster; safe to run again. Passwords are set by the migration, from the secret key.
-- hub_owner owns the schema; hub_app works behind the walls; hub_index reads public listings;
-- hub_broker owns the queue; hub_definer owns the few functions that look over the walls.

do $$
begin
  if not exists (select from pg_roles where rolname = 'hub_definer') then
    create role hub_definer nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'hub_owner') then
    create role hub_owner login noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'hub_app') then
    create role hub_app login;
  end if;
  if not exists (select from pg_roles where rolname = 'hub_index') then
    create role hub_index login;
  end if;
  if not exists (select from pg_roles where rolname = 'hub_broker') then
    create role hub_broker login;
  end if;
end $$;

grant hub_definer to hub_owner;
