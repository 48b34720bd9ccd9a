-- name: insert_patient
-- Somebody new; 0 rows when the same form was sent before.
insert into health_patient (id, tenant, person, birth_name, first_names, used_name, plain_name,
                            plain_used, plain_given, born_on, sex, birthplace, email, phone,
                            added_at, changed_at)
values (:id, :tenant, :person, :birth_name, :first_names, :used_name, :plain_name,
        :plain_used, :plain_given, :born_on, :sex, :birthplace, :email, :phone, :now, :now)
on conflict (id) do nothing;

-- name: find_patient
-- One patient.
select id, person, birth_name, first_names, used_name, born_on, sex, birthplace, email, phone,
       paper, retrieved_at, ins_sealed, merged_into, revision, added_at, changed_at
  from health_patient where id = :id;

-- name: lock_patient
-- One patient, ours until the commit.
select id, person, birth_name, first_names, used_name, born_on, sex, birthplace, email, phone,
       paper, retrieved_at, ins_sealed, merged_into, revision, added_at, changed_at
  from health_patient where id = :id for update;

-- name: find_of_person
-- The patient who an account is.
select id, person, birth_name, first_names, used_name, born_on, sex, birthplace, email, phone,
       paper, retrieved_at, ins_sealed, merged_into, revision, added_at, changed_at
  from health_patient where tenant = :tenant and person = :person;

-- name: list_patients
-- Those of whom all that is said holds, from one on (by id); names by their beginning.
select id, person, birth_name, first_names, used_name, born_on, sex, birthplace, email, phone,
       paper, retrieved_at, ins_sealed, merged_into, revision, added_at, changed_at
  from health_patient
 where tenant = :tenant
   and (:wanted_id::uuid is null or id = :wanted_id)
   and (:born_on::date is null or born_on = :born_on)
   and (:name::text = '' or starts_with(plain_name, :name) or starts_with(plain_used, :name))
   and (:given::text = '' or starts_with(plain_given, :given))
   and (:after::uuid is null or id > :after)
 order by id limit :wanted;

-- name: list_born
-- Who was born on a day, and stands for themselves.
select id, person, birth_name, first_names, used_name, born_on, sex, birthplace, email, phone,
       paper, retrieved_at, ins_sealed, merged_into, revision, added_at, changed_at
  from health_patient
 where tenant = :tenant and born_on = :born_on and merged_into is null
 order by plain_name, plain_given, id limit :wanted;

-- name: list_named
-- The same for people, by name, without who was merged.
select id, person, birth_name, first_names, used_name, born_on, sex, birthplace, email, phone,
       paper, retrieved_at, ins_sealed, merged_into, revision, added_at, changed_at
  from health_patient
 where tenant = :tenant and merged_into is null
   and (:born_on::date is null or born_on = :born_on)
   and (:name::text = '' or starts_with(plain_name, :name) or starts_with(plain_used, :name))
 order by plain_name, plain_given, id limit :wanted;

-- name: keep_traits
-- The traits as they are; where a strict one is another, nothing of them is checked any more. 0 rows
-- when they have changed meanwhile.
update health_patient
   set birth_name = :birth_name, first_names = :first_names, used_name = :used_name,
       plain_name = :plain_name, plain_used = :plain_used, plain_given = :plain_given,
       born_on = :born_on, sex = :sex, birthplace = :birthplace, email = :email, phone = :phone,
       paper = case when :same::boolean then paper else '' end,
       ins_sealed = case when :same then ins_sealed end,
       ins_mark = case when :same then ins_mark end,
       retrieved_at = case when :same then retrieved_at end,
       revision = revision + 1, changed_at = :now
 where id = :id and revision = :revision;

-- name: keep_paper
-- An official paper was looked at; 0 rows when the traits have changed meanwhile.
update health_patient set paper = :paper, revision = revision + 1, changed_at = :now
 where id = :id and revision = :revision;

-- name: keep_ins
-- What INSi answered; 0 rows when the traits have changed meanwhile.
update health_patient
   set ins_sealed = :sealed, ins_mark = :mark, retrieved_at = :now, revision = revision + 1,
       changed_at = :now
 where id = :id and revision = :revision;

-- name: keep_merged
-- Two were one: this one is known under another from then on, and gives up account and matricule.
update health_patient
   set merged_into = :into, person = null, ins_sealed = null, ins_mark = null, retrieved_at = null,
       revision = revision + 1, changed_at = :now
 where id = :id;

-- name: keep_absorbed
-- What the other one brings: an account and a matricule where there was none.
update health_patient
   set person = :person, ins_sealed = :sealed, ins_mark = :mark, retrieved_at = :retrieved_at,
       revision = revision + 1, changed_at = :now
 where id = :id;

-- name: find_mark
-- By what a matricule is found.
select ins_mark from health_patient where id = :id;

-- name: find_marked
-- Who has a matricule already.
select id from health_patient where tenant = :tenant and ins_mark = :mark;

-- name: is_held
-- Whether the practice is leaving: its archive is what it was.
select exists (select from held_organisation h where h.tenant = :tenant);

-- name: keep_looks
-- Somebody looked at something of some patients, the first time of a day or once more. Nothing of a
-- practice that is leaving is written.
insert into health_look (id, tenant, patient, person, what, looked_on, times, last_at)
select l.id, :tenant, l.patient, :person, :what, :looked_on, 1, :now
  from unnest(:ids::uuid[], :patients::uuid[]) as l (id, patient)
 where not exists (select from held_organisation h where h.tenant = :tenant)
on conflict (person, patient, what, looked_on) do update
   set times = health_look.times + 1, last_at = excluded.last_at;

-- name: list_looks
-- Who looked at what of a patient, the newest first.
select person, what, looked_on, times, last_at
  from health_look where patient = :patient order by last_at desc, id limit :wanted;

-- name: forget_looks
-- Those whose time is over; none while an order keeps them, nor of a practice that is leaving.
delete from health_look where looked_on < :before
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]))
   and not exists (select from held_organisation h
                    where h.tenant = current_setting('app.tenant')::int);

-- name: list_with_old_looks
-- The practices that hold some whose time is over.
select tenant from practices_with_old_looks(:before) limit 10000;

-- name: add_looks
-- Two patients were one: where the same account looked at both on one day the first has all.
update health_look k
   set times = k.times + g.times, last_at = greatest(k.last_at, g.last_at)
  from health_look g
 where k.patient = :kept and g.patient = :gone
   and (g.person, g.what, g.looked_on) = (k.person, k.what, k.looked_on);

-- name: hand_looks_over
-- The others of the second are the first's.
update health_look g
   set patient = :kept
 where g.patient = :gone
   and not exists (select from health_look k
                    where k.patient = :kept
                      and (k.person, k.what, k.looked_on) = (g.person, g.what, g.looked_on));

-- name: insert_secret
-- The secret under which matricules are hashed, once.
insert into health_mark (tenant, sealed, made_at) values (:tenant, :sealed, :now)
on conflict (tenant) do nothing;

-- name: find_secret
-- The same, sealed.
select sealed from health_mark where tenant = :tenant;
