-- name: insert_person
-- An account; nothing when the e-mail has one.
insert into person (email, name, password_hash, created_at)
values (:email, :name, :password_hash, :now)
on conflict do nothing
returning id;

-- name: find_person_by_email
select id, email, name, created_at from person where lower(email) = lower(:email);

-- name: keep_language
-- The language in which a person reads.
update person set language = :language where id = :person and language <> :language;

-- name: find_credential
-- The hash of the person with this e-mail.
select person, password_hash from credential_of(:email);

-- name: lock_attempts
-- Count the attempts of one e-mail or one address one after the other.
select pg_advisory_xact_lock(hashtextextended('sign-in ' || :of, 0));

-- name: list_attempts_of_email
-- The newest attempts under way or failed.
select at from sign_in_attempt
 where email = :email and at > :since
 order by at desc
 limit :wanted;

-- name: list_attempts_of_address
-- The same, from one address.
select at from sign_in_attempt
 where address = :address and at > :since
 order by at desc
 limit :wanted;

-- name: insert_attempt
insert into sign_in_attempt (email, address, at) values (:email, :address, :now);

-- name: forget_attempts
-- Whoever signs in has no failures.
delete from sign_in_attempt where email = :email;

-- name: forget_old_attempts
-- Attempts outside of the window count no more.
delete from sign_in_attempt where at <= :before;

-- name: insert_session
-- A session; its organisation must be one of the person's (session_of_member).
insert into session (token, person, organisation, created_at, last_seen_at, expires_at)
values (:token, :person, :organisation, :now, :now, :expires_at);

-- name: delete_session
delete from session where token = :token;

-- name: forget_ended_sessions
-- Sessions past their end or unused for too long.
delete from session where expires_at <= :now or last_seen_at <= :unused_since;

-- name: choose_organisation
-- Act for another organisation from now on.
update session set organisation = :organisation where token = :token;

-- name: list_choices
-- The organisations a person may act for. The function is tenancy's, which builds on this slice:
-- it joins the tables that know.
select tenant, kind, name, role from memberships_of(:person);

-- name: find_session_caller
-- Who holds a session: the one statement of each request with the cookie. Tenancy's, as above.
select person, name, email, tenant, organisation, organisation_kind, role
  from session_caller(:token, :now, :idle, :touch_every);
