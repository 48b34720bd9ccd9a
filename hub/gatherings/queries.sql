-- name: insert_event
-- It came with its message, and not after its words are gone; sent twice, it is there once.
insert into space_event (tenant, post, place, zone, begins_at, ends_at, changed_at)
select p.tenant, p.id, :place, :zone, :begins_at::timestamptz, :ends_at::timestamptz,
       :now::timestamptz
  from space_post p
 where p.id = :post and p.attached = 'event' and p.body <> ''
   for share
on conflict (tenant, post) do nothing;

-- name: find_event
select e.post, p.author, p.title, p.body, e.place, e.zone, e.begins_at, e.ends_at, e.cancelled,
       e.revision, e.changed_at, p.state = 'shown' as shown,
       (select count(*)::int from space_attendance a
         where a.tenant = e.tenant and a.post = e.post and a.answer = 'yes') as coming
  from space_event e join space_post p on p.tenant = e.tenant and p.id = e.post
 where e.post = :post and p.space = :space;

-- name: lock_event
-- It stays as it is while somebody looks at it to write.
select post from space_event where post = :post for update;

-- name: list_coming
-- What is not over, the next first.
select e.post, p.author, p.title, p.body, e.place, e.zone, e.begins_at, e.ends_at, e.cancelled,
       e.revision, e.changed_at, p.state = 'shown' as shown,
       (select count(*)::int from space_attendance a
         where a.tenant = e.tenant and a.post = e.post and a.answer = 'yes') as coming
  from space_event e join space_post p on p.tenant = e.tenant and p.id = e.post
 where p.space = :space and p.state = 'shown' and e.ends_at > :now
 order by e.begins_at, e.post
 limit :wanted;

-- name: list_past
-- What is over, the last first.
select e.post, p.author, p.title, p.body, e.place, e.zone, e.begins_at, e.ends_at, e.cancelled,
       e.revision, e.changed_at, p.state = 'shown' as shown,
       (select count(*)::int from space_attendance a
         where a.tenant = e.tenant and a.post = e.post and a.answer = 'yes') as coming
  from space_event e join space_post p on p.tenant = e.tenant and p.id = e.post
 where p.space = :space and p.state = 'shown' and e.ends_at <= :now
 order by e.begins_at desc, e.post
 limit :wanted;

-- name: change_event
-- Elsewhere or at another time, as long as it is as it was seen.
update space_event
   set place = :place, zone = :zone, begins_at = :begins_at, ends_at = :ends_at,
       revision = revision + 1, changed_at = :now
 where post = :post and revision = :seen and cancelled = '';

-- name: cancel_event
update space_event set cancelled = :reason, revision = revision + 1, changed_at = :now
 where post = :post and cancelled = '';

-- name: claim_telling
-- Whoever is first to tell of a revision: one row once, and none while its message is hidden.
update space_event e set told = :revision
 where e.post = :post and e.revision = :revision and e.told < :revision
   and exists (select from space_post p
                where p.tenant = e.tenant and p.id = e.post and p.state = 'shown');

-- name: keep_answer
-- One answer of each person; the last one counts.
insert into space_attendance (tenant, post, person, answer, at)
values (:tenant, :post, :person, :answer, :now)
on conflict (tenant, post, person) do update set answer = excluded.answer, at = excluded.at;

-- name: list_comers
-- Who answered, those who come first.
select a.person, n.name, a.answer
  from space_attendance a join person n on n.id = a.person
 where a.post = :post
 order by array_position(array['yes', 'maybe', 'no'], a.answer), n.name, a.person
 limit :wanted;

-- name: count_comers
select count(*)::int from space_attendance where post = :post;

-- name: find_answer
select answer from space_attendance where post = :post and person = :person;

-- name: list_readers
-- Where those read letters who come or may come, and still read the space.
select n.email, n.language
  from space_attendance a
  join person n on n.id = a.person
  join space_member m on m.tenant = a.tenant and m.person = a.person and m.space = :space
 where a.post = :post and a.answer <> 'no'
 order by n.id
 limit :wanted;
