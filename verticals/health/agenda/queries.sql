-- name: insert_practitioner
-- Somebody who receives; 0 rows when the same form was sent before.
insert into health_practitioner (id, tenant, family, given, profession, rpps, added_at, changed_at)
values (:id, :tenant, :family, :given, :profession, :rpps, :now, :now)
on conflict (id) do nothing;

-- name: find_practitioner
-- One of them.
select id, family, given, profession, rpps, active, person, asked, person_at, changed_at
  from health_practitioner where id = :id;

-- name: lock_practitioner
-- One of them: while this transaction lasts their times are opened and booked by it only.
select id, family, given, profession, rpps, active, person, asked, person_at, changed_at
  from health_practitioner where id = :id for update;

-- name: share_practitioner
-- One of them, who is not struck off while this transaction lasts.
select id, family, given, profession, rpps, active, person, asked, person_at, changed_at
  from health_practitioner where id = :id for share;

-- name: list_practitioners
-- Those of whom all that is said holds, by name.
select id, family, given, profession, rpps, active, person, asked, person_at, changed_at
  from health_practitioner
 where tenant = :tenant
   and (:wanted_id::uuid is null or id = :wanted_id)
   and (:rpps::text = '' or rpps = :rpps)
   and (:name::text = '' or starts_with(lower(family), lower(:name)) or starts_with(lower(given), lower(:name)))
   and (:active::boolean is null or active = :active)
   and (:after::uuid is null or id > :after)
 order by case when :by_id::boolean then id end, family, given, id limit :wanted;

-- name: find_of_account
-- The practitioner who an account is.
select id, family, given, profession, rpps, active, person, asked, person_at, changed_at
  from health_practitioner where tenant = :tenant and person = :person;

-- name: ask_account
-- Who is asked to be the account of somebody who receives; none while nobody is.
update health_practitioner set asked = :asked, changed_at = :now where id = :id;

-- name: keep_account
-- Under which account somebody opens what is shared with them. What was shared while it was another
-- one's is not for the next.
update health_practitioner
   set person = :person, asked = null, changed_at = :now,
       person_at = case when person is null or person = :person then person_at else :now end
 where id = :id;

-- name: keep_active
-- Whether somebody receives.
update health_practitioner set active = :active, changed_at = :now where id = :id and active <> :active;

-- name: insert_slots
-- Times that can be booked; those that the same form opened before are not opened again.
insert into health_slot (id, tenant, practitioner, begins_at, ends_at, modes, changed_at)
select s.id, :tenant, :practitioner, s.begins_at, s.ends_at, :modes::text[], :now
  from unnest(:ids::uuid[], :begins::timestamptz[], :ends::timestamptz[]) as s (id, begins_at, ends_at)
on conflict (id) do nothing;

-- name: find_slot
-- One time.
select id, practitioner, begins_at, ends_at, modes, closed, taken, changed_at
  from health_slot where id = :id;

-- name: lock_slots
-- Some times, ours until the commit, always locked in one order.
select id, practitioner, begins_at, ends_at, modes, closed, taken, changed_at
  from health_slot where id = any(:ids::uuid[]) order by id for update;

-- name: list_slots
-- The times of which all that is said holds, from one on (by id).
select id, practitioner, begins_at, ends_at, modes, closed, taken, changed_at
  from health_slot
 where tenant = :tenant
   and (:wanted_id::uuid is null or id = :wanted_id)
   and (:practitioner::uuid is null or practitioner = :practitioner)
   and (:since::timestamptz is null or begins_at >= :since)
   and (:until::timestamptz is null or begins_at < :until)
   and (:taken::boolean is null or taken = :taken)
   and (:closed::boolean is null or closed = :closed)
   and (:after::uuid is null or id > :after)
 order by id limit :wanted;

-- name: list_free
-- The next free times of somebody.
select id, practitioner, begins_at, ends_at, modes, closed, taken, changed_at
  from health_slot
 where practitioner = :practitioner and not taken and not closed and begins_at > :since
 order by begins_at limit :wanted;

-- name: keep_taken
-- Somebody has it, or has it no more.
update health_slot set taken = :taken, changed_at = :now where id = :id;

-- name: close_slot
-- It is not offered any more; 0 rows when somebody has it.
update health_slot set closed = true, changed_at = :now where id = :id and not taken and not closed;

-- name: insert_appointment
-- Somebody comes; 0 rows when the same form was sent before.
insert into health_appointment (id, tenant, slot, practitioner, patient, mode, state, begins_at,
                                ends_at, booked_at, changed_at)
values (:id, :tenant, :slot, :practitioner, :patient, :mode, 'booked', :begins_at, :ends_at, :now, :now)
on conflict (id) do nothing;

-- name: find_appointment
-- One appointment.
select id, slot, practitioner, patient, mode, state, begins_at, ends_at, booked_at, changed_at, by_practice
  from health_appointment where id = :id;

-- name: lock_appointment
-- One appointment, ours until the commit.
select id, slot, practitioner, patient, mode, state, begins_at, ends_at, booked_at, changed_at, by_practice
  from health_appointment where id = :id for update;

-- name: move_appointment
-- They come at another time.
update health_appointment
   set slot = :slot, practitioner = :practitioner, mode = :mode, begins_at = :begins_at,
       ends_at = :ends_at, changed_at = :now
 where id = :id;

-- name: cancel_appointment
-- They do not come.
update health_appointment set state = 'cancelled', by_practice = :by_practice, changed_at = :now
 where id = :id and state = 'booked';

-- name: list_appointments
-- The appointments of which all that is said holds, from one on (by id).
select id, slot, practitioner, patient, mode, state, begins_at, ends_at, booked_at, changed_at, by_practice
  from health_appointment
 where tenant = :tenant
   and (:wanted_id::uuid is null or id = :wanted_id)
   and (:practitioner::uuid is null or practitioner = :practitioner)
   and (:patient::uuid is null or patient = :patient)
   and (:slot::uuid is null or slot = :slot)
   and (:state::text = '' or state = :state)
   and (:since::timestamptz is null or begins_at >= :since)
   and (:until::timestamptz is null or begins_at < :until)
   and (:after::uuid is null or id > :after)
 order by id limit :wanted;

-- name: list_coming
-- The next appointments with their names, of one patient or of all.
select a.id, a.slot, a.practitioner, a.patient, a.mode, a.state, a.begins_at, a.ends_at, a.by_practice,
       r.given || ' ' || r.family as practitioner_name,
       split_part(p.first_names, ' ', 1) || ' ' || coalesce(nullif(p.used_name, ''), p.birth_name)
         as patient_name
  from health_appointment a
  join health_practitioner r on r.id = a.practitioner
  join health_patient p on p.id = a.patient
 where a.tenant = :tenant and a.ends_at > :since
   and (:patient::uuid is null or a.patient = :patient)
   and (:state::text = '' or a.state = :state)
 order by a.begins_at, a.id limit :wanted;

-- name: hand_over
-- Two patients were one: the appointments of the second are the first's.
update health_appointment set patient = :kept, changed_at = :now where patient = :gone;
