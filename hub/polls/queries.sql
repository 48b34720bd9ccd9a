-- name: insert_poll
-- It came with its message, and not after its words are gone; sent twice, it is there once.
insert into space_poll (tenant, post, kind, choices, secret, closes_at)
select p.tenant, p.id, :kind, :choices::text[], :secret::boolean, :closes_at::timestamptz
  from space_post p
 where p.id = :post and p.attached = 'poll' and p.body <> ''
   for share
on conflict (tenant, post) do nothing;

-- name: find_poll
select q.post, p.author, p.title, p.body, q.kind, q.choices, q.secret, q.closes_at, p.posted_at,
       (select coalesce(sum(t.votes), 0)::int from space_tally t
         where t.tenant = q.tenant and t.post = q.post) as voted
  from space_poll q join space_post p on p.tenant = q.tenant and p.id = q.post
 where q.post = :post and p.space = :space;

-- name: lock_poll
-- Votes of one question are counted one after the other.
select post from space_poll where post = :post for update;

-- name: list_polls
-- Those that are shown, the open ones first, those that close next before the others.
select q.post, p.author, p.title, p.body, q.kind, q.choices, q.secret, q.closes_at, p.posted_at,
       (select coalesce(sum(t.votes), 0)::int from space_tally t
         where t.tenant = q.tenant and t.post = q.post) as voted
  from space_poll q join space_post p on p.tenant = q.tenant and p.id = q.post
 where p.space = :space and p.state = 'shown'
 order by q.closes_at <= :now, abs(extract(epoch from q.closes_at - :now)), q.post
 limit :wanted;

-- name: find_since
-- When somebody came into a space.
select since from space_member where space = :space and person = :person;

-- name: find_own
select choice from space_voter where post = :post and person = :person;

-- name: insert_voter
-- One person, one vote.
insert into space_voter (tenant, post, person, choice)
values (:tenant, :post, :person, :choice)
on conflict (tenant, post, person) do nothing;

-- name: change_voter
update space_voter set choice = :choice where post = :post and person = :person;

-- name: add_vote
insert into space_tally (tenant, post, choice, votes) values (:tenant, :post, :choice, 1)
on conflict (tenant, post, choice) do update set votes = space_tally.votes + 1;

-- name: take_vote
update space_tally set votes = votes - 1 where post = :post and choice = :choice;

-- name: list_counts
-- bounded by the answers of a question
select choice, votes from space_tally where post = :post order by choice;

-- name: list_voters
-- Who chose what, in an open vote.
select n.name, v.choice
  from space_voter v join person n on n.id = v.person
 where v.post = :post and v.choice is not null
 order by n.name, v.person
 limit :wanted;
