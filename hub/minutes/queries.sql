-- name: insert_minutes
-- The signed minutes; nothing when they are signed already.
insert into assembly_minutes (tenant, proposal, minutes_hash, signed_name, signed_quality, signed_by,
                              signed_at, document, document_hash)
values (:tenant, :proposal, :minutes_hash, :signed_name, :signed_quality, :signed_by, :now,
        :document, encode(sha256(:document), 'hex'))
on conflict do nothing;

-- name: find_minutes
-- Who signed the minutes of a vote, and when.
select minutes_hash, signed_name, signed_quality, signed_at, document_hash
  from assembly_minutes where proposal = :proposal;

-- name: find_document
-- The very bytes that were signed.
select document from assembly_minutes where proposal = :proposal;
