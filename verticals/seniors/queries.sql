-- name: insert_senior
-- A person is followed; 0 rows when the same form was sent before.
insert into senior (id, tenant, name, added_at) values (:id, :tenant, :name, :now)
on conflict (id) do nothing;

-- name: list_seniors
-- The people whom an association follows.
select id, name, away_until, person from senior order by name, id limit :wanted;

-- name: find_senior
-- One person.
select id, name, away_until, person from senior where id = :id;

-- name: lock_senior
-- One person, ours until the commit: calls of one person are made one after the other.
select id, name, away_until, person from senior where id = :id for update;

-- name: keep_person
-- Whose account a person's own screen is tied to.
update senior set person = :person where id = :id;

-- name: keep_away
-- An absence is told, or is over.
update senior set away_until = :until where id = :id;

-- name: keep_watched
-- A morning is looked at; 0 rows when it was already.
update senior set watched_on = :day
 where id = :id and (watched_on is null or watched_on < :day::date);

-- name: insert_contact
-- One more, after those who are there.
insert into senior_contact (id, tenant, senior, name, email, rank, added_at)
select :id, :tenant, :senior, :name, :email,
       coalesce((select max(rank) from senior_contact where senior = :senior), 0) + 1, :now
on conflict (id) do nothing;

-- name: list_contacts
-- Who is called, in their order.
select id, senior, name, email, rank, shares from senior_contact
 where senior = :senior order by rank limit :wanted;

-- name: find_contact
-- One contact.
select id, senior, name, email, rank, shares from senior_contact where id = :id;

-- name: keep_shares
-- What the person lets a contact see.
update senior_contact set shares = :shares where id = :id and senior = :senior;

-- name: insert_call
-- A call for help; 0 rows when one is open already.
insert into senior_call (id, tenant, senior, state, rank, called_at)
values (:id, :tenant, :senior, 'calling', :rank, :now)
on conflict do nothing;

-- name: find_call
-- The open call of a person, else the newest.
select id, senior, state, rank, called_at, closed_at, contact from senior_call
 where senior = :senior order by closed_at is not null, called_at desc, id limit 1;

-- name: lock_call
-- One call, ours until the commit.
select id, senior, state, rank, called_at, closed_at, contact from senior_call
 where id = :id for update;

-- name: keep_call
-- How a call stands; only while it is open.
update senior_call set state = :state, rank = :rank, closed_at = :closed_at, contact = :contact
 where id = :id and state = 'calling';

-- name: insert_step
-- Something happened.
insert into senior_step (tenant, senior, at, what, who) values (:tenant, :senior, :now, :what, :who);

-- name: list_steps
-- What happened of late, the newest first.
select at, what, who from senior_step where senior = :senior order by id desc limit :wanted;

-- name: list_steps_of_calls
-- What became of calls of late, the newest first, and nothing else of the person's days.
select at, what, who from senior_step
 where senior = :senior
   and what in ('called', 'asked', 'accepted', 'refused', 'no-answer', 'unanswered')
 order by id desc limit :wanted;

-- name: insert_sensor
-- A sensor in a home.
insert into senior_sensor (id, tenant, senior, place, pets, added_at)
values (:id, :tenant, :senior, :place, :pets, :now)
on conflict (id) do nothing;

-- name: list_sensors
-- The sensors of a home.
select id, senior, place, pets, heard_at from senior_sensor
 where senior = :senior order by added_at, id limit :wanted;

-- name: find_sensor
-- One sensor.
select id, senior, place, pets, heard_at from senior_sensor where id = :id;

-- name: insert_events
-- What a sensor told; what it had told before is not written again.
insert into senior_event (tenant, sensor, id, kind, at, heard_at)
select :tenant, :sensor, e.id, e.kind, e.at, :now
  from unnest(:ids::text[], :kinds::text[], :ats::timestamptz[]) as e (id, kind, at)
on conflict do nothing;

-- name: note_heard
-- A sensor was heard.
update senior_sensor set heard_at = :now where id = :id;

-- name: has_moved
-- Whether somebody moved in a home between two instants, before a sensor that no pet may move.
select exists (select from senior_event e join senior_sensor s on s.id = e.sensor
                where s.senior = :senior and not s.pets and e.kind = 'motion'
                  and e.at >= :since and e.at < :until);

-- name: insert_alert
-- Something is unusual; once a day and kind.
insert into senior_alert (id, tenant, senior, kind, on_day, raised_at)
values (:id, :tenant, :senior, :kind, :on_day, :now)
on conflict (senior, kind, on_day) do nothing;

-- name: list_alerts
-- The open alerts of an association, then those closed of late.
select a.id, a.senior, s.name, a.kind, a.on_day, a.closed_at, a.cause
  from senior_alert a join senior s on s.id = a.senior
 where :senior::uuid is null or a.senior = :senior
 order by a.closed_at is not null, a.raised_at desc, a.id
 limit :wanted;

-- name: close_alert
-- An alert is closed with its cause; 0 rows when it is closed already.
update senior_alert set closed_at = :now, cause = :cause where id = :id and closed_at is null;

-- name: note_reading
-- Somebody looks at a person's page; once more on the same day. Nothing of an association that is
-- held is written: what was archived stays what there is.
insert into senior_reading (tenant, senior, reader, on_day, last_at)
select :tenant, :senior, :reader, :on_day, :now
 where not exists (select from held_organisation h where h.tenant = :tenant)
on conflict (senior, on_day, reader)
do update set times = senior_reading.times + 1, last_at = excluded.last_at;

-- name: list_readings
-- Who looked at a person's page, the last first.
select r.reader, coalesce(c.name, '') as name, r.times, r.last_at
  from senior_reading r
  left join senior_contact c
    on c.id = case when r.reader like 'contact:%' then substr(r.reader, 9)::uuid end
 where r.senior = :senior
 order by r.on_day desc, r.last_at desc, r.reader
 limit :wanted;

-- name: forget_readings
-- Those whose time is over; none while an order keeps them.
delete from senior_reading where on_day < :before
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]));

-- name: list_with_old_readings
-- The associations that hold some whose time is over.
-- bounded by its function: ten thousand
select tenant from tenants_with_old_readings(:before);
