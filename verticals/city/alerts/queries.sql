-- name: insert_alert
-- A message is written; 0 rows when the same form was sent before.
insert into city_alert
  (id, tenant, chain, replaces, msg_type, state, status, category, urgency, severity, certainty,
   headline, description, instruction, area, polygon, expires_at, written_at, written_by, sent_at)
values
  (:id, :tenant, :chain, :replaces, :msg_type, :state, :status, :category, :urgency, :severity,
   :certainty, :headline, :description, :instruction, :area, :polygon, :expires_at, :now,
   :written_by, :sent_at)
on conflict (id) do nothing;

-- name: find_alert
-- One message.
select id, chain, replaces, msg_type, state, status, category, urgency, severity, certainty,
       headline, description, instruction, area, polygon, expires_at, written_at, written_by,
       sent_at, confirmed_by, identifier, sent,
       exists (select from city_alert n where n.replaces = a.id and n.state = 'sent') as replaced
  from city_alert a where id = :id;

-- name: lock_alert
-- A message, ours until the commit.
select state from city_alert where id = :id for update;

-- name: keep_state
-- A message is told, or given up.
update city_alert set state = :state, sent_at = :sent_at, confirmed_by = :confirmed_by
 where id = :id and state = 'waiting';

-- name: keep_name
-- How a message that was told is called from now on.
update city_alert set identifier = :identifier, sent = :sent
 where id = :id and state = 'sent' and identifier = '';

-- name: list_current
-- What holds now: told, not over, replaced by nothing later. The gravest need no order: few hold.
select id, chain, replaces, msg_type, state, status, category, urgency, severity, certainty,
       headline, description, instruction, area, polygon, expires_at, written_at, written_by,
       sent_at, confirmed_by, identifier, sent, false as replaced
  from city_alert a
 where state = 'sent' and expires_at > :now
   and not exists (select from city_alert n where n.replaces = a.id and n.state = 'sent')
 order by sent_at desc, id limit :wanted;

-- name: list_told
-- What was told since an instant, the newest first.
select id, chain, replaces, msg_type, state, status, category, urgency, severity, certainty,
       headline, description, instruction, area, polygon, expires_at, written_at, written_by,
       sent_at, confirmed_by, identifier, sent,
       exists (select from city_alert n where n.replaces = a.id and n.state = 'sent') as replaced
  from city_alert a
 where state = 'sent' and sent_at > :since order by sent_at desc, id limit :wanted;

-- name: list_own
-- Every message of the town, the newest first.
select id, chain, replaces, msg_type, state, status, category, urgency, severity, certainty,
       headline, description, instruction, area, polygon, expires_at, written_at, written_by,
       sent_at, confirmed_by, identifier, sent,
       exists (select from city_alert n where n.replaces = a.id and n.state = 'sent') as replaced
  from city_alert a order by written_at desc, id limit :wanted;

-- name: list_chain
-- The messages of a chain that were told before an instant, the oldest first.
select id, chain, replaces, msg_type, state, status, category, urgency, severity, certainty,
       headline, description, instruction, area, polygon, expires_at, written_at, written_by,
       sent_at, confirmed_by, identifier, sent, true as replaced
  from city_alert
 where chain = :chain and state = 'sent' and sent_at < :before order by sent_at, id limit :wanted;
