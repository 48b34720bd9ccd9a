-- name: insert_approval
-- A request; its time begins.
insert into approval (id, service, operator, state, wanted, submitted_at, decide_by, changed_at)
values (:id, :service, :operator, 'submitted', :wanted, :now, :decide_by, :now);

-- name: find_current
-- The newest request of a service.
select id, service, operator, state, version, wanted, submitted_at, decide_by, escalated_at, rank,
       granted_at, expires_on, proposed_rank, proposed_until, proposed_by, changed_at
  from approval
 where service = :service
 order by submitted_at desc, id desc
 limit 1;

-- name: lock_service
-- One decision on a service at a time.
select pg_advisory_xact_lock(hashtextextended('approval:' || :service, 0));

-- name: list_open
-- Everything that is not over, after a service.
select id, service, operator, state, version, wanted, submitted_at, decide_by, escalated_at, rank,
       granted_at, expires_on, proposed_rank, proposed_until, proposed_by, changed_at
  from approval
 where state not in ('withdrawn', 'expired', 'refused') and service > :after
 order by service
 limit :wanted;

-- name: change_approval
-- The approval after a step, if nobody changed it meanwhile.
update approval
   set state = :state, version = version + 1, escalated_at = :escalated_at, rank = :rank,
       granted_at = :granted_at, expires_on = :expires_on, proposed_rank = :proposed_rank,
       proposed_until = :proposed_until, proposed_by = :proposed_by, changed_at = :now
 where id = :id and version = :version;

-- name: insert_event
-- A step.
insert into approval_event (approval, service, step, state, rank, at, actor, reason)
values (:approval, :service, :step, :state, :rank, :now, :actor, :reason);

-- name: find_last_actor
-- Who made a step of an approval last.
select actor
  from approval_event
 where approval = :approval and step = :step
 order by id desc
 limit 1;

-- name: list_events
-- The steps of a service, newest first.
select id, approval, service, step, state, rank, at, actor, reason
  from approval_event
 where service = :service
 order by id desc
 limit :wanted;
