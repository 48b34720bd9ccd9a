-- name: insert_withdrawal
-- A withdrawal, once for an approval.
insert into withdrawal (tenant, id, approval, service, title, reason, began_at, choose_by,
                        retrieve_until)
values (:tenant, :id, :approval, :service, :title, :reason, :now, :choose_by, :retrieve_until)
on conflict do nothing;

-- name: find_withdrawal
select tenant, id, service, title, reason, began_at, choose_by, retrieve_until, looked_at, closed_at
  from withdrawal where tenant = :tenant and id = :id;

-- name: list_withdrawals
-- The operator's withdrawals, newest first.
select tenant, id, service, title, reason, began_at, choose_by, retrieve_until, looked_at, closed_at
  from withdrawal where tenant = :tenant order by began_at desc, id limit 100;

-- name: list_open
-- Those under way, of every operator.
-- bounded by its function: a hundred
select tenant, id from open_withdrawals();

-- name: note_looked
-- Everybody who lives there has been looked for.
update withdrawal set looked_at = :now where tenant = :tenant and id = :id;

-- name: close_withdrawal
-- Over, once everybody who was told is gone, and who took everything away had time to fetch it.
update withdrawal w
   set closed_at = :now
 where w.tenant = :tenant and w.id = :id and w.closed_at is null and w.looked_at is not null
   and not exists (select from departure d
                    where d.tenant = w.tenant and d.withdrawal = w.id
                      and (d.state <> 'gone' or (d.choice = 'export'
                               and :now < d.told_at + (w.retrieve_until - w.began_at))));

-- name: note_silence
-- A zone does not answer once more: since when, and how often it was asked.
insert into zone_silence as s (tenant, withdrawal, zone, since, tries)
values (:tenant, :withdrawal, :zone, :now, 1)
on conflict (tenant, withdrawal, zone) do update set tries = s.tries + 1
returning since, tries;

-- name: note_answer
delete from zone_silence where tenant = :tenant and withdrawal = :withdrawal and zone = :zone;

-- name: insert_departure
-- An organisation that is told; nothing when it was before.
insert into departure (tenant, withdrawal, id, zone, organisation, at_home, kind, name, persons,
                       state, choices, kept_at, told_at, changed_at)
values (:tenant, :withdrawal, :id, :zone, :organisation, :at_home, :kind, :name, :persons, 'told',
        :choices, :now, :now, :now)
on conflict (tenant, withdrawal, zone, organisation) do nothing;

-- name: insert_reader
insert into departure_reader (tenant, departure, email, language)
values (:tenant, :departure, :email, :language)
on conflict (tenant, departure, email) do nothing;

-- name: list_readers
-- Who decides for an organisation.
select email, language
  from departure_reader where tenant = :tenant and departure = :departure
 order by email limit 100;

-- name: forget_readers
delete from departure_reader where tenant = :tenant and departure = :departure;

-- name: find_departure
select tenant, withdrawal, id, zone, organisation, at_home, kind, name, persons, state, version,
       choices, choice, chosen_at, chosen_by, copy_in, proof, accepted_at, accepted_by,
       certificate, opened_at, left_by_notice, reminders, fault, faults, kept_at, told_at, changed_at
  from departure where tenant = :tenant and id = :id;

-- name: lock_departure
-- One decision on it at a time.
select id from departure where tenant = :tenant and id = :id for update;

-- name: list_departures
-- Those of a withdrawal in some states, by their names.
select tenant, withdrawal, id, zone, organisation, at_home, kind, name, persons, state, version,
       choices, choice, chosen_at, chosen_by, copy_in, proof, accepted_at, accepted_by,
       certificate, opened_at, left_by_notice, reminders, fault, faults, kept_at, told_at, changed_at
  from departure
 where tenant = :tenant and withdrawal = :withdrawal and state = any(:states::text[])
   and (name, id) > (:after_name, :after)
 order by name, id
 limit :wanted;

-- name: list_known
-- The organisations of a zone that were told.
-- bounded by the organisations of one zone
select organisation from departure
 where tenant = :tenant and withdrawal = :withdrawal and zone = :zone;

-- name: count_states
-- bounded by the states
select state, count(*)::int as organisations, sum(persons)::int as persons
  from departure where tenant = :tenant and withdrawal = :withdrawal
 group by state order by state;

-- name: change_departure
-- The way out after a step, if nobody changed it meanwhile.
update departure
   set state = :state, version = version + 1, choice = :choice, chosen_at = :chosen_at,
       chosen_by = :chosen_by, copy_in = :copy_in, proof = :proof, accepted_at = :accepted_at,
       accepted_by = :accepted_by, certificate = :certificate,
       left_by_notice = :left_by_notice, fault = '', faults = 0, changed_at = :now
 where tenant = :tenant and id = :id and version = :version;

-- name: note_copying
-- A copy may stand there from now on, whole or not, or none stands anywhere.
update departure set copy_in = :copy_in
 where tenant = :tenant and id = :id and version = :version;

-- name: note_opened
-- It lives where it chose from now on, or since it was first said.
update departure set opened_at = coalesce(opened_at, :now)
 where tenant = :tenant and id = :id and version = :version
returning opened_at;

-- name: note_fault
-- What kept it from going on; it is tried again.
update departure set fault = :fault, faults = faults + 1
 where tenant = :tenant and id = :id and version = :version;

-- name: note_kept
-- Everything it has was put by, and where it may go was looked at.
update departure set kept_at = :now, choices = :choices where tenant = :tenant and id = :id;

-- name: note_reminded
update departure set reminders = :reminders
 where tenant = :tenant and id = :id and reminders < :reminders;

-- name: insert_step
insert into departure_step (tenant, departure, step, state, at, actor, detail)
values (:tenant, :departure, :step, :state, :now, :actor, :detail);

-- name: list_steps
-- What happened on a way out, newest first.
select id, step, state, at, actor, detail
  from departure_step
 where tenant = :tenant and departure = :departure
 order by id desc
 limit :wanted;

-- name: find_from_home
-- The way out of an organisation that lives in this hub.
select tenant, id from departure_from_home(:organisation);

-- name: is_anybody_leaving
select anybody_leaving();

-- name: find_leaving
-- What an organisation's requests need to know.
select held, state, title, choose_by from leaving_of(:organisation);
