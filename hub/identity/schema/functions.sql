-- Replaced whole when it changes.

-- What the password of an e-mail is compared with.
create or replace function credential_of(wanted text)
returns table (person int, password_hash text)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.id, p.password_hash from person p where lower(p.email) = lower(wanted)
$$;
alter function credential_of(text) owner to hub_definer;
revoke all on function credential_of(text) from public;
grant execute on function credential_of(text) to hub_app;
