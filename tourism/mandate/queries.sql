-- name: insert_mandate
-- A signed contract, numbered within its house.
insert into mandate (id, tenant, property, number, revision, text, text_hash, facts, signed_name,
                     signed_quality, signed_by, signed_at)
select :id, :tenant, :property,
       coalesce((select max(number) from mandate where property = :property), 0) + 1,
       :revision, :text, :text_hash, :facts::jsonb, :signed_name, :signed_quality, :signed_by, :now;

-- name: find_newest_mandate
-- The mandate that was signed last.
select id, property, number, revision, text, text_hash, facts, signed_name, signed_quality,
       signed_by, signed_at, notice_at, ends_on, end_reason, ended_at
  from mandate where property = :property order by number desc limit 1;

-- name: find_mandate
-- One mandate, with the words that were signed.
select id, property, number, revision, text, text_hash, facts, signed_name, signed_quality,
       signed_by, signed_at, notice_at, ends_on, end_reason, ended_at
  from mandate where id = :id;

-- name: list_mandates
-- Every mandate that a house signed, the newest first.
select id, property, number, revision, text, text_hash, facts, signed_name, signed_quality,
       signed_by, signed_at, notice_at, ends_on, end_reason, ended_at
  from mandate where property = :property order by number desc limit 50;

-- name: give_notice
-- The mandate ends on a day.
update mandate set notice_at = :now, ends_on = :ends_on, end_reason = :reason
 where id = :id and ended_at is null and notice_at is null;

-- name: end_mandate
-- The mandate is over.
update mandate set ended_at = :now, end_reason = coalesce(end_reason, :reason)
 where id = :id and ended_at is null;

-- name: list_due_mandates
-- Those that must end by now, over all walls.
select tenant, mandate from mandates_to_end(:today, :lowest_revision, :wanted);
