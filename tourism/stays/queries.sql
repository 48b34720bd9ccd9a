-- name: ask_proof
-- A letter is asked for: the first time, or again after a while; no row too soon or too often.
insert into stay_email (id, person, email, asked_at, asked)
values (:id, :person, :email, :now, 1)
on conflict (person, lower(email)) do update
   set asked_at = :now,
       asked = case when stay_email.asked_at < :yesterday then 1 else stay_email.asked + 1 end
 where stay_email.asked_at <= :before
   and (stay_email.asked < :most or stay_email.asked_at < :yesterday)
returning id, person, email, asked_at, proven_at;

-- name: find_email
-- What is known of a person's address.
select id, person, email, asked_at, proven_at
  from stay_email where person = :person and lower(email) = lower(:email);

-- name: prove_email
-- It is theirs.
update stay_email set proven_at = :now
 where id = :id and person = :person and proven_at is null and asked_at > :since;

-- name: list_stays
-- The stays under a person's proven address.
select tenant, booking, reference, state, house, commune, arrival, departure, total_cents,
       refund_cents
  from stays_of_person(:person, :most);

-- name: find_operator
-- Who runs the centre.
select operator_of_centre();
