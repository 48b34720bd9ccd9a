-- name: insert_service
-- A service's file; the first of a code stays.
insert into trust_service (code, title, provider, provider_id, country, scope, data_classes,
                           referential, operator, registered_at, address, run_here)
values (:code, :title, :provider, :provider_id, :country, :scope, :data_classes::text[],
        :referential, :tenant, :now, :address, :run_here)
on conflict (code) do nothing;

-- name: find_service
-- One service.
select code, title, provider, provider_id, country, scope, data_classes, referential, operator,
       registered_at, address, run_here
  from trust_service where code = :code;

-- name: list_services
-- Every service, by its title.
select code, title, provider, provider_id, country, scope, data_classes, referential, operator,
       registered_at, address, run_here
  from trust_service order by title, code limit :wanted;

-- name: insert_evidence
-- A document; the same file of the same kind is kept once.
insert into trust_evidence (id, service, kind, number, issuer, issuer_id, entity, services,
                            issued_on, expires_on, sha256, added_at, added_by)
values (:id, :service, :kind, :number, :issuer, :issuer_id, :entity, :services::text[],
        :issued_on, :expires_on, :sha256, :now, :actor)
on conflict (service, kind, sha256) do nothing;

-- name: find_evidence
-- One document.
select id, service, kind, number, issuer, issuer_id, entity, services, issued_on, expires_on,
       sha256, added_at, added_by, confirmed_at, confirmed_by, withdrawn_at
  from trust_evidence where id = :id;

-- name: list_evidence
-- The documents of a service, those that last longest first.
select id, service, kind, number, issuer, issuer_id, entity, services, issued_on, expires_on,
       sha256, added_at, added_by, confirmed_at, confirmed_by, withdrawn_at
  from trust_evidence
 where service = :service
 order by expires_on desc, id
 limit :wanted;

-- name: confirm_evidence
-- Somebody found the number at the issuer's.
update trust_evidence set confirmed_at = :now, confirmed_by = :actor
 where id = :id and confirmed_at is null;

-- name: withdraw_evidence
-- The document counts no more.
update trust_evidence set withdrawn_at = :now where id = :id and withdrawn_at is null;

-- name: mark_told
-- Its lapse is told, once.
update trust_evidence set told_at = :now where id = :id and told_at is null;

-- name: end_clause
-- The clause is out of the contract from now on.
update trust_clause set until = :now
 where service = :service and clause = :clause and until is null;

-- name: begin_clause
-- The clause is in the contract from now on.
insert into trust_clause (service, clause, option, since) values (:service, :clause, :option, :now)
on conflict (service, clause, since) do update set option = excluded.option, until = null;

-- name: list_clauses
-- The clauses in force.
select clause, option, since from trust_clause
 where service = :service and until is null
 order by clause
 limit :wanted;

-- name: list_options
-- The options of a clause that were in force at some time of a span.
select clause, option, since from trust_clause
 where service = :service and clause = :clause and since < :before
   and coalesce(until, 'infinity') > greatest(:after::timestamptz, since)
 order by since desc
 limit :wanted;

-- name: insert_finding
-- What a probe found.
insert into trust_finding (service, probe, rank, at, until, says, filled, detail)
values (:service, :probe, :rank, :now, :until, :says, :filled, :detail);

-- name: list_latest
-- The last finding of each probe.
select distinct on (probe) id, service, probe, rank, at, until, says, filled, detail
  from trust_finding
 where service = :service
 order by probe, id desc
 limit :wanted;

-- name: find_last_proven
-- When a probe last found something good.
select max(at) from trust_finding where service = :service and probe = :probe and rank > 0;

-- name: list_findings
-- The newest findings of a service, of one probe or of all.
select id, service, probe, rank, at, until, says, filled, detail
  from trust_finding
 where service = :service and (:probe::text is null or probe = :probe)
 order by id desc
 limit :wanted;
