-- name: list_places
-- Communes, departments and regions with their lodgings, of communes also how many persons these
-- lodge; a page after a place.
select kind, code, name, label, postcodes, population, lodgings, lat, lng,
       case kind when 'commune' then
         (select coalesce(sum(h.capacity), 0) from property h
           where h.commune_code = place.code and h.listing <> 'draft')
       else 0 end::int as beds
  from place
 where (kind, code) > (:after_kind::text, :after_code::text)
 order by kind, code
 limit :wanted;

-- name: list_houses
-- Houses that may be shown, a page after one.
select p.id, p.name, p.kind, c.name as commune, p.capacity, p.lat, p.lng
  from property p
  join commune c on c.code = p.commune_code
 where p.id > :after::int and p.listing in ('demo', 'published')
 order by p.id
 limit :wanted;

-- name: find_state
-- What changes when a place or a house is to be suggested anew.
select (select count(*) || '/' || coalesce(sum(hashtext(name || commune_code)::bigint + id), 0)
          from property where listing in ('demo', 'published'))
    || '/' || (select count(*) || '/' || coalesce(sum(lodgings), 0) from place);

-- name: list_commune_codes
-- A commune with its arrondissements.
select code from commune where code = :code or parent = :code order by code limit 50;
