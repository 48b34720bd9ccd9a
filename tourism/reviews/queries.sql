-- name: summarise
-- How many reviews of a house are shown, and the mean of their scores in tenths, half up.
select count(*)::int as count, round(avg(score) * 10)::int as tenths
  from review
 where property = :property and state = 'published' and published_at > :since;

-- name: list_reviews
-- The reviews of a house that are shown, the newest publication first.
select id, tenant, property, author, language, score, text, stayed_from, stayed_until,
       published_at, reply, replied_at
  from review
 where property = :property and state = 'published' and published_at > :since
 order by published_at desc, id
 limit :wanted offset :skip;
