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

-- name: list_runs
-- The times in which a service did not answer, newest first: minutes in which it did not, or in which
-- nobody asked although it was measured before, with no more than so much between two of them.
with measured as (
  select minute, lag(minute) over (order by minute) as before
    from service_pulse
   where service = :service and minute < :until
     and minute >= coalesce((select max(minute) from service_pulse
                              where service = :service and minute < :since), :since)),
bad as (
  select minute as since, minute + interval '1 minute' as until
    from service_pulse
   where service = :service and not ok and minute >= :since and minute < :until
  union all
  select greatest(before + interval '1 minute', :since), minute
    from measured where minute > before + interval '1 minute'
  union all
  select greatest(max(minute) + interval '1 minute', :since), date_trunc('minute', :until, 'UTC')
    from measured having max(minute) + interval '1 minute' < date_trunc('minute', :until, 'UTC')),
apart as (
  select since, until, since - lag(until) over (order by since) as gap from bad),
numbered as (
  select since, until,
         count(*) filter (where gap is null or gap > :gap) over (order by since) as run
    from apart)
select min(since) as since, max(until) as until
  from numbered group by run having sum(until - since) >= :least
 order by 1 desc limit :wanted;

-- name: keep_measured
-- A month as it is measured now.
insert into service_measured (service, month, counted, up, measured_at)
values (:service, :month, :counted, :up, :now)
on conflict (service, month) do update
   set counted = excluded.counted, up = excluded.up, measured_at = excluded.measured_at;

-- name: list_measured
-- The months of a service, newest first.
select month, counted, up from service_measured
 where service = :service order by month desc limit :wanted;

-- name: insert_incident
-- Something did not work.
insert into service_incident (id, service, began_at, found_at, reported_at, tenants, words)
values (:id, :service, :began_at, :found_at, :now, :tenants::int[], :words);

-- name: change_incident
-- What is known later, each thing once.
update service_incident
   set ended_at = coalesce(ended_at, :ended_at),
       cause = case when cause = '' then :cause else cause end,
       cause_told_at = case when cause = '' and :cause <> '' then :now else cause_told_at end
 where id = :id;

-- name: mark_told
-- Everybody whom an incident concerns has a letter about it.
update service_incident set told_at = :now where id = :id and told_at is null;

-- name: insert_told
-- An organisation has its letters about something; nothing when it had them.
insert into service_told (tenant, about, told_at) values (:tenant, :about, :now)
on conflict do nothing;

-- name: list_owned
-- Organisations with an owner, in the definer's hands.
select tenant from organisations_owned(:after, :named::int[], :wanted);

-- name: find_work
-- Planned work.
select id, service, begins_at, ends_at, announced_at, words from service_work where id = :id;

-- name: find_incident
-- One incident.
select id, service, began_at, found_at, reported_at, told_at, ended_at, tenants, words, cause,
       cause_told_at
  from service_incident where id = :id;

-- name: list_incidents
-- The incidents that touch a span, newest first.
select id, service, began_at, found_at, reported_at, told_at, ended_at, tenants, words, cause,
       cause_told_at
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

-- name: lock_client
-- One service at a time gives something back to a client.
select pg_advisory_xact_lock(
  hashtextextended('service level ' || :tenant::int || ' ' || :client::int, 0))::text;

-- name: insert_month
-- A client's month is closed.
insert into service_month (tenant, service, month, client, number, affair, counted, up, target_ppm,
                           percent, base_cents, credit_cents, credit_number, closed_at)
values (:tenant, :service, :month, :client, :number, :affair, :counted, :up, :target_ppm,
        :percent, :base_cents, :credit_cents, :credit_number, :now)
on conflict do nothing;

-- name: note_looked_at
-- A client's month was gone through, up to a document and an instant.
update service_month
   set through = greatest(through, :through), looked_at = :looked_at
 where tenant = :tenant and service = :service and month = :month and client = :client;

-- name: list_due
-- The clients with documents of a month that were not gone through: none of theirs was, one came
-- later, or an incident of the month did. Read by buyer, until the page is full.
select i.client, i.through
  from (select buyer_organisation as client, max(seq)::int as through
          from invoice
         where tenant = :tenant and delivered_month = :delivered and buyer_organisation > :after
           and content::jsonb ->> 'delivered_until' <= :last
           and coalesce(content::jsonb ->> 'service', '') in ('', :service)
           and not starts_with(source, :note)
         group by buyer_organisation) i
  left join lateral (
       select max(through) as through, max(coalesce(looked_at, closed_at)) as at
         from service_month
        where tenant = :tenant and service = :service and month = :month
          and client = i.client) known on true
 where known.at is null or i.through > known.through
    or exists (select from service_incident s
                where s.service = :service and s.reported_at > known.at and s.began_at < :until
                  and coalesce(s.ended_at, 'infinity') > :since)
 order by i.client
 limit :wanted;

-- name: list_rows
-- The affairs of a client's month that were closed, and how many rows that are.
select affair, count(*)::int as rows from service_month
 where tenant = :tenant and service = :service and month = :month and client = :client
 group by affair order by affair limit :wanted;

-- name: list_months
-- A client's months, newest first.
select client as tenant, service, month, counted, up, target_ppm, percent, base_cents, credit_cents,
       credit_number, closed_at, number, affair
  from service_month
 where client = :tenant and target_ppm > 0
 order by month desc, service, number
 limit :wanted;
