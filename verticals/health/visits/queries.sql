-- name: find_provider
-- Where the practice's rooms are.
select provider from health_video where tenant = :tenant;

-- name: keep_provider
-- Where they are from now on.
insert into health_video (tenant, provider, set_at) values (:tenant, :provider, :now)
on conflict (tenant) do update set provider = excluded.provider, set_at = excluded.set_at;

-- name: drop_provider
-- Nowhere.
delete from health_video where tenant = :tenant;

-- name: insert_room
-- The room of an appointment; 0 rows when it has one.
insert into health_room (appointment, tenant, name_sealed, opened_at)
values (:appointment, :tenant, :name_sealed, :now)
on conflict (appointment) do nothing;

-- name: reopen_room
-- It is open again.
update health_room set closed_at = null where appointment = :appointment and closed_at is not null;

-- name: close_room
-- Nobody new enters; 0 rows when it is closed.
update health_room set closed_at = :now where appointment = :appointment and closed_at is null;

-- name: find_room
-- The room of an appointment.
select appointment, name_sealed, opened_at, closed_at from health_room where appointment = :appointment;

-- name: list_rooms
-- The rooms of some appointments.
select appointment, name_sealed, opened_at, closed_at
  from health_room where appointment = any(:appointments::uuid[]);

-- name: insert_ticket
-- A link into a room.
insert into health_ticket (id, tenant, appointment, role, made_at, until_at)
values (:id, :tenant, :appointment, :role, :now, :until_at);

-- name: lock_ticket
-- One link, ours until the commit: two who follow it at once do not both enter.
select id, appointment, role, until_at, used_at from health_ticket where id = :id for update;

-- name: find_ticket
-- One link.
select id, appointment, role, until_at, used_at from health_ticket where id = :id;

-- name: use_ticket
-- It has been followed.
update health_ticket set used_at = :now where id = :id and used_at is null;

-- name: insert_note
-- A note; 0 rows when the same form was sent before.
insert into health_note (id, tenant, appointment, practitioner, words_sealed, written_at)
values (:id, :tenant, :appointment, :practitioner, :words_sealed, :now)
on conflict (id) do nothing;

-- name: list_notes
-- The notes of some appointments, the oldest first.
select id, appointment, practitioner, words_sealed, written_at
  from health_note where appointment = any(:appointments::uuid[])
 order by written_at, id limit :wanted;
