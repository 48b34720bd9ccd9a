-- name: insert_space
-- Opened; sent twice, it is there once.
insert into community_space (tenant, id, name, about, rules, moderation, admits, opened_at)
values (:tenant, :id, :name, :about, :rules, :moderation, :admits, :now)
on conflict (tenant, id) do nothing;

-- name: count_spaces
select count(*)::int from community_space where closed_at is null;

-- name: find_seat
-- A space, and somebody before it.
select jsonb_build_object('tenant', s.tenant, 'id', s.id, 'organisation', o.name, 'name', s.name,
         'about', s.about, 'rules', s.rules, 'moderation', s.moderation, 'admits', s.admits,
         'revision', s.revision, 'opened_at', s.opened_at, 'closed_at', s.closed_at) as space,
       :person::int as person, m.role,
       coalesce(b.role in ('owner', 'manager'), false) as governs,
       m.role is null and s.closed_at is null
         and (coalesce(b.role in ('owner', 'manager'), false)
              or s.admits = 'community' and is_of_community(s.tenant, :person::int)) as may_enter
  from community_space s
  join organisation o on o.id = s.tenant
  left join space_member m on m.tenant = s.tenant and m.space = s.id and m.person = :person::int
  left join membership b on b.tenant = s.tenant and b.person = :person::int
 where s.id = :id;

-- name: settle
-- It reads otherwise, as long as it is as it was seen.
update community_space
   set name = :name, about = :about, rules = :rules, moderation = :moderation, admits = :admits,
       revision = revision + 1
 where id = :id and revision = :seen and closed_at is null;

-- name: close_space
update community_space set closed_at = :now, revision = revision + 1
 where id = :id and closed_at is null;

-- name: reopen_space
update community_space set closed_at = null, revision = revision + 1
 where id = :id and closed_at is not null;

-- name: lock_space
-- Decide about its members one after the other.
select id from community_space where id = :id for update;

-- name: list_own
-- The spaces that somebody is in, over all organisations.
select tenant, id, name, about, organisation, role, closed from spaces_of_person(:person, :wanted);

-- name: list_to_enter
-- Those that they may enter.
select tenant, id, name, about, organisation, role, closed from spaces_to_enter(:person, :wanted);

-- name: insert_member
insert into space_member (tenant, space, person, role, since)
values (:tenant, :space, :person, :role, :now)
on conflict (tenant, space, person) do nothing;

-- name: change_role
update space_member set role = :role where space = :space and person = :person and role <> :role;

-- name: delete_member
delete from space_member where space = :space and person = :person;

-- name: count_members
select count(*)::int from space_member where space = :space;

-- name: list_members
-- Who is in a space, the moderators first; those after one of them.
select m.person, p.name, p.email, m.role, m.since
  from space_member m join person p on p.id = m.person
 where m.space = :space
   and (:after::int is null
        or exists (select from space_member c join person n on n.id = c.person
                    where c.space = m.space and c.person = :after::int
                      and (m.role <> 'moderator', p.name, m.person)
                          > (c.role <> 'moderator', n.name, c.person)))
 order by m.role <> 'moderator', p.name, m.person
 limit :wanted;

-- name: find_member
select m.person, p.name, p.email, m.role, m.since
  from space_member m join person p on p.id = m.person
 where m.space = :space and m.person = :person;

-- name: count_other_moderators
-- How many others than somebody decide in a space: its moderators, and who runs its organisation.
select count(*)::int
  from (select person from space_member where space = :space and role = 'moderator'
        union
        select person from membership
         where tenant = :tenant and role in ('owner', 'manager')) as all_of_them
 where person <> :person;

-- name: find_reader
-- Where a person reads letters.
select email, language from person where id = :person;

-- name: insert_post
-- Written; sent twice, it is there once.
insert into space_post (tenant, id, space, answers, author, attached, title, body, state, posted_at,
                        shown_at)
values (:tenant, :id, :space, :answers, :author, :attached, :title, :body, :state, :now,
        case when :state::text = 'shown' then :now::timestamptz end)
on conflict (tenant, id) do nothing;

-- name: count_posts_since
-- How much somebody wrote lately.
select count(*)::int from space_post
 where space = :space and author = :author and posted_at > :since;

-- name: find_post
select p.id, p.answers, p.author, n.name, p.attached, p.title, p.body, p.state, p.revision, p.posted_at,
       p.edited_at,
       (select count(*)::int from space_post a
         where a.tenant = p.tenant and a.answers = p.id and a.state = 'shown') as replies
  from space_post p left join person n on n.id = p.author
 where p.id = :id and p.space = :space;

-- name: lock_post
-- It stays as it is while somebody looks at it to write.
select id from space_post where id = :id and space = :space for update;

-- name: list_threads
-- What was written, the newest first; what waits or was taken off only to who wrote it, or above
-- answers that are shown. Those after one of them.
select p.id, p.answers, p.author, n.name, p.attached, p.title, p.body, p.state, p.revision, p.posted_at,
       p.edited_at,
       (select count(*)::int from space_post a
         where a.tenant = p.tenant and a.answers = p.id and a.state = 'shown') as replies
  from space_post p left join person n on n.id = p.author
 where p.space = :space and p.answers is null
   and (p.state = 'shown' or p.author = :person and p.state <> 'taken_back'
        or exists (select from space_post a
                    where a.tenant = p.tenant and a.answers = p.id and a.state = 'shown'))
   and (:after::uuid is null
        or exists (select from space_post c
                    where c.id = :after::uuid
                      and (p.posted_at < c.posted_at
                           or p.posted_at = c.posted_at and p.id > c.id)))
 order by p.posted_at desc, p.id
 limit :wanted;

-- name: list_answers
-- What was answered, the oldest first, likewise.
select p.id, p.answers, p.author, n.name, p.attached, p.title, p.body, p.state, p.revision, p.posted_at,
       p.edited_at, 0 as replies
  from space_post p left join person n on n.id = p.author
 where p.answers = :thread
   and (p.state = 'shown' or p.author = :person and p.state <> 'taken_back')
   and (:after::uuid is null
        or exists (select from space_post c
                    where c.id = :after::uuid
                      and (p.posted_at > c.posted_at
                           or p.posted_at = c.posted_at and p.id > c.id)))
 order by p.posted_at, p.id
 limit :wanted;

-- name: list_waiting
-- What waits to be looked at, the oldest first.
select p.id, p.answers, p.author, n.name, p.attached, p.title, p.body, p.state, p.revision, p.posted_at,
       p.edited_at, 0 as replies
  from space_post p left join person n on n.id = p.author
 where p.space = :space and p.state = 'waiting'
 order by p.posted_at, p.id
 limit :wanted;

-- name: list_reported
-- What somebody reported, the oldest report first.
select p.id, p.answers, p.author, n.name, p.attached, p.title, p.body, p.state, p.revision, p.posted_at,
       p.edited_at, 0 as replies
  from (select r.tenant, r.post, min(r.reported_at) as first_at from space_report r
         where r.outcome is null group by r.tenant, r.post) w
  join space_post p on p.tenant = w.tenant and p.id = w.post
  left join person n on n.id = p.author
 where p.space = :space and p.state = 'shown'
 order by w.first_at, p.id
 limit :wanted;

-- name: edit_post
-- It reads otherwise, as long as it is as it was seen.
update space_post
   set title = :title, body = :body, state = :state, edited_at = :now, revision = revision + 1
 where id = :id and revision = :seen and state in ('shown', 'waiting');

-- name: take_back
-- Its words go.
update space_post set title = '', body = '', state = 'taken_back', revision = revision + 1
 where id = :id and state <> 'taken_back';

-- name: move_post
-- What a moderator decides.
update space_post
   set state = :state, revision = revision + 1,
       shown_at = case when :state::text = 'shown' then coalesce(shown_at, :now::timestamptz)
                       else shown_at end
 where id = :id;

-- name: find_shown
-- Since when a post is shown; nothing for one that never was.
select shown_at from space_post where id = :id;

-- name: insert_report
-- Somebody reports a post: one report of each person waits.
insert into space_report (tenant, id, post, reporter, ground, words, reported_at)
values (:tenant, :id, :post, :reporter, :ground, :words, :now)
on conflict do nothing;

-- name: count_open_reports
select count(*)::int from space_report where post = :post and outcome is null;

-- name: list_reports
-- The open reports of some posts.
select id, post, ground, words, reported_at from space_report
 where post = any(:posts::uuid[]) and outcome is null
 order by reported_at, id
 limit :wanted;

-- name: list_reporters
-- Who reported a post and waits for an answer.
-- bounded by the reports that a post may have open
select p.email, p.language from space_report r join person p on p.id = r.reporter
 where r.post = :post and r.outcome is null
 order by p.id;

-- name: close_reports
update space_report set outcome = :outcome, closed_at = :now where post = :post and outcome is null;

-- name: insert_decision
insert into space_decision (tenant, id, post, kind, ground, words, reported, decided_by, decided_at)
values (:tenant, :id, :post, :kind, :ground, :words, :reported, :decided_by, :now);

-- name: find_decision
select d.id, d.post, d.kind, d.ground, d.words, d.reported, d.decided_by, d.decided_at, d.appeal,
       d.appealed_at, d.outcome, d.answer, d.answered_by, d.answered_at
  from space_decision d join space_post p on p.tenant = d.tenant and p.id = d.post
 where d.id = :id and p.space = :space;

-- name: find_last_decision
-- Why a post is not shown.
select d.id, d.post, d.kind, d.ground, d.words, d.reported, d.decided_by, d.decided_at, d.appeal,
       d.appealed_at, d.outcome, d.answer, d.answered_by, d.answered_at
  from space_decision d
 where d.post = :post and d.kind <> 'kept'
 order by d.decided_at desc, d.id limit 1;

-- name: list_appeals
-- The complaints that wait for an answer, the oldest first: none about what its author took back.
select d.id, d.post, d.kind, d.ground, d.words, d.reported, d.decided_by, d.decided_at, d.appeal,
       d.appealed_at, d.outcome, d.answer, d.answered_by, d.answered_at
  from space_decision d join space_post p on p.tenant = d.tenant and p.id = d.post
 where p.space = :space and p.state in ('refused', 'removed')
   and d.appealed_at is not null and d.outcome is null
 order by d.appealed_at, d.id
 limit :wanted;

-- name: keep_appeal
update space_decision set appeal = :appeal, appealed_at = :now where id = :id and appeal is null;

-- name: keep_answer
update space_decision
   set outcome = :outcome, answer = :answer, answered_by = :answered_by, answered_at = :now
 where id = :id and appeal is not null and outcome is null;

-- name: list_tenants_with_old
-- Whose spaces hold something old, those after one of them.
select tenant from tenants_with_old_decisions(:before, :after, :wanted) as tenant;

-- name: forget_words
-- The words of a post that was taken off and that nobody may contest any more.
update space_post p set title = '', body = ''
 where p.state in ('refused', 'removed') and p.body <> ''
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]))
   and not exists (select from space_decision d
                    where d.tenant = p.tenant and d.post = p.id
                      and (d.decided_at > :before
                           or d.appealed_at is not null and d.outcome is null));

-- name: forget_decisions
-- Also those whose complaint nobody answers, as the message was taken back.
delete from space_decision d where d.decided_at <= :before
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]))
   and (d.appealed_at is null or d.answered_at <= :before
        or exists (select from space_post p
                    where p.tenant = d.tenant and p.id = d.post and p.state = 'taken_back'));

-- name: forget_reports
delete from space_report where closed_at <= :before
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]));

-- name: find_space
select s.tenant, s.id, o.name as organisation, s.name, s.about, s.rules, s.moderation, s.admits,
       s.revision, s.opened_at, s.closed_at
  from community_space s join organisation o on o.id = s.tenant
 where s.id = :id;
