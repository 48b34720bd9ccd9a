-- name: insert_merge
-- Two are said to be one; 0 rows when that is asked already.
insert into health_merge (id, tenant, kept, gone, why, asked_by, asked_at)
values (:id, :tenant, :kept, :gone, :why, :asked_by, :now)
on conflict do nothing;

-- name: lock_merge
-- One of them, ours until the commit.
select m.id, m.kept, m.gone, m.why, m.state, m.asked_by, m.asked_at, m.decided_by, m.decided_at,
       k.first_names || ' ' || k.birth_name as kept_name,
       g.first_names || ' ' || g.birth_name as gone_name, k.born_on::text as born_on
  from health_merge m
  join health_patient k on k.id = m.kept
  join health_patient g on g.id = m.gone
 where m.id = :id for update of m;

-- name: list_merges
-- What waits for a decision, then what was decided of late.
select m.id, m.kept, m.gone, m.why, m.state, m.asked_by, m.asked_at, m.decided_by, m.decided_at,
       k.first_names || ' ' || k.birth_name as kept_name,
       g.first_names || ' ' || g.birth_name as gone_name, k.born_on::text as born_on
  from health_merge m
  join health_patient k on k.id = m.kept
  join health_patient g on g.id = m.gone
 where m.tenant = :tenant
 order by m.state <> 'asked', m.asked_at desc, m.id limit :wanted;

-- name: keep_decision
-- It was decided.
update health_merge set state = :state, decided_by = :decided_by, decided_at = :now where id = :id;
