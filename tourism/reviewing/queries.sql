-- name: insert_review
-- A review, once a booking; 0 rows when there is one.
insert into review (id, tenant, property, booking, author, email, language, score, text,
                    stayed_from, stayed_until, state, published_at)
values (:id, :tenant, :property, :booking, :author, :email, :language, :score, :text,
        :stayed_from, :stayed_until, 'published', :now)
on conflict (booking) do nothing;

-- name: find_of_booking
-- The review of a stay.
select id, tenant, property, booking, author, email, language, score, text, stayed_from,
       stayed_until, state, published_at, closed_at, reason, words, reply, replied_at
  from review where booking = :booking;

-- name: find_review
-- One review.
select id, tenant, property, booking, author, email, language, score, text, stayed_from,
       stayed_until, state, published_at, closed_at, reason, words, reply, replied_at
  from review where id = :id;

-- name: lock_review
-- One review, ours until the commit.
select id, tenant, property, booking, author, email, language, score, text, stayed_from,
       stayed_until, state, published_at, closed_at, reason, words, reply, replied_at
  from review where id = :id
   for update;

-- name: list_own
-- The reviews of the own house, the newest first.
select id, tenant, property, booking, author, email, language, score, text, stayed_from,
       stayed_until, state, published_at, closed_at, reason, words, reply, replied_at
  from review
 order by published_at desc, id
 limit :wanted;

-- name: keep_reply
-- The house's reply; another replaces it.
update review set reply = :reply, replied_at = :now where id = :id and state = 'published';

-- name: withdraw_review
-- The author takes it back: its words go.
update review set state = 'withdrawn', closed_at = :now, text = '-', reply = null, replied_at = null
 where id = :id and state = 'published';

-- name: remove_review
-- Taken off, for a reason.
update review set state = 'removed', closed_at = :now, reason = :reason, words = :words
 where id = :id and state = 'published';

-- name: insert_report
-- Somebody reports a review.
insert into review_report (id, tenant, review, by_house, reason, words, reported_at)
values (:id, :tenant, :review, :by_house, :reason, :words, :now);

-- name: count_open_reports
-- How many reports of a review wait.
select count(*)::int from review_report where review = :review and decision is null;

-- name: decide_reports
-- What was decided about the open reports of a review.
update review_report set decision = :decision, decided_at = :now
 where review = :review and decision is null;

-- name: list_reported
-- Reviews over all tenants that wait for a decision.
select id, tenant, property, house, commune, author, language, score, text, stayed_from,
       stayed_until, published_at, reply, reports
  from reported_reviews(:wanted);

-- name: list_stays_over
-- Stays over all tenants whose guest is to be asked, after one of them.
select tenant, booking from stays_to_review(:first, :last, :after, :after_booking, :wanted);

-- name: list_tenants_with_old
-- Tenants with reviews that are too old to be kept.
select tenant from tenants_with_old_reviews(:before);

-- name: forget_old
-- Forget reviews that are too old, with their reports; none while an order keeps them.
delete from review where published_at <= :before
   and not (select legal_hold_on(array[current_setting('app.tenant')::int]));
