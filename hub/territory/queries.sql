-- name: suggest_by_name
-- Places whose name begins so, or has a word that does; whole names first, then by weight.
select kind, code, name, label, population, lodgings, lat, lng
  from place
 where search_key like :key || '%' or search_key like '% ' || :key || '%'
 order by search_key = :key desc,
          search_key like :key || '%' desc,
          kind = 'region' desc,
          lodgings = 0,
          population desc,
          code
 limit :wanted;

-- name: suggest_by_postcode
-- Communes with a postcode that begins so.
select kind, code, name, label, population, lodgings, lat, lng
  from place
 where kind = 'commune'
   and exists (select from unnest(postcodes) as p (postcode) where p.postcode like :digits || '%')
 order by (:digits = any (postcodes)) desc, lodgings = 0, population desc, code
 limit :wanted;

-- name: suggest_by_likeness
-- Places whose name looks so: for typing errors, when nothing begins so.
select kind, code, name, label, population, lodgings, lat, lng
  from place
 where search_key % :key
 order by similarity(search_key, :key) desc, lodgings = 0, population desc, code
 limit :wanted;

-- name: find_place
select kind, code, name, label, population, lodgings, lat, lng
  from place where kind = :kind and code = :code;
