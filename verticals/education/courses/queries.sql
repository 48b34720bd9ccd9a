-- name: find_rules
-- What the head allows.
select hosts, opens from school_course_rules;

-- name: find_course
-- A course as it is written.
select id, author, draft, version, opened, closed_at from school_course where id = :id;

-- name: find_version
-- A version as it was published.
select course, version, content from school_course_version
 where course = :course and version = :version;

-- name: list_classes
-- The same, as they are kept.
select classroom from school_course_class where course = :course
 order by classroom
 limit :wanted;

-- name: list_written
-- The courses of an author, and those without one in some classes; without an author, all of them.
-- The newest first.
select c.id, c.draft->>'title' as title,
       coalesce(m.given_name || ' ' || m.family_name, '') as author,
       c.version, c.opened, c.closed_at,
       (select count(*) from school_enrolment e where e.course = c.id) as learners,
       (select count(*) from school_enrolment e
         where e.course = c.id and e.finished_at is not null) as finished
  from school_course c left join school_member m on m.id = c.author
 where :everybody or c.author = :author
    or c.author is null and exists (select from school_course_class k
                                     where k.course = c.id
                                       and k.classroom = any(:classrooms::uuid[]))
 order by c.written_at desc, c.id
 limit :wanted;

-- name: list_offered
-- The courses that somebody follows, and those that are given in some classes; what is begun and not
-- finished first.
select c.id, v.content->>'title' as title, (v.content->>'minutes')::int as minutes, e.began_at,
       e.finished_at
  from school_course c
  left join school_enrolment e on e.course = c.id and e.member = :member
  join school_course_version v
    on v.course = c.id and v.version = coalesce(e.version, c.version)
 where e.id is not null
    or c.closed_at is null
       and exists (select from school_course_class k
                    where k.course = c.id and k.classroom = any(:classrooms::uuid[]))
 order by e.finished_at is not null, e.began_at desc nulls last, title, c.id
 limit :wanted;

-- name: insert_enrolment
-- Somebody begins a course, once.
insert into school_enrolment (id, tenant, course, version, member, name, began_at, seen_at)
values (:id, :tenant, :course, :version, :member, :name, :now, :now)
on conflict do nothing;

-- name: count_visitors
-- How many follow a course by an open link.
select count(*) from school_enrolment where course = :course and member is null;

-- name: find_enrolment
-- By its number.
select id, course, version, member, name, extra_tries, began_at, seen_at, finished_at
  from school_enrolment where id = :id;

-- name: find_enrolment_of
-- Of somebody of the school.
select id, course, version, member, name, extra_tries, began_at, seen_at, finished_at
  from school_enrolment where course = :course and member = :member;

-- name: lock_enrolment
-- What somebody did stays as it is while more is done.
select id from school_enrolment where id = :id for update;

-- name: list_enrolments_of_member
-- The courses that somebody follows, as they began them.
select id, course, version, member, name, extra_tries, began_at, seen_at, finished_at
  from school_enrolment where member = :member
 order by began_at, id
 limit :wanted;

-- name: list_enrolments
-- Who follows a course; those after one of them.
select id, course, version, member, name, extra_tries, began_at, seen_at, finished_at
  from school_enrolment
 where course = :course and (:after::uuid is null or id > :after::uuid)
 order by id
 limit :wanted;

-- name: list_names
-- What some people of the school are called.
select id, given_name || ' ' || family_name as said from school_member
 where id = any(:members::uuid[])
 order by id;

-- name: insert_done
-- A step is done, once.
insert into school_course_done (tenant, enrolment, step, done_at)
values (:tenant, :enrolment, :step, :now)
on conflict do nothing;

-- name: list_done
-- What some people did.
select enrolment, step, done_at from school_course_done
 where enrolment = any(:enrolments::uuid[])
 order by enrolment, done_at, step;

-- name: insert_try
-- A quiz is answered; sent twice, it is answered once.
insert into school_course_try (id, tenant, enrolment, step, number, answers, passed, tried_at)
values (:id, :tenant, :enrolment, :step, :number, :answers, :passed, :now)
on conflict (id) do nothing;

-- name: list_tries
-- What some people answered.
select id, enrolment, step, number, answers, passed, tried_at from school_course_try
 where enrolment = any(:enrolments::uuid[])
 order by enrolment, tried_at, number;

-- name: touch
-- Somebody was here.
update school_enrolment set seen_at = :now where id = :id;

-- name: finish
-- Every step is done, since the last of them.
update school_enrolment set finished_at = :now where id = :id and finished_at is null;

-- name: delete_visitor
-- Nothing is left of somebody who came by an open link.
delete from school_enrolment where id = :id and member is null;

-- name: delete_idle_visitors
-- Nothing is left of those who began a course by its link before an instant and did nothing in it, but
-- while an order keeps it.
delete from school_enrolment e
 where e.course = :course and e.member is null and e.began_at <= :before
   and not exists (select from school_course_done d where d.enrolment = e.id)
   and not exists (select from school_course_try t where t.enrolment = e.id)
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]));

-- name: delete_old_visitors
-- Nothing is left of those who came by an open link and were last here before an instant, but while
-- an order keeps it.
delete from school_enrolment where member is null and seen_at <= :before
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]));

-- name: list_schools_due
-- The schools, over all walls, with such people.
select tenant from schools_with_old_visitors(:before)
limit 10000;
