-- name: insert_request
-- A stay that its house is asked for, with its first revision; 0 rows when the quote is asked or
-- held already, or the reference is taken.
with asked as (
  insert into booking (id, tenant, property, quote, reference, state, revision, arrival, departure,
                       total_cents, document, guest, held_at, expires_at)
  select :id, :tenant, q.property, q.id, :reference, 'requested', 1, q.arrival, q.departure,
         q.total_cents, q.document, :guest::jsonb, :now, :until
    from quote q
   where q.id = :quote
  on conflict do nothing
  returning id
)
insert into booking_revision (booking, revision, tenant, state, event, reason, actor, at)
select id, 1, :tenant, 'requested', 'request', 'requested', :actor, :now from asked;

-- name: find_of_quote
-- The booking that was made of a quote.
select id, tenant, property, reference, state, revision, arrival, departure, total_cents,
       refund_cents, document as quote, guest, held_at, expires_at, confirmed_at, cancelled_at,
       rooms_of(id) as reservations, version, kept_cents, changing, owed_cents
  from booking where quote = :quote;

-- name: list_requests
-- What waits for the house's answer, the soonest to lapse first.
select id, tenant, property, reference, state, revision, arrival, departure, total_cents,
       refund_cents, document as quote, guest, held_at, expires_at, confirmed_at, cancelled_at,
       rooms_of(id) as reservations, version, kept_cents, changing, owed_cents
  from booking where state = 'requested'
 order by expires_at, reference
 limit :wanted;
