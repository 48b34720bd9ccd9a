-- name: insert_document
-- A file is kept; 0 rows when the same form was sent before.
insert into health_document (id, tenant, patient, title_sealed, content_sealed, media_type, bytes, added_at)
values (:id, :tenant, :patient, :title_sealed, :content_sealed, :media_type, :bytes, :now)
on conflict (id) do nothing;

-- name: find_document
-- What is kept of a document beside its content.
select id, patient, title_sealed, media_type, bytes, added_at from health_document where id = :id and deleted_at is null;

-- name: find_content
-- A document's content.
select content_sealed from health_document where id = :id and deleted_at is null;

-- name: is_on_hold
-- Whether an order keeps everything of the practice.
select legal_hold_on(array[:tenant::int]);

-- name: delete_document
-- Nothing of it is left but that it was here, and who opened it.
update health_document set title_sealed = null, content_sealed = null, deleted_at = :now
 where id = :id and deleted_at is null;

-- name: revoke_consents
-- Nor may anybody open it.
update health_consent set revoked_at = :now
 where document = :document and revoked_at is null and until_at > :now;

-- name: list_documents
-- A patient's documents, the newest first.
select id, patient, title_sealed, media_type, bytes, added_at
  from health_document where patient = :patient and deleted_at is null
 order by added_at desc, id limit :wanted;

-- name: insert_consent
-- One professional may open it for a time; 0 rows when the same form was sent before.
insert into health_consent (id, tenant, document, patient, practitioner, given_at, until_at)
values (:id, :tenant, :document, :patient, :practitioner, :now, :until_at)
on conflict (id) do nothing;

-- name: find_consent
-- One consent.
select c.id, c.document, c.patient, c.practitioner, r.given || ' ' || r.family as practitioner_name,
       c.given_at, c.until_at, c.revoked_at, coalesce(c.given_at < r.person_at, false) as is_past
  from health_consent c join health_practitioner r on r.id = c.practitioner
 where c.id = :id;

-- name: revoke_consent
-- It is taken back; 0 rows when it was already.
update health_consent set revoked_at = :now where id = :id and revoked_at is null;

-- name: list_consents
-- The consents for some documents, the newest first.
select c.id, c.document, c.patient, c.practitioner, r.given || ' ' || r.family as practitioner_name,
       c.given_at, c.until_at, c.revoked_at, coalesce(c.given_at < r.person_at, false) as is_past
  from health_consent c join health_practitioner r on r.id = c.practitioner
 where c.document = any(:documents::uuid[])
 order by c.given_at desc, c.id limit :wanted;

-- name: list_given
-- The consents that somebody was given, from one on (by id).
select c.id, c.document, c.patient, c.practitioner, r.given || ' ' || r.family as practitioner_name,
       c.given_at, c.until_at, c.revoked_at, coalesce(c.given_at < r.person_at, false) as is_past
  from health_consent c join health_practitioner r on r.id = c.practitioner
 where c.practitioner = :practitioner
   and (:wanted_id::uuid is null or c.id = :wanted_id)
   and (:patient::uuid is null or c.patient = :patient)
   and (:holds::boolean is null
        or (c.revoked_at is null and c.given_at <= :now and c.until_at > :now
            and c.given_at >= coalesce(r.person_at, '-infinity')) = :holds)
   and (:after::uuid is null or c.id > :after)
 order by c.id limit :wanted;

-- name: list_shared
-- The documents that somebody may open now, from one on (by id), each until its last consent ends.
select d.id, d.patient, d.title_sealed, d.media_type, d.bytes, d.added_at, max(c.until_at) as until_at
  from health_consent c
  join health_document d on d.id = c.document
  join health_practitioner r on r.id = c.practitioner
 where c.practitioner = :practitioner and c.revoked_at is null and d.deleted_at is null
   and c.given_at <= :now and c.until_at > :now
   and c.given_at >= coalesce(r.person_at, '-infinity')
   and (:wanted_id::uuid is null or d.id = :wanted_id)
   and (:patient::uuid is null or d.patient = :patient)
   and (:after::uuid is null or d.id > :after)
 group by d.id order by d.id limit :wanted;

-- name: insert_opening
-- Somebody opened it.
insert into health_opening (id, tenant, document, practitioner, person, at, consent, reason)
values (:id, :tenant, :document, :practitioner, :person, :now, :consent, :reason);

-- name: list_openings
-- Who opened some documents, the newest first.
select o.document, o.practitioner, r.given || ' ' || r.family as practitioner_name, o.person, o.at,
       o.reason
  from health_opening o join health_practitioner r on r.id = o.practitioner
 where o.document = any(:documents::uuid[])
 order by o.at desc, o.id limit :wanted;

-- name: hand_documents_over
-- Two patients were one: the documents of the second are the first's.
update health_document set patient = :kept where patient = :gone;

-- name: hand_consents_over
-- And what the second had consented to.
update health_consent set patient = :kept where patient = :gone;
