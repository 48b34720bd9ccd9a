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
insert into session
  (token, person, organisation, created_at, last_seen_at, expires_at, factor_at)
values (:token, :person, :organisation, :now, :now, :expires_at, :factor_at);

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
select person, name, email, tenant, organisation, organisation_kind, role, has_factor, factor_at
  from session_caller(:token, :now, :idle, :touch_every);

-- name: find_factor
-- The person's second factor of codes; locked, so that a code is taken once whoever sends it.
select secret, last_step, since from second_factor
 where person = :person and kind = 'code' for update;

-- name: has_factor
-- Whether a person has a second factor.
select exists (select from second_factor where person = :person);

-- name: take_step
-- The codes of this half minute and of those before are taken no more.
update second_factor set last_step = :step
 where person = :person and kind = 'code' and last_step < :step;

-- name: insert_factor
insert into second_factor (person, kind, secret, last_step, since)
values (:person, 'code', :secret, :step, :now)
on conflict do nothing;

-- name: delete_factor
delete from second_factor where person = :person and kind = 'code';

-- name: put_offer
-- A secret shown to its person; a new one takes the place of the last.
insert into second_factor_offer (person, secret, at) values (:person, :secret, :now)
on conflict (person) do update set secret = excluded.secret, at = excluded.at;

-- name: find_offer
select secret, at from second_factor_offer where person = :person and at > :since;

-- name: delete_offer
delete from second_factor_offer where person = :person;

-- name: forget_old_offers
delete from second_factor_offer where at <= :before;

-- name: insert_recovery_codes
insert into recovery_code (person, hash) select :person, unnest(:hashes::bytea[]);

-- name: use_recovery_code
-- A code is good once.
update recovery_code set used_at = :now where person = :person and hash = :hash and used_at is null;

-- name: delete_recovery_codes
delete from recovery_code where person = :person;

-- name: count_recovery_codes
-- How many are left.
select count(*)::int from recovery_code where person = :person and used_at is null;

-- name: show_factor
-- A second factor was shown in this session.
update session set factor_at = :now where token = :token;

-- name: delete_other_sessions
-- Whoever was signed in elsewhere before is not any more.
delete from session where person = :person and token <> :token;

-- name: list_sessions
-- Where a person is signed in, last used first.
select token, created_at, last_seen_at from session
 where person = :person and expires_at > :now and last_seen_at > :unused_since
 order by last_seen_at desc, token
 limit :wanted;

-- name: delete_session_of
delete from session where person = :person and token = :token;

-- name: change_password
-- By who knows the one before; false when it is another by now.
select change_password(:person, :known_hash, :password_hash, :here);

-- name: find_operator
-- Behind whose wall letters to persons are kept. The function is tenancy's, as above.
select operator_of_hub();

-- name: find_reader
-- To whom a letter goes, and in which language.
select id, email, name, language from person where lower(email) = lower(:email);

-- name: insert_link
insert into password_link (hash, person, asked_at) values (:hash, :person, :now);

-- name: count_links
-- How many links of a person are good.
select count(*)::int from password_link where person = :person and asked_at > :since;

-- name: find_reader_of_link
-- Whose password a link sets; nothing when it is over.
select p.id, p.email, p.name, p.language
  from password_link l join person p on p.id = l.person
 where l.hash = :hash and l.asked_at > :since;

-- name: set_password
-- By a link, once; nothing when it is over.
select set_password(:hash, :since, :password_hash);

-- name: forget_old_links
delete from password_link where asked_at <= :before;
