-- name: insert_event
-- An event is published; 0 rows when the same form was sent before.
insert into city_event
  (id, tenant, title, words, place, begins_at, ends_at, opens_at, closes_at, written_at)
values
  (:id, :tenant, :title, :words, :place, :begins_at, :ends_at, :opens_at, :closes_at, :now)
on conflict (id) do nothing;

-- name: insert_slots
-- The hours of an event, each with its room.
insert into city_event_slot (id, tenant, event, begins_at, capacity)
select id, :tenant, :event, begins_at, capacity
  from unnest(:ids::uuid[], :begins::timestamptz[], :capacities::int[])
    as given (id, begins_at, capacity);

-- name: find_event
-- One event.
select e.id, e.title, e.words, e.place, e.begins_at, e.ends_at, e.opens_at, e.closes_at,
       e.cancelled, e.revision, e.written_at, s.capacity, s.taken
  from city_event e
 cross join lateral (select sum(capacity)::int as capacity, sum(taken)::int as taken
                       from city_event_slot where event = e.id) as s
 where e.id = :id;

-- name: list_coming
-- What is not over yet, the next first.
select e.id, e.title, e.words, e.place, e.begins_at, e.ends_at, e.opens_at, e.closes_at,
       e.cancelled, e.revision, e.written_at, s.capacity, s.taken
  from city_event e
 cross join lateral (select sum(capacity)::int as capacity, sum(taken)::int as taken
                       from city_event_slot where event = e.id) as s
 where e.ends_at > :now order by e.begins_at, e.id limit :wanted;

-- name: list_before
-- Events that begin before an instant, the latest first.
select e.id, e.title, e.words, e.place, e.begins_at, e.ends_at, e.opens_at, e.closes_at,
       e.cancelled, e.revision, e.written_at, s.capacity, s.taken
  from city_event e
 cross join lateral (select sum(capacity)::int as capacity, sum(taken)::int as taken
                       from city_event_slot where event = e.id) as s
 where e.begins_at < :before order by e.begins_at desc, e.id limit :wanted;

-- name: lock_event
-- An event, ours until the commit.
select revision from city_event where id = :id for no key update;

-- name: keep_event
-- What is said of an event from now on.
update city_event
   set title = :title, words = :words, place = :place, closes_at = :closes_at,
       revision = revision + 1
 where id = :id;

-- name: cancel_event
-- It does not take place.
update city_event set cancelled = :why, revision = revision + 1 where id = :id and cancelled = '';

-- name: list_slots
-- The hours of an event.
select id, event, begins_at, capacity, taken from city_event_slot
 where event = :event order by begins_at, id limit :wanted;

-- name: lock_slot
-- An hour of an event, ours until the commit.
select id, event, begins_at, capacity, taken from city_event_slot where id = :id for no key update;

-- name: keep_capacity
-- How many have room from now on; 0 rows where more have a place already.
update city_event_slot set capacity = :capacity where id = :id and taken <= :capacity;

-- name: take_places
-- Room for some more; 0 rows where there is none.
update city_event_slot set taken = taken + :places
 where id = :id and taken + :places <= capacity;

-- name: give_places
-- Room that is free again.
update city_event_slot set taken = taken - :places where id = :id;

-- name: insert_registration
-- Somebody asks to come; 0 rows when the same form was sent before.
insert into city_registration
  (id, tenant, event, slot, state, places, name, email, person, asked_at, since)
values
  (:id, :tenant, :event, :slot, 'asked', :places, :name, :email, :person, :now, :now)
on conflict (id) do nothing;

-- name: find_registration
-- One registration.
select id, event, slot, state, places, name, email, asked_at, since
  from city_registration where id = :id;

-- name: find_twin
-- Another registration that holds for an address.
select id, event, slot, state, places, name, email, asked_at, since from city_registration
 where event = :event and lower(email) = lower(:email) and state in ('registered', 'waiting');

-- name: keep_state
-- How a registration stands from now on; 0 rows where it stood otherwise.
update city_registration set state = :state, since = :now where id = :id and state = :before;

-- name: list_waiting
-- Who waits for room, longest first.
select id, event, slot, state, places, name, email, asked_at, since from city_registration
 where slot = :slot and state = 'waiting' order by since, id limit :wanted;

-- name: list_people
-- Who comes and who waits, by the hour, then by name.
select r.id, r.event, r.slot, r.state, r.places, r.name, r.email, r.asked_at, r.since
  from city_registration r join city_event_slot s on s.id = r.slot
 where r.event = :event and r.state in ('registered', 'waiting')
 order by s.begins_at, r.slot, r.state, case when r.state = 'waiting' then r.since end,
          lower(r.name), r.id
 limit :wanted;

-- name: list_with_old_names
-- The towns that hold such names.
select tenant from towns_with_old_names(:unconfirmed, :ended) limit 10000;

-- name: forget_old
-- Names that nobody has confirmed, and those of events that are long over; none while an order keeps
-- them.
update city_registration r set name = '', email = '', person = null
  from city_event e
 where e.id = r.event and r.name <> ''
   and ((r.state = 'asked' and r.asked_at < :unconfirmed) or e.ends_at < :ended)
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]));

-- name: count_asked
-- How many asked since an instant; and how many of them for one address.
select count(*)::int as all, (count(*) filter (where lower(email) = lower(:email)))::int as same
  from city_registration where asked_at > :since;
