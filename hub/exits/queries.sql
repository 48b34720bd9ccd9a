-- name: find_operator
-- Who runs this hub: ways out are kept behind its wall.
select operator_of_hub();

-- name: find_of
-- The newest way out of an organisation.
select tenant, id from exit_of(:organisation);

-- name: list_open
-- Those under way.
-- bounded by its function: a thousand
select tenant, id from open_exits();

-- name: insert_exit
-- A notice; nothing while another stands.
insert into exit (tenant, id, organisation, kind, name, state, given_at, notice_until,
                  transition_until, changed_at)
values (:tenant, :id, :organisation, :kind, :name, 'noticed', :now, :notice_until,
        :transition_until, :now)
on conflict (organisation) where state in ('noticed', 'retrieval', 'erasing') do nothing;

-- name: find_exit
select tenant, id, organisation, kind, name, state, version, given_at, notice_until,
       transition_until, sale_ended_at, held_at, retrieve_until, archive_at, archive_bytes,
       archive_sha256, rows, done, parts, fetched_at, erase_from, certificate, fault, fault_at,
       stalled, stalled_at, let_go_at, let_go_why, changed_at
  from exit where tenant = :tenant and id = :id;

-- name: lock_exit
-- One decision on it at a time.
select id from exit where tenant = :tenant and id = :id for update;

-- name: wait_long
-- Another session works while this one holds the row, for as long as that takes.
select set_config('idle_in_transaction_session_timeout', '0', true);

-- name: take_exit
-- The same, without waiting: nothing while another has it in hand.
select id from exit where tenant = :tenant and id = :id for update skip locked;

-- name: list_under_way
-- Those under way of the operator's own, first what does not go on.
select tenant, id, organisation, kind, name, state, version, given_at, notice_until,
       transition_until, sale_ended_at, held_at, retrieve_until, archive_at, archive_bytes,
       archive_sha256, rows, done, parts, fetched_at, erase_from, certificate, fault, fault_at,
       stalled, stalled_at, let_go_at, let_go_why, changed_at
  from exit
 where tenant = :tenant and state in ('noticed', 'retrieval', 'erasing')
 order by stalled = '' and fault = '', changed_at, id limit 200;

-- name: change_exit
-- The way out after a step, if nobody changed it meanwhile.
update exit
   set state = :state, version = version + 1, held_at = :held_at, retrieve_until = :retrieve_until,
       archive_at = :archive_at, archive_bytes = :archive_bytes, archive_sha256 = :archive_sha256,
       rows = :rows, fetched_at = :fetched_at, erase_from = :erase_from,
       certificate = :certificate, let_go_at = :let_go_at, let_go_why = :let_go_why,
       fault = '', fault_at = null, stalled = '', stalled_at = null, done = 0, parts = 0,
       changed_at = :now
 where tenant = :tenant and id = :id and version = :version;

-- name: follow_exit
-- Hold the organisation, or let it go, as its way out says.
select follow_exit(:id);

-- name: note_sale_ended
update exit set sale_ended_at = :now
 where tenant = :tenant and id = :id and sale_ended_at is null;

-- name: has_ended_sale
-- Whether the notice of the caller's organisation is over.
select exit_ended_sale(:now);

-- name: note_progress
-- How far the archive is.
update exit set done = :done, parts = :parts
 where tenant = :tenant and id = :id and version = :version;

-- name: note_archive
-- The archive can be fetched; where the service is over, for so long from here on.
update exit
   set archive_at = :at, archive_bytes = :bytes, archive_sha256 = :sha256, rows = :rows,
       retrieve_until = greatest(retrieve_until, case when held_at is not null then :until::timestamptz end),
       done = parts, fetched_at = null, fault = '', fault_at = null
 where tenant = :tenant and id = :id and version = :version;

-- name: note_fetched
-- It was fetched, since nothing changes any more.
update exit set fetched_at = coalesce(fetched_at, :now)
 where tenant = :tenant and id = :id and archive_at = :archive_at and held_at is not null;

-- name: note_fault
-- What kept it from going on; it is tried again, from the second time in a row on after a rest: a pass
-- that was cut off, or lost its connection, is no fault of this one.
update exit set fault = :fault, fault_at = case when fault <> '' then :now::timestamptz end
 where tenant = :tenant and id = :id;

-- name: note_stalled
-- Why the clock does not go on with it, and when it tried; both empty when it does.
update exit set stalled = :stalled, stalled_at = case when :stalled <> '' then :now::timestamptz end
 where tenant = :tenant and id = :id;

-- name: insert_step
insert into exit_step (tenant, exit, step, state, at, actor)
values (:tenant, :exit, :step, :state, :now, :actor);

-- name: list_steps
-- What happened on a way out, newest first.
select id, step, state, at, actor
  from exit_step where tenant = :tenant and exit = :exit order by id desc limit 100;

-- name: insert_reader
-- An owner, who is one whatever their address is.
insert into exit_reader (tenant, exit, person, email, language)
values (:tenant, :exit, :person, :email, :language)
on conflict (tenant, exit, person) do update
   set email = excluded.email, language = excluded.language;

-- name: list_readers
select person, email, language
  from exit_reader where tenant = :tenant and exit = :exit order by email, person limit 100;

-- name: forget_readers
delete from exit_reader where tenant = :tenant and exit = :exit;

-- name: list_owners
-- Who owns an organisation, with the language that they read, from behind its own wall.
select p.id as person, p.email, p.language
  from membership m join person p on p.id = m.person
 where m.tenant = :tenant and m.role = 'owner'
 order by p.email limit 100;

-- name: count_duty
-- What one slice finds that is still to be done for others.
select many, cents, until from exit_duty(:function, :tenant, :today);

-- name: try_to_work
-- One at a time makes archives and erases, until its connection ends.
select pg_try_advisory_lock(7346206);

-- name: is_living
-- Whether somebody still belongs to an organisation.
select exists (select from membership where tenant = :organisation);

-- name: has_moved
-- Whether an organisation has gone off its withdrawn provider since its notice.
select exit_moved(:organisation, :since);
