-- name: insert_service
-- A kind of report, after those that are there; 0 rows when its code is taken.
insert into city_service (tenant, code, name, description, keywords, "group", attributes, rank)
select :tenant, :code, :name, :description, :keywords::text[], :group, :attributes::jsonb,
       coalesce((select max(rank) from city_service), 0) + 1
on conflict do nothing;

-- name: keep_active
-- A kind of report is taken in, or no longer.
update city_service set active = :active where code = :code;

-- name: list_services
-- The kinds of reports, in their order.
select code, name, description, keywords, "group", attributes, active
  from city_service order by rank, code limit :wanted;

-- name: find_service
-- One kind of report.
select code, name, description, keywords, "group", attributes, active
  from city_service where code = :code;

-- name: next_number
-- The number of the next report; who comes at once waits for the commit.
insert into city_report_count (tenant, last) values (:tenant, 1)
on conflict (tenant) do update set last = city_report_count.last + 1
returning last;

-- name: give_number_back
-- The number that was drawn is not needed: who came at the same instant has taken this report in.
update city_report_count set last = last - 1 where tenant = :tenant;

-- name: insert_report
-- A report comes in.
insert into city_report
  (id, tenant, number, service, description, address, lat, lng, attributes, state, duplicate_of,
   sent_at, updated_at, first_name, last_name, email, phone, media_url)
values
  (:id, :tenant, :number, :service, :description, :address, :lat, :lng, :attributes::jsonb,
   'received', :duplicate_of, :now, :now, :first_name, :last_name, :email, :phone, :media_url);

-- name: count_recent
-- How many came in since an instant.
select count(*)::int as reports from city_report where sent_at > :since;

-- name: find_report
-- One report.
select r.id, r.number, r.service, s.name as service_name, r.description, r.address, r.lat, r.lng,
       r.state, r.answer, r.sent_at, r.updated_at, r.shown, r.duplicate_of, r.attributes,
       r.revision,
       exists (select from city_report_photo p where p.report = r.id) as has_photo
  from city_report r join city_service s on s.tenant = r.tenant and s.code = r.service
 where r.id = :id;

-- name: lock_report
-- A report, ours until the commit.
select number from city_report where id = :id for update;

-- name: list_numbered
-- The reports of some numbers.
select r.id, r.number, r.service, s.name as service_name, r.description, r.address, r.lat, r.lng,
       r.state, r.answer, r.sent_at, r.updated_at, r.shown, r.duplicate_of, r.attributes,
       r.revision,
       exists (select from city_report_photo p where p.report = r.id) as has_photo
  from city_report r join city_service s on s.tenant = r.tenant and s.code = r.service
 where r.number = any(:numbers::int[]) order by r.number;

-- name: list_reports
-- Reports that came in between two instants, the newest first.
select r.id, r.number, r.service, s.name as service_name, r.description, r.address, r.lat, r.lng,
       r.state, r.answer, r.sent_at, r.updated_at, r.shown, r.duplicate_of, r.attributes,
       r.revision,
       exists (select from city_report_photo p where p.report = r.id) as has_photo
  from city_report r join city_service s on s.tenant = r.tenant and s.code = r.service
 where r.sent_at >= :since and r.sent_at <= :until
   and (:states::text[] = '{}' or r.state = any(:states::text[]))
   and (:services::text[] = '{}' or r.service = any(:services::text[]))
 order by r.sent_at desc, r.number desc limit :wanted;

-- name: list_before
-- Reports of some states with smaller numbers than one, that came in since an instant: the newest
-- first, a page of them.
select r.id, r.number, r.service, s.name as service_name, r.description, r.address, r.lat, r.lng,
       r.state, r.answer, r.sent_at, r.updated_at, r.shown, r.duplicate_of, r.attributes,
       r.revision,
       exists (select from city_report_photo p where p.report = r.id) as has_photo
  from city_report r join city_service s on s.tenant = r.tenant and s.code = r.service
 where r.number < :before and r.sent_at >= :since
   and (:states::text[] = '{}' or r.state = any(:states::text[]))
 order by r.number desc limit :wanted;

-- name: list_near
-- Open reports of one kind that lie in a small square, the oldest first.
select r.id, r.number, r.service, s.name as service_name, r.description, r.address, r.lat, r.lng,
       r.state, r.answer, r.sent_at, r.updated_at, r.shown, r.duplicate_of, r.attributes,
       r.revision,
       exists (select from city_report_photo p where p.report = r.id) as has_photo
  from city_report r join city_service s on s.tenant = r.tenant and s.code = r.service
 where r.service = :service and r.state in ('received', 'accepted', 'working')
   and r.duplicate_of is null
   and r.lat between :south and :north and r.lng between :west and :east
 order by r.number limit :wanted;

-- name: find_sender
-- Who sent a report.
select first_name, last_name, email, phone, media_url from city_report where id = :id;

-- name: keep_answer
-- What becomes of a report, and what is said of it.
update city_report
   set state = :state, answer = :answer, shown = :shown, updated_at = :now, revision = revision + 1
 where id = :id;

-- name: insert_photo
-- The photo of a report, sealed.
insert into city_report_photo (report, tenant, width, height, sealed)
values (:report, :tenant, :width, :height, :sealed);

-- name: find_photo
-- The photo of a report: sealed, or as it was taken in before photos were.
select width, height, content, sealed from city_report_photo where report = :report;

-- name: list_bare_photos
-- Some photos that are not sealed yet, kept from others until the commit.
select report, content from city_report_photo where sealed is null
 order by report limit 20 for update skip locked;

-- name: seal_photo
-- A photo that was taken in before is sealed.
update city_report_photo set sealed = :sealed, content = null
 where report = :report and sealed is null;

-- name: list_bare_towns
-- Some towns with photos that are not sealed yet: over all walls, ids only.
-- bounded by the function
select tenant from towns_with_bare_photos(:after) as tenant;

-- name: insert_step
-- A step of a report.
insert into city_report_step (tenant, report, at, state, words)
values (:tenant, :report, :now, :state, :words);

-- name: list_steps
-- The steps of a report, the newest first.
select at, state, words from city_report_step where report = :report order by id desc limit :wanted;
