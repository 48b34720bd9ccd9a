-- name: list_near_communes
-- The communes of a box, the largest first; a city's parts come without the city.
select name, lat, lng, population
  from commune c
 where lat between :south and :north and lng between :west and :east
   and not exists (select from commune part where part.parent = c.code)
 order by population desc, code
 limit :wanted;
