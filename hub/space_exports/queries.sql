-- name: list_members
-- Who is in a space, those after one of them.
select m.person,
       jsonb_build_object('person', m.person, 'name', p.name, 'email', p.email, 'role', m.role,
                          'since', m.since)::text as line
  from space_member m join person p on p.id = m.person
 where m.space = :space and m.person > :after
 order by m.person limit :wanted;

-- name: list_posts
-- What was written, whatever became of it.
select p.id,
       jsonb_build_object('id', p.id, 'answers', p.answers, 'author', p.author, 'name', n.name,
                          'title', p.title, 'body', p.body, 'state', p.state,
                          'attached', p.attached, 'posted_at', p.posted_at,
                          'edited_at', p.edited_at)::text as line
  from space_post p left join person n on n.id = p.author
 where p.space = :space and p.id > :after
 order by p.id limit :wanted;

-- name: list_decisions
-- What was decided, never who had reported it.
select d.id,
       jsonb_build_object('id', d.id, 'post', d.post, 'kind', d.kind, 'ground', d.ground,
                          'words', d.words, 'reported', d.reported, 'decided_at', d.decided_at,
                          'appeal', d.appeal, 'appealed_at', d.appealed_at, 'outcome', d.outcome,
                          'answer', d.answer, 'answered_at', d.answered_at)::text as line
  from space_decision d join space_post p on p.tenant = d.tenant and p.id = d.post
 where p.space = :space and d.id > :after
 order by d.id limit :wanted;

-- name: list_events
select e.post as id,
       jsonb_build_object('post', e.post, 'place', e.place, 'zone', e.zone, 'begins_at', e.begins_at,
                          'ends_at', e.ends_at, 'cancelled', e.cancelled,
                          'answers', coalesce((select jsonb_agg(jsonb_build_object(
                              'person', a.person, 'answer', a.answer) order by a.person)
                              from space_attendance a
                             where a.tenant = e.tenant and a.post = e.post), '[]'))::text as line
  from space_event e join space_post p on p.tenant = e.tenant and p.id = e.post
 where p.space = :space and e.post > :after
 order by e.post limit :wanted;

-- name: list_polls
-- Of those that are over what was chosen, and by whom where the vote was open.
select q.post as id,
       jsonb_build_object('post', q.post, 'kind', q.kind, 'choices', q.choices, 'secret', q.secret,
                          'closes_at', q.closes_at,
                          'votes', case when q.closes_at <= :now then coalesce((
                              select jsonb_agg(jsonb_build_object('choice', t.choice,
                                                                  'votes', t.votes) order by t.choice)
                                from space_tally t
                               where t.tenant = q.tenant and t.post = q.post), '[]') end,
                          'voters', case when q.closes_at <= :now and not q.secret then coalesce((
                              select jsonb_agg(jsonb_build_object('person', v.person,
                                                                  'choice', v.choice) order by v.person)
                                from space_voter v
                               where v.tenant = q.tenant and v.post = q.post), '[]') end)::text as line
  from space_poll q join space_post p on p.tenant = q.tenant and p.id = q.post
 where p.space = :space and q.post > :after
 order by q.post limit :wanted;

-- name: find_document
-- The next document after one of them.
select d.post as id, d.name, d.content
  from space_document d join space_post p on p.tenant = d.tenant and p.id = d.post
 where p.space = :space and d.post > :after
 order by d.post limit 1;

-- name: claim_export
-- Whoever is first packs it, the others later.
update community_space set export_until = :until
 where id = :space and (export_until is null or export_until <= :now);

-- name: release_export
update community_space set export_until = null where id = :space and export_until = :until;
