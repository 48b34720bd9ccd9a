-- name: insert_entry
-- Write down one act, in the transaction of the act.
insert into audit_entry (tenant, at, actor, action, subject, reason, detail)
values (:tenant, :now, :actor, :action, :subject, :reason, :detail);

-- name: list_entries
-- A tenant's newest acts before one of them.
select id, tenant, at, actor, action, subject, reason, detail
  from audit_entry
 where tenant = :tenant and id < :before
 order by id desc
 limit :wanted;

-- name: list_entries_of_all
-- The newest acts over all tenants.
select id, tenant, at, actor, action, subject, reason, detail
  from audit_entries_of_all(:before, :wanted);

-- name: lock_chain
-- One linker at a time; a rival goes home instead of waiting.
select pg_try_advisory_xact_lock(:key);

-- name: find_head
-- The last link of the chain.
select seq, entry, hash, previous_hash from audit_link order by seq desc limit 1;

-- name: list_waiting
-- The oldest entries to link.
select id, tenant, at, actor, action, subject, reason, detail from waiting_audit_entries(:wanted);

-- name: insert_links
-- Append links to the chain.
insert into audit_link (seq, entry, hash, previous_hash)
select * from unnest(:seqs::bigint[], :entries::bigint[], :hashes::bytea[], :previous::bytea[]);

-- name: stop_waiting
-- These are linked now.
delete from audit_waiting where entry = any(:entries::bigint[]);

-- name: list_linked
-- Links in order with their entries as they read today.
select seq, entry, hash, previous_hash, id, tenant, at, actor, action, subject, reason, detail
  from linked_audit_entries(:after, :wanted);

-- name: find_walk
-- How far the chain was verified. Not locked: a walk is long.
select newest_seq, newest_hash, whole_seq, whole_hash, whole_at, sought from audit_walk;

-- name: keep_walk
-- How far a walk came, if no other came further meanwhile.
insert into audit_walk (newest_seq, newest_hash, whole_seq, whole_hash, whole_at, walked_at)
values (:newest_seq, :newest_hash, :whole_seq, :whole_hash, :whole_at, :now)
on conflict (one) do update
   set newest_seq = excluded.newest_seq, newest_hash = excluded.newest_hash,
       whole_seq = excluded.whole_seq, whole_hash = excluded.whole_hash,
       whole_at = excluded.whole_at, walked_at = excluded.walked_at
 where excluded.newest_seq >= audit_walk.newest_seq
   and (coalesce(excluded.whole_at, '-infinity'), excluded.whole_seq)
    >= (coalesce(audit_walk.whole_at, '-infinity'), audit_walk.whole_seq);

-- name: keep_sought
-- How far entries were looked for in the chain.
update audit_walk set sought = :sought;

-- name: find_forgotten
-- The next entries by their ids: the last of them, and the first that is neither linked nor waiting.
select last, forgotten from forgotten_audit_entry(:after, :wanted);

-- name: append_own_links
-- Put the next links into the own chains of whose acts they seal.
select append_own_links(:wanted);

-- name: find_broken_own
-- The first of some links that is not in its organisation's own chain as it must be.
select seq, entry from broken_own_link(:after, :until);

-- name: list_own
-- A tenant's own links in order, each with the hub's link that it names and the act as it reads today.
select o.number, o.seq, o.hash, l.hash as link, l.previous_hash as previous,
       e.id, e.tenant, e.at, e.actor, e.action, e.subject, e.reason, e.detail
  from audit_own_link o
  left join audit_link l on l.seq = o.seq
  left join audit_entry e on e.id = l.entry
 where o.tenant = :tenant and o.number > :after
 order by o.number
 limit :wanted;
