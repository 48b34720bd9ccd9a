-- name: enqueue
-- Put messages on the queue, each to be seen after its delay. The queue is the outbox: the insert
-- belongs to the caller's transaction. No RETURNING: the app may not read the queue.
insert into pgmq.q_celery (vt, message)
select clock_timestamp() + due.delay, due.envelope
  from unnest(:delays::interval[], :envelopes::jsonb[]) as due (delay, envelope);

-- name: take_due_ticks
-- Move the schedules that are due to their next time, and tell which tasks to run.
-- Rival tickers skip each other's rows. A time further away than one turn was written before the
-- clock went back: the schedule does not stand still until the clock has caught up.
update schedule
   set next_at = case when next_at > :now + every then :now + every
                      else greatest(next_at + every, :now) end
 where name in (select name from schedule
                 where next_at <= :now or next_at > :now + every
                 order by name
                   for update skip locked)
returning task;

-- name: keep_tick
-- Declare a schedule of a manifest; its pace may change, its next time stays.
insert into schedule (name, every, next_at, task)
values (:name, :every, :now, :name)
on conflict (name) do update set every = excluded.every;

-- name: drop_other_ticks
-- Forget schedules that no manifest declares any more.
delete from schedule where name <> all (:names::text[]);

-- name: keep_failed_task
-- Put work aside after its last attempt.
insert into failed_task (id, task, tenant, message, error, attempts, failed_at)
values (:id, :task, :tenant, :message, :error, :attempts, :now);

-- name: list_failed_tasks
-- The newest failures, the open ones first.
select id, task, tenant, message, error, attempts, failed_at, retried_at
  from failed_task
 order by retried_at is not null, failed_at desc
 limit :wanted;

-- name: mark_failed_task_retried
-- Claim a failure for one more attempt; only one caller can.
update failed_task set retried_at = :now
 where id = :id and retried_at is null
returning id, task, tenant, message, error, attempts, failed_at, retried_at;

-- name: claim_reply
-- Be the first with this key; a rival's insert waits here until we commit.
insert into idempotent_reply (scope, key, fingerprint, created_at)
values (:scope, :key, :fingerprint, :now)
on conflict (scope, key) do nothing;

-- name: keep_first_reply
-- Keep an answer whose work is done already; the first one kept stands.
insert into idempotent_reply (scope, key, fingerprint, status, body, created_at)
values (:scope, :key, :fingerprint, :status, :body, :now)
on conflict (scope, key) do nothing;

-- name: find_reply
-- What was answered to this key.
select fingerprint, status, body from idempotent_reply where scope = :scope and key = :key;

-- name: keep_reply
-- Keep the answer, in the transaction that did the work.
update idempotent_reply set status = :status, body = :body where scope = :scope and key = :key;

-- name: forget_old_replies
-- Keys are kept for thirty days: so many of the older ones go; how many did.
select forget_old_replies(:before, :wanted);

-- name: keep_mail
-- Capture a mail in its tenant's outbox.
insert into mail (id, tenant, recipient, language, subject, body_text, body_html, calendar,
                  created_at)
values (:id, :tenant, :recipient, :language, :subject, :body_text, :body_html, :calendar, :now);

-- name: mark_mail_sent
-- The transport has taken it.
update mail set sent_at = :now where id = :id and sent_at is null;

-- name: find_mail
-- One mail of this tenant.
select id, tenant, recipient, language, subject, body_text, body_html, calendar, created_at, sent_at
  from mail where id = :id;

-- name: list_captured_mail
-- The newest mails over all tenants: for the demonstration's page.
select id, tenant, recipient, language, subject, body_text, body_html, calendar, created_at, sent_at
  from captured_mail(:wanted);

-- name: list_schedules
-- The schedules and their next times.
select name, every, next_at from schedule order by name;

-- name: find_queue
-- How many messages wait to be worked on now, and since when.
select waiting, oldest from pgmq.celery_waiting();

-- name: find_pulse
-- Whether the database answers.
select 1 as pulse;
