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

-- An account is erased, with the sessions, factors, codes and attempts that hang on it. What other
-- slices tied to it says there what becomes of it.
create or replace function forget_person(person int, addresses text[], at timestamptz) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  delete from sign_in_attempt a using person p
   where p.id = forget_person.person and lower(a.email) = lower(p.email);
  delete from person p where p.id = forget_person.person;
end $$;
alter function forget_person(int, text[], timestamptz) owner to hub_definer;
revoke all on function forget_person(int, text[], timestamptz) from public;
grant execute on function forget_person(int, text[], timestamptz) to hub_app;
