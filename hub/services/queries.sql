-- name: insert_service
-- A launch.
insert into service (id, tenant, vertical, name, state, began_on, ends_on, launched_at, changed_at)
values (:id, :tenant, :vertical, :name, :state, :began_on, :ends_on, :now, :now);

-- name: insert_space
-- The organisation that a service's people act for from now on.
insert into service_space (space, tenant, service, invented, opened_at)
values (:space, :tenant, :service, :invented, :now);

-- name: close_space
-- Nobody works in it any more.
update service_space set closed_at = :now where service = :service and closed_at is null;

-- name: find_service
-- One service of its launcher's, with today's use.
select s.id, s.tenant, s.vertical, s.name, s.state, s.version, s.colour, s.legal, s.ends_on,
       s.began_on, s.fault, s.faults_left, s.exported_at, s.exported_rows, s.exported_sha,
       s.launched_at, s.changed_at, p.space, coalesce(u.acts, 0) as acts
  from service s
  left join service_space p on p.service = s.id and p.closed_at is null
  left join service_use u on u.service = s.id and u.day = :today
 where s.id = :id;

-- name: lock_service
-- One decision on a service at a time.
select id from service where id = :id for update;

-- name: list_services
-- The services of a launcher, the newest first.
select s.id, s.tenant, s.vertical, s.name, s.state, s.version, s.colour, s.legal, s.ends_on,
       s.began_on, s.fault, s.faults_left, s.exported_at, s.exported_rows, s.exported_sha,
       s.launched_at, s.changed_at, p.space, coalesce(u.acts, 0) as acts
  from service s
  left join service_space p on p.service = s.id and p.closed_at is null
  left join service_use u on u.service = s.id and u.day = :today
 order by s.state = 'retired', s.launched_at desc, s.id
 limit :wanted;

-- name: count_open
-- The launcher's services that are not over.
select count(*)::int from service where state <> 'retired';

-- name: move_service
-- A service after a step, if nobody changed it meanwhile. What was taken out before is not all.
update service
   set state = :state, version = version + 1, began_on = :began_on, ends_on = :ends_on,
       fault = '', faults_left = 0, changed_at = :now,
       exported_at = case when :state = 'retired' then exported_at end,
       exported_rows = case when :state = 'retired' then exported_rows end,
       exported_sha = case when :state = 'retired' then exported_sha end
 where id = :id and version = :version;

-- name: dress_service
-- How it looks.
update service
   set name = :name, colour = :colour, legal = :legal, version = version + 1, changed_at = :now
 where id = :id;

-- name: ask_faults
-- Faults of a sandbox.
update service set fault = :fault, faults_left = :times, changed_at = :now
 where id = :id and state = 'sandbox';

-- name: note_export
-- What was taken out last.
update service
   set exported_at = :now, exported_rows = :rows, exported_sha = :sha
 where id = :id;

-- name: insert_event
-- A step.
insert into service_event (tenant, service, step, state, at, actor, reason, rows)
values (:tenant, :service, :step, :state, :now, :actor, :reason, :rows);

-- name: list_events
-- The steps of a service, the newest first.
select id, step, state, at, actor, reason, rows
  from service_event where service = :service
 order by id desc
 limit :wanted;

-- name: has_stepped
-- Whether a step was ever made.
select exists (select from service_event where service = :service and step = :step);

-- name: list_months
-- The months of a service, the newest first.
select date_trunc('month', day)::date as month, sum(acts)::int as acts,
       sum(billable)::int as billable
  from service_use where service = :service
 group by 1 order by 1 desc limit :wanted;

-- name: list_use
-- The days of a service, the newest first.
select day, acts from service_use where service = :service order by day desc limit :wanted;

-- name: list_community
-- What a person belongs to, in the definer's hands.
select service, space, vertical, name, state, invented, closed, colour, has_legal, ends_on, fault,
       faults_left, changed_at
  from services_of_person(:person, :acting, :wanted);

-- name: find_of_space
-- The service of a space, in the definer's hands.
select service, space, vertical, name, state, invented, closed, colour, has_legal, ends_on, fault,
       faults_left, changed_at
  from service_of_space(:space);

-- name: find_face
-- How a service looks, for everybody.
select name, vertical, state, colour, legal from service_face(:id);

-- name: spend_act
-- One write more today; nothing when no more may be.
select service_spend(:space, :today, :most);

-- name: give_back
-- One write less, of the day on which it was counted.
select service_give_back(:space, :counted_on);

-- name: list_uses_due
-- Billable writes of days that are over, for usage billing.
select service, day, billable, metered, seller, subscription
  from service_uses_due(:today, :meter, :wanted);

-- name: note_metered
-- Usage billing knows of them; true for whoever tells it first.
select service_note_metered(:service, :day, :known, :told);

-- name: use_fault
-- One fault used up.
select service_fail(:space);

-- name: mark_filled
-- True for whoever is first.
select service_mark_filled(:space, :now);

-- name: list_due
-- Services whose last day is over, of all launchers.
select id, tenant from services_due(:today, :wanted);

-- name: list_tables
-- A vertical's tables. Bounded by what is installed.
select name, columns, counted, files, key, links from service_tables(:names::text[]);

-- name: list_piece
-- Some of a table's rows behind this wall.
select line, mark, contents
  from service_piece(:of, :written::text[], :files::text[], :key::text[], :after::text[], :whole,
                     :most);

-- name: fill_lines
-- Put rows in, behind this wall.
select service_fill(:of, :written::text[], :lines::text[]);
