-- name: insert_proposal
insert into proposal (tenant, id, number, kind, agreement, title, reasons, text, base, state,
                      effective_on, until_on, proposed_at)
select :tenant, :id, coalesce(max(number), 0) + 1, :kind, :agreement, :title, :reasons,
       :text::jsonb, :base, 'draft', :effective_on, :until_on, :now
  from proposal where tenant = :tenant;

-- name: save_draft
update proposal set title = :title, reasons = :reasons, text = :text::jsonb, base = :base,
       effective_on = :effective_on
 where id = :id and state = 'draft' and kind = 'text';

-- name: find_proposal
select id, number, kind, agreement, title, reasons, text, base, state, statute, effective_on,
       until_on, proposed_at, opens_at, closes_at, result, first_result, minutes_hash
  from proposal where id = :id;

-- name: lock_proposal
-- The same, so that its state changes once.
select id, number, kind, agreement, title, reasons, text, base, state, statute, effective_on,
       until_on, proposed_at, opens_at, closes_at, result, first_result, minutes_hash
  from proposal where id = :id for update;

-- name: list_proposals
-- The newest first.
select id, number, kind, agreement, title, reasons, text, base, state, statute, effective_on,
       until_on, proposed_at, opens_at, closes_at, result, first_result, minutes_hash
  from proposal order by number desc limit :wanted;

-- name: announce
update proposal set state = :state, statute = :statute::jsonb, opens_at = :opens_at,
       closes_at = :closes_at, effective_on = :effective_on
 where id = :id;

-- name: move
update proposal set state = :state where id = :id;

-- name: keep_result
update proposal set state = :state, result = :result::jsonb, minutes_hash = :minutes_hash,
       first_result = case when :call = 1 then :result::jsonb else first_result end
 where id = :id;

-- name: list_due
select tenant, id from proposals_due(:now, :wanted);

-- name: list_turns
-- What begins or ends by its date and was not told yet, over all federations.
select tenant, kind, subject, day from agreement_turns(:today, :wanted);

-- name: tell_once
-- Whoever writes this first tells it.
insert into assembly_told (tenant, what, at) values (:tenant, :what, :now) on conflict do nothing;

-- name: insert_comment
insert into proposal_comment (tenant, id, proposal, author, body, at)
values (:tenant, :id, :proposal, :author, :body, :now);

-- name: list_comments
select author, body, at from proposal_comment where proposal = :proposal order by at, id limit :wanted;

-- name: call_roll
-- The register as it is becomes the roll of a vote.
insert into assembly_roll (tenant, proposal, member, name, college)
select :tenant, :proposal, r.member, r.name, r.college
  from unnest(:members::int[], :names::text[], :colleges::text[]) as r (member, name, college)
on conflict do nothing;

-- name: list_roll
-- Who may vote, and whether they voted at this call.
select r.member, r.name, r.college, p.holder, b.choice, b.cast_by
  from assembly_roll r
  left join proxy p on p.proposal = r.proposal and p.giver = r.member and p.tenant = r.tenant
  left join ballot b on b.proposal = r.proposal and b.member = r.member and b.call = :call
                    and b.tenant = r.tenant
 where r.proposal = :proposal order by r.college, r.name, r.member limit :wanted;

-- name: find_voter
select r.member, r.name, r.college, p.holder, b.choice, b.cast_by
  from assembly_roll r
  left join proxy p on p.proposal = r.proposal and p.giver = r.member and p.tenant = r.tenant
  left join ballot b on b.proposal = r.proposal and b.member = r.member and b.call = :call
                    and b.tenant = r.tenant
 where r.proposal = :proposal and r.member = :member;

-- name: count_held
-- How many proxies a member holds.
select count(*)::int from proxy where proposal = :proposal and holder = :holder;

-- name: insert_proxy
insert into proxy (tenant, proposal, giver, holder, given_at)
values (:tenant, :proposal, :giver, :holder, :now)
on conflict do nothing;

-- name: delete_proxy
delete from proxy where proposal = :proposal and giver = :giver;

-- name: cast
-- One ballot a member and call: the last one counts.
insert into ballot (tenant, proposal, call, member, choice, cast_by, at)
values (:tenant, :proposal, :call, :member, :choice, :cast_by, :now)
on conflict (tenant, proposal, call, member) do update
   set choice = excluded.choice, cast_by = excluded.cast_by, at = excluded.at;

-- name: count_ballots
-- Each college of the roll: how many may vote, and how they voted.
select r.college, count(*)::int as enrolled,
       count(*) filter (where b.choice = 'yes')::int as yes,
       count(*) filter (where b.choice = 'no')::int as no,
       count(*) filter (where b.choice = 'abstain')::int as abstain
  from assembly_roll r
  left join ballot b on b.proposal = r.proposal and b.member = r.member and b.call = :call
                    and b.tenant = r.tenant
 where r.proposal = :proposal group by r.college order by r.college;
