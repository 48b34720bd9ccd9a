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

-- The password of whom a link was sent to: the link, and all others of theirs, are good no more,
-- and nobody is signed in as them. Nothing when the link is over. The second factor stays.
create or replace function set_password(link bytea, asked_after timestamptz, chosen text)
returns int
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  whose int;
begin
  delete from password_link l where l.hash = link and l.asked_at > asked_after
  returning l.person into whose;
  if whose is not null then
    update person p set password_hash = chosen where p.id = whose;
    delete from session s where s.person = whose;
    delete from password_link l where l.person = whose;
  end if;
  return whose;
end $$;
alter function set_password(bytea, timestamptz, text) owner to hub_definer;
revoke all on function set_password(bytea, timestamptz, text) from public;
grant execute on function set_password(bytea, timestamptz, text) to hub_app;

-- The password of who is signed in and has shown the one before, whose hash is `known`: nobody is
-- signed in as them any more but `here`, and links to choose one are good no more. False when the
-- password has changed meanwhile. The second factor stays.
create or replace function change_password(whose int, known text, chosen text, here bytea)
returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  update person p set password_hash = chosen where p.id = whose and p.password_hash = known;
  if not found then
    return false;
  end if;
  delete from session s where s.person = whose and s.token <> here;
  delete from password_link l where l.person = whose;
  return true;
end $$;
alter function change_password(int, text, text, bytea) owner to hub_definer;
revoke all on function change_password(int, text, text, bytea) from public;
grant execute on function change_password(int, text, text, bytea) to hub_app;
