-- name: insert_version
-- Write down the next version of an agreement.
insert into agreement_version (tenant, agreement, title, number, effective_on, text, hash, minutes,
                               ratified_at)
select :tenant, :agreement, :title, coalesce(max(number), 0) + 1, :effective_on, :text::jsonb,
       :hash, :minutes, :now
  from agreement_version where agreement = :agreement
returning id, tenant, agreement, title, number, effective_on, text, hash, minutes, ratified_at;

-- name: find_version_in_force
-- The newest version that is effective on a day and not suspended.
select v.id, v.tenant, v.agreement, v.title, v.number, v.effective_on, v.text, v.hash, v.minutes,
       v.ratified_at
  from agreement_version v
 where v.agreement = :agreement and v.effective_on <= :on
   and not exists (select from agreement_suspension s
                    where s.version = v.id and s.from_on <= :on and s.until_on > :on)
 order by v.effective_on desc
 limit 1;

-- name: list_suspensions
-- The suspensions of a scheme's versions, the newest first.
select version, from_on, until_on, reason, minutes, at
  from agreement_suspension where tenant = :scheme order by at desc, version limit :wanted;

-- name: insert_suspension
insert into agreement_suspension (tenant, version, from_on, until_on, reason, minutes, at)
values (:tenant, :version, :from_on, :until_on, :reason, :minutes, :now);

-- name: insert_derogation
insert into derogation (tenant, id, member, name, role, at_most_bps, reason, since, until, granted_at)
values (:tenant, :id, :member, :name, :role, :at_most_bps, :reason, :since, :until, :now);

-- name: find_derogation
select id, member, name, role, at_most_bps, reason, since, until, granted_at, ended_on, ended_reason
  from derogation where tenant = :tenant and id = :id;

-- name: end_derogation
-- An earlier end, once.
update derogation set ended_on = :ended_on, ended_reason = :ended_reason
 where tenant = :tenant and id = :id and ended_on is null and until > :ended_on;

-- name: list_derogations
-- Those that still run or are to come first, then the past ones, the newest first.
select id, member, name, role, at_most_bps, reason, since, until, granted_at, ended_on, ended_reason
  from derogation where tenant = :tenant
 order by coalesce(ended_on, until) > :today desc, granted_at desc, id limit :wanted;

-- name: list_limits
-- What a member owes at most on a day under a scheme, by role.
select role, min(at_most_bps)::int as at_most_bps from derogation
 where tenant = :scheme and member = :member and since <= :on and coalesce(ended_on, until) > :on
 group by role;

-- name: list_versions
-- The versions of a scheme, the one effective last first.
select id, tenant, agreement, title, number, effective_on, text, hash, minutes, ratified_at
  from agreement_version where tenant = :scheme order by effective_on desc, number desc;

-- name: list_published
-- The versions of an agreement, for everybody, the one effective last first.
select id, tenant, agreement, title, number, effective_on, text, hash, minutes, ratified_at
  from agreement_version where agreement = :agreement
 order by effective_on desc, number desc limit :wanted;

-- name: keep_beneficiary
-- Who receives a role's share in a territory.
insert into beneficiary (scheme, tenant, role, territory_kind, territory_code)
values (:scheme, :organisation, :role, :territory_kind, :territory_code)
on conflict (scheme, role, territory_kind, territory_code) do nothing;

-- name: find_beneficiary
-- Who receives a role's share in exactly this territory.
select tenant from beneficiary
 where scheme = :scheme and role = :role
   and territory_kind = :territory_kind and territory_code = :territory_code;

-- name: list_beneficiaries
-- Who receives each role's share at a place: the nearest territory wins.
select distinct on (b.role) b.role, b.tenant as organisation
  from beneficiary b
 where b.scheme = :scheme
   and (b.territory_kind, b.territory_code) in (
       ('commune', :commune), ('department', :department), ('region', :region), ('nation', 'FR'))
 order by b.role, array_position(array['commune', 'department', 'region', 'nation'],
                                 b.territory_kind);

-- name: insert_allocation
-- Freeze the shares of a subject, once.
insert into allocation (id, tenant, scheme, subject, document, made_at)
values (:id, :tenant, :scheme, :subject, :document::jsonb, :now)
on conflict (tenant, subject) do nothing;

-- name: find_allocation
-- The frozen shares of a subject, and how much of them was reversed.
select a.id, a.tenant, a.scheme, a.subject, a.document as allocation, a.made_at,
       (select coalesce(sum(r.amount_cents), 0)::int from allocation_reversal r
         where r.allocation = a.id) as reversed_cents
  from allocation a where a.subject = :subject;

-- name: list_penalties
-- What was shared of the penalties of a subject, oldest first.
select a.id, a.tenant, a.scheme, a.subject, a.document as allocation, a.made_at,
       (select coalesce(sum(r.amount_cents), 0)::int from allocation_reversal r
         where r.allocation = a.id) as reversed_cents
  from allocation a where a.tenant = :tenant and a.subject like :subject || ':penalty:%'
 order by a.made_at, a.subject limit :wanted;

-- name: lock_allocation
-- Reversals of one subject wait for each other until the end of the transaction.
select pg_advisory_xact_lock(hashtextextended('allocation ' || :subject, 0));

-- name: list_reversals
-- What was reversed of an allocation, oldest first.
select r.document from allocation_reversal r where r.allocation = :allocation
 order by r.made_at, r.id;

-- name: insert_reversal
-- Reverse a part of the shares.
insert into allocation_reversal (id, tenant, allocation, amount_cents, document, made_at)
values (:id, :tenant, :allocation, :amount_cents, :document::jsonb, :now);

-- name: sum_shared
-- How much of a base of this tenant was shared since an instant, less what went back of it.
select coalesce(sum(shared.base_cents
                    - shared.base_cents * shared.back / greatest(shared.total, 1)), 0)::bigint
  from (select coalesce((a.document -> 'bases' ->> :base)::bigint, 0) as base_cents,
               (select coalesce(sum(v::bigint), 0)
                  from jsonb_each_text(a.document -> 'bases') as b (k, v)) as total,
               (select coalesce(sum(r.amount_cents), 0) from allocation_reversal r
                 where r.allocation = a.id) as back
          from allocation a
         where a.scheme = :scheme and a.made_at >= :since) shared;

-- name: find_allocation_by_id
-- The frozen shares behind a public reference, and how much of them was reversed.
select a.id, a.tenant, a.scheme, a.subject, a.document as allocation, a.made_at,
       (select coalesce(sum(r.amount_cents), 0)::int from allocation_reversal r
         where r.allocation = a.id) as reversed_cents
  from allocation a where a.id = :id;

-- name: find_version
-- A ratified version by its id.
select id, tenant, agreement, title, number, effective_on, text, hash, minutes, ratified_at
  from agreement_version where id = :id;

-- name: list_past
-- What was shared under this scheme, in order, after a place.
select id, member, made_at, facts, bases
  from allocations_of_scheme(:scheme, :since, :until, :after_at, :after_id, :wanted);

-- name: count_past
select count_allocations_of_scheme(:scheme, :since, :until);
