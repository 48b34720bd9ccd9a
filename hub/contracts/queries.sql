-- name: insert_contract
-- A signed contract; nothing when these clauses are signed already.
insert into signed_contract (id, tenant, service, sha256, language, content, signed_name,
                             signed_quality, signed_by, signed_at, document, document_hash)
values (:id, :tenant, :service, :sha256, :language, :content, :name, :quality, :actor, :now,
        :document, encode(sha256(:document), 'hex'))
on conflict (tenant, service, sha256) do nothing;

-- name: list_signatures
-- What this organisation signed for a service, newest first.
select id, service, sha256, signed_name, signed_quality, signed_at, document_hash
  from signed_contract
 where tenant = :tenant and service = :service
 order by signed_at desc, id limit 50;

-- name: list_newest
-- The newest contract of each service.
-- bounded by the services of one hub
select distinct on (service)
       id, service, sha256, signed_name, signed_quality, signed_at, document_hash
  from signed_contract where tenant = :tenant order by service, signed_at desc, id;

-- name: list_options
-- The options of a clause in the contracts of a service that were in force at some time of a span: a
-- contract is, until the next one is signed.
select option, at
  from (select k ->> 'option' as option, c.signed_at as at,
               lead(c.signed_at) over (order by c.signed_at, c.id) as next_at
          from signed_contract c
          left join lateral jsonb_array_elements(c.content -> 'clauses') k
                 on k ->> 'clause' = :clause
         where c.tenant = :tenant and c.service = :service) signed
 where option is not null and at < :before and coalesce(next_at, 'infinity') > :after
 order by at desc limit 50;

-- name: find_contract
-- One contract with its clauses.
select jsonb_build_object(
         'signature', jsonb_build_object(
           'id', id, 'service', service, 'sha256', sha256, 'signed_name', signed_name,
           'signed_quality', signed_quality, 'signed_at', signed_at,
           'document_hash', document_hash),
         'content', content, 'language', language)
  from signed_contract where id = :id;

-- name: find_document
-- The very bytes that were signed.
select document from signed_contract where id = :id;
