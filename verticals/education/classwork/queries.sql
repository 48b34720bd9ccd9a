-- name: insert_post
-- Given to a class; sent twice, it is there once.
insert into school_post (id, tenant, classroom, kind, title, body, link, due_at, out_of, posted_at)
values (:id, :tenant, :classroom, :kind, :title, :body, :link, :due_at, :out_of, :now)
on conflict (id) do nothing;

-- name: list_posts
-- What a class was given, the newest first; those after one of them.
select p.id, p.classroom, k.title as course, p.kind, p.title, p.body, p.link, p.due_at, p.out_of,
       p.posted_at, p.corrected_at,
       p.taken_back_at is not null as taken_back
  from school_post p join school_class k on k.id = p.classroom
 where p.classroom = :classroom and p.taken_back_at is null
   and (:after::uuid is null
        or exists (select from school_post c
                    where c.id = :after::uuid
                      and (p.posted_at < c.posted_at
                           or p.posted_at = c.posted_at and p.id > c.id)))
 order by p.posted_at desc, p.id
 limit :wanted;

-- name: find_post
-- One of them.
select p.id, p.classroom, k.title as course, p.kind, p.title, p.body, p.link, p.due_at, p.out_of,
       p.posted_at, p.corrected_at,
       p.taken_back_at is not null as taken_back
  from school_post p join school_class k on k.id = p.classroom
 where p.id = :id;

-- name: lock_post
-- It stays as it is while somebody looks at it to write.
select id from school_post where id = :id for update;

-- name: hold_post
-- It reads as it does while somebody hands in their work for it.
select id from school_post where id = :id for share;

-- name: is_marked
-- Whether somebody has a mark for it.
select exists (select from school_work where post = :id and returned_at is not null) as yes;

-- name: correct_post
-- It reads otherwise, and what is handed in is late or not by its hour.
with corrected as (
  update school_post p
     set title = :title, body = :body, link = :link, due_at = :due_at, out_of = :out_of,
         corrected_at = :now
   where p.id = :id and coalesce(p.corrected_at, p.posted_at) = :seen
  returning p.id, p.due_at
), judged as (
  update school_work w set late = w.handed_at > c.due_at
    from corrected c
   where w.post = c.id and w.late <> (w.handed_at > c.due_at)
)
select id from corrected;

-- name: take_back
-- Nobody reads it any more, as long as nothing was handed in for it; nothing of what it said stays.
update school_post p set taken_back_at = :now, title = '…', body = '', link = ''
 where p.id = :id and p.taken_back_at is null
   and not exists (select from school_work w where w.post = p.id);

-- name: list_assignments
-- The assignments of classes, and those for which somebody handed something in whatever their class
-- is by now, the newest first; those after one of them.
select p.id, p.classroom, k.title as course, p.kind, p.title, p.body, p.link, p.due_at, p.out_of,
       p.posted_at, p.corrected_at,
       p.taken_back_at is not null as taken_back
  from school_post p join school_class k on k.id = p.classroom
 where p.kind = 'assignment' and p.taken_back_at is null
   and p.id in (select id from school_post where classroom = any(:classrooms::uuid[])
                union all
                select post from school_work where member = :member)
   and (:after::uuid is null
        or exists (select from school_post c
                    where c.id = :after::uuid
                      and (p.posted_at < c.posted_at
                           or p.posted_at = c.posted_at and p.id > c.id)))
 order by p.posted_at desc, p.id
 limit :wanted;

-- name: keep_work
-- Handed in, or again as long as it is not marked.
insert into school_work (tenant, post, member, body, handed_at, late)
values (:tenant, :post, :member, :body, :now, :late)
on conflict (post, member) do update
   set body = excluded.body, handed_at = excluded.handed_at, late = excluded.late
 where school_work.returned_at is null;

-- name: return_work
-- Marked and given back, as it was read; a mark may be put right.
update school_work set score = :score, comment = :comment, returned_at = :now
 where post = :post and member = :member and handed_at = :handed_seen
   and returned_at is not distinct from :returned_seen::timestamptz;

-- name: find_work
-- What somebody handed in for an assignment.
select post, member, body, handed_at, late, score, comment, returned_at
  from school_work where post = :post and member = :member;

-- name: list_works_of_post
-- What was handed in for an assignment.
select post, member, body, handed_at, late, score, comment, returned_at
  from school_work where post = :post
 order by handed_at, member
 limit :wanted;

-- name: list_works_of_member
-- What somebody handed in for some assignments.
select post, member, body, handed_at, late, score, comment, returned_at
  from school_work where member = :member and post = any(:posts::uuid[])
 order by post
 limit :wanted;

-- name: insert_column
-- A class has one more column of marks; made twice, it is there once.
insert into school_column (id, tenant, classroom, title, out_of, made_at)
values (:id, :tenant, :classroom, :title, :out_of, :now)
on conflict (id) do nothing;

-- name: change_column
-- It is called otherwise, or is out of other points.
update school_column set title = :title, out_of = :out_of where id = :id;

-- name: delete_column
-- It goes, with its marks.
delete from school_column where id = :id;

-- name: list_columns
-- The columns of a class, the newest first.
select c.id, c.classroom, k.title as course, c.title, c.out_of, c.made_at
  from school_column c join school_class k on k.id = c.classroom
 where c.classroom = :classroom
 order by c.made_at desc, c.id
 limit :wanted;

-- name: list_columns_of_member
-- The columns where somebody has a mark, the latest mark first.
select c.id, c.classroom, k.title as course, c.title, c.out_of, c.made_at
  from school_mark m
  join school_column c on c.id = m.part
  join school_class k on k.id = c.classroom
 where m.member = :member
 order by m.told_at desc, c.id
 limit :wanted;

-- name: keep_told
-- A mark as it was told last; one that was given earlier changes nothing.
insert into school_mark (tenant, part, member, given, given_of, comment, activity, grading, told_at)
values (:tenant, :part, :member, :given, :given_of, :comment, :activity, :grading, :told_at)
on conflict (part, member) do update
   set given = excluded.given, given_of = excluded.given_of, comment = excluded.comment,
       activity = excluded.activity, grading = excluded.grading, told_at = excluded.told_at
 where school_mark.told_at <= excluded.told_at;

-- name: list_told
-- The marks of some columns: of everybody, or of some people.
select m.part, m.member, p.given_name || ' ' || p.family_name as name, m.given, m.given_of,
       m.comment, m.activity, m.grading, m.told_at
  from school_mark m join school_member p on p.id = m.member
 where m.part = any(:parts::uuid[])
   and (:members::uuid[] is null or m.member = any(:members::uuid[]))
 order by p.family_name, p.given_name, m.member, m.part
 limit :wanted;

-- name: list_told_of
-- The marks of a column by who has them, from somebody on.
select m.part, m.member, p.given_name || ' ' || p.family_name as name, m.given, m.given_of,
       m.comment, m.activity, m.grading, m.told_at
  from school_mark m join school_member p on p.id = m.member
 where m.part = :part and m.given is not null and m.grading = 'FullyGraded'
   and (:member::uuid is null or m.member = :member::uuid)
   and (:after::uuid is null or m.member > :after::uuid)
 order by m.member
 limit :wanted;
