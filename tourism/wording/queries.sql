-- name: keep_words
-- The words of a version of a stay; the first ones stay.
insert into stay_terms (booking, version, tenant, words, digest, kept_at)
values (:booking, :version, :tenant, :words::jsonb, :digest, :now)
on conflict do nothing;

-- name: find_words
-- The words of a version of a stay.
select booking, version, words, digest, kept_at
  from stay_terms where booking = :booking and version = :version;
