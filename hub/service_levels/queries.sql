-- name: insert_pulse
-- Whether the service answered in this minute; a bad answer stays.
insert into service_pulse (service, minute, ok, ms)
values (:service, date_trunc('minute', :now::timestamptz, 'UTC'), :ok, :ms)
on conflict (service, minute) do update
   set ok = service_pulse.ok and excluded.ok, ms = greatest(service_pulse.ms, excluded.ms);

-- name: list_up
-- The minutes of a span in which the service answered, by their number in it.
select coalesce(array_agg((extract(epoch from minute - :since::timestamptz) / 60)::int), '{}')
  from service_pulse
 where service = :service and minute >= :since and minute < :until and ok;

-- name: find_first_pulse
-- Since when the service is measured.
select min(minute) from service_pulse where service = :service;

-- name: insert_incident
-- Something did not work.
insert into service_incident (id, service, began_at, found_at, told_at, tenants, words)
values (:id, :service, :began_at, :found_at, :now, :tenants::int[], :words);

-- name: change_incident
-- What is known later, each thing once.
update service_incident
   set ended_at = coalesce(ended_at, :ended_at),
       cause = case when cause = '' then :cause else cause end,
       cause_told_at = case when cause = '' and :cause <> '' then :now else cause_told_at end
 where id = :id;

-- name: find_incident
-- One incident.
select id, service, began_at, found_at, told_at, ended_at, tenants, words, cause, cause_told_at
  from service_incident where id = :id;

-- name: list_incidents
-- The incidents that touch a span, newest first.
select id, service, began_at, found_at, told_at, ended_at, tenants, words, cause, cause_told_at
  from service_incident
 where service = :service and began_at < :until and coalesce(ended_at, 'infinity') > :since
 order by began_at desc
 limit :wanted;

-- name: insert_work
-- Planned work.
insert into service_work (id, service, begins_at, ends_at, announced_at, words)
values (:id, :service, :begins_at, :ends_at, :now, :words);

-- name: list_works
-- The work that touches a span, newest first.
select id, service, begins_at, ends_at, announced_at, words
  from service_work
 where service = :service and begins_at < :until and ends_at > :since
 order by begins_at desc
 limit :wanted;

-- name: insert_month
-- A client's month is closed.
insert into service_month (tenant, service, month, client, counted, up, target_ppm, percent,
                           base_cents, credit_cents, credit_number, closed_at)
values (:tenant, :service, :month, :client, :counted, :up, :target_ppm, :percent,
        :base_cents, :credit_cents, :credit_number, :now)
on conflict do nothing;

-- name: list_closed
-- The clients whose month is closed.
select coalesce(array_agg(client), '{}') from service_month
 where tenant = :tenant and service = :service and month = :month;

-- name: list_months
-- A client's months, newest first.
select client as tenant, service, month, counted, up, target_ppm, percent, base_cents, credit_cents,
       credit_number, closed_at
  from service_month
 where client = :tenant
 order by month desc, service
 limit :wanted;
