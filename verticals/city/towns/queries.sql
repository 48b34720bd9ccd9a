-- name: find_town
-- The town behind this wall.
select tenant, code, name, lat, lng, reach_km from city_town;

-- name: keep_town
-- Which commune it is; another choice replaces the first.
insert into city_town (tenant, code, name, lat, lng, reach_km, chosen_at)
values (:tenant, :code, :name, :lat, :lng, :reach_km, :now)
on conflict (tenant) do update
   set code = excluded.code, name = excluded.name, lat = excluded.lat, lng = excluded.lng,
       reach_km = excluded.reach_km, chosen_at = excluded.chosen_at;
