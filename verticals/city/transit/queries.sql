-- name: lock_feed
-- The feed that is shown now, ours until the commit, be it none yet.
select pg_advisory_xact_lock(hashtextextended('city_feed ' || :tenant::int, 0));

-- name: keep_feed
-- What is shown from now on.
insert into city_feed (tenant, agency, zone, first_day, last_day, stops, trips, loaded_at)
values (:tenant, :agency, :zone, :first_day, :last_day, :stops, :trips, :now)
on conflict (tenant) do update
   set agency = excluded.agency, zone = excluded.zone, first_day = excluded.first_day,
       last_day = excluded.last_day, stops = excluded.stops, trips = excluded.trips,
       loaded_at = excluded.loaded_at;

-- name: find_feed
-- The feed that is shown now.
select agency, zone, first_day, last_day, stops, trips, loaded_at from city_feed;

-- name: delete_stops
-- The stops of the feed before.
delete from city_stop;

-- name: delete_routes
-- The lines of the feed before.
delete from city_route;

-- name: delete_days
-- The service days of the feed before.
delete from city_service_day;

-- name: delete_calls
-- Some departures of the feed before: so many that a statement's time is enough.
delete from city_call where (trip, sequence) in (select trip, sequence from city_call limit :wanted);

-- name: insert_stops
-- The stops of a feed.
insert into city_stop (tenant, code, name, lat, lng, parent)
select :tenant, * from unnest(:codes::text[], :names::text[], :lats::double precision[],
                              :lngs::double precision[], :parents::text[]);

-- name: insert_routes
-- The lines of a feed.
insert into city_route (tenant, code, name, long_name)
select :tenant, * from unnest(:codes::text[], :names::text[], :long_names::text[]);

-- name: insert_days
-- Service days of a feed.
insert into city_service_day (tenant, service, on_day)
select :tenant, * from unnest(:services::text[], :days::date[]);

-- name: insert_calls
-- Departures of a feed.
insert into city_call (tenant, trip, sequence, stop, seconds, route, service, headsign)
select :tenant, * from unnest(:trips::text[], :sequences::int[], :stops::text[], :seconds::int[],
                              :routes::text[], :services::text[], :headsigns::text[]);

-- name: find_stop
-- One stop.
select code, name, lat, lng, parent from city_stop where code = :code;

-- name: list_platforms
-- A stop and the platforms of it.
select code, name, lat, lng, parent from city_stop
 where code = :code or parent = :code order by code limit :wanted;

-- name: list_stops
-- Stops that people know (not their platforms), by a part of their name.
select code, name, lat, lng, parent from city_stop
 where parent = '' and position(lower(:part) in lower(name)) > 0
 order by name, code limit :wanted;

-- name: list_routes
-- The lines.
select code, name, long_name from city_route order by length(name), name, code limit :wanted;

-- name: list_leaving
-- What leaves some stops in some seconds of some service days.
select d.on_day, c.seconds, c.stop, c.route, r.name as route_name, c.headsign
  from unnest(:days::date[], :firsts::int[], :lasts::int[]) as w(on_day, first, last)
  join city_service_day d on d.on_day = w.on_day
  join city_call c on c.tenant = d.tenant and c.service = d.service
                  and c.stop = any(:stops::text[]) and c.seconds between w.first and w.last
  join city_route r on r.tenant = c.tenant and r.code = c.route
 order by (d.on_day - date '2000-01-01') * 86400 + c.seconds, c.trip limit :wanted;

-- name: insert_disruption
-- Something is disturbed; 0 rows when the same form was sent before.
insert into city_disruption (id, tenant, stop, route, headline, body, begins_at, ends_at)
values (:id, :tenant, :stop, :route, :headline, :body, :begins_at, :ends_at)
on conflict (id) do nothing;

-- name: end_disruption
-- It is over now.
update city_disruption set ends_at = :now where id = :id and ends_at > :now;

-- name: list_disruptions
-- What is disturbed now or later, by an instant.
select id, stop, route, headline, body, begins_at, ends_at from city_disruption
 where ends_at > :now and begins_at <= :before order by begins_at, id limit :wanted;
