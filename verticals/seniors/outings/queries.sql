-- name: keep_home
-- Where a person lives.
insert into outing_home (senior, tenant, commune, commune_name, lat, lng)
values (:senior, :tenant, :commune, :commune_name, :lat, :lng)
on conflict (senior) do update
   set commune = excluded.commune, commune_name = excluded.commune_name,
       lat = excluded.lat, lng = excluded.lng;

-- name: find_home
-- Where a person lives, if they said so.
select commune, commune_name, lat, lng from outing_home where senior = :senior;

-- name: insert_volunteer
-- Somebody who would visit; 0 rows when the same form was sent before.
insert into outing_volunteer (id, tenant, name, email, commune, commune_name, lat, lng, state, added_at)
values (:id, :tenant, :name, :email, :commune, :commune_name, :lat, :lng, 'asked', :now)
on conflict (id) do nothing;

-- name: find_volunteer
-- One volunteer.
select id, name, email, commune, commune_name, lat, lng, state, rna
  from outing_volunteer where id = :id;

-- name: lock_volunteer
-- One volunteer, ours until the commit: nobody validates whom another ends.
select id, name, email, commune, commune_name, lat, lng, state, rna
  from outing_volunteer where id = :id for update;

-- name: list_volunteers
-- Those who are to be decided on first, those who ended last.
select id, name, email, commune, commune_name, lat, lng, state, rna
  from outing_volunteer
 order by array_position(array['asked', 'validated', 'ended'], state), added_at desc, id
 limit :wanted;

-- name: decide_volunteer
-- Validated, with the association that vouches, or ended.
update outing_volunteer
   set state = :state, rna = coalesce(:rna::text, rna), decided_at = :now
 where id = :id;

-- name: insert_outing
-- An outing, or a visit; 0 rows when the same form was sent before.
insert into outing (id, tenant, volunteer, title, place, commune, commune_name, lat, lng, starts_at,
                    seats, state, added_at)
values (:id, :tenant, :volunteer, :title, :place, :commune, :commune_name, :lat, :lng, :starts_at,
        :seats, 'open', :now)
on conflict (id) do nothing;

-- name: lock_outing
-- One outing, ours until the commit: its last seat is given once.
select id from outing where id = :id for update;

-- name: find_outing
-- One outing, with the seats that are taken.
select o.id, o.volunteer, v.name as visitor, o.title, o.place, o.commune, o.commune_name, o.lat,
       o.lng, o.starts_at, o.seats, o.state, v.state is null or v.state = 'validated' as vouched,
       (select count(*)::int from outing_guest g where g.outing = o.id and g.left_at is null) as taken
  from outing o left join outing_volunteer v on v.id = o.volunteer
 where o.id = :id;

-- name: list_outings
-- What is to come, of everybody or of one volunteer.
select o.id, o.volunteer, v.name as visitor, o.title, o.place, o.commune, o.commune_name, o.lat,
       o.lng, o.starts_at, o.seats, o.state, v.state is null or v.state = 'validated' as vouched,
       (select count(*)::int from outing_guest g where g.outing = o.id and g.left_at is null) as taken
  from outing o left join outing_volunteer v on v.id = o.volunteer
 where o.starts_at > :since and (:volunteer::uuid is null or o.volunteer = :volunteer)
 order by o.starts_at, o.id
 limit :wanted;

-- name: list_joined
-- What a person comes along to.
select g.outing as id from outing_guest g join outing o on o.id = g.outing
 where g.senior = :senior and g.left_at is null and o.starts_at > :since
 order by o.starts_at
 limit :wanted;

-- name: list_guests
-- Who comes along to what is to come, of everybody or to the visits of one volunteer.
select g.outing, g.senior, s.name, h.commune_name
  from outing_guest g
  join outing o on o.id = g.outing
  join senior s on s.id = g.senior
  left join outing_home h on h.senior = g.senior
 where g.left_at is null and o.starts_at > :since
   and (:volunteer::uuid is null or o.volunteer = :volunteer)
 order by o.starts_at, g.joined_at, g.senior
 limit :wanted;

-- name: cancel_outing
-- It does not take place; 0 rows when that was said before.
update outing set state = 'cancelled' where id = :id and state = 'open';

-- name: join_outing
-- A person comes along, maybe again; 0 rows when they do already.
insert into outing_guest (outing, senior, tenant, joined_at)
values (:outing, :senior, :tenant, :now)
on conflict (outing, senior) do update set joined_at = :now, left_at = null
 where outing_guest.left_at is not null;

-- name: leave_outing
-- A person does not come; 0 rows when they did not.
update outing_guest set left_at = :now
 where outing = :outing and senior = :senior and left_at is null;
