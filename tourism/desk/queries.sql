-- name: list_lines
-- One page of a selection. The wall makes it one house's bookings: they are found by
-- booking_by_arrival or booking_by_held and ordered in memory, a few thousand at most; what is
-- read of the frozen offers is read for the chosen page only. Each word of the text must occur.
with chosen as materialized (
  select b.id
    from booking b
   where b.tenant = :tenant
     and b.state = any (:states::text[])
     and (:first::date is null or b.arrival >= :first)
     and (:last::date is null or b.arrival <= :last)
     and (:text::text = '' or not exists (
          select from unnest(string_to_array(fold_words(:text), ' ')) as word
           where strpos(b.words, word) = 0))
     and (:room_type::int is null or exists (
          select from reservation r where r.booking = b.id and r.room_type = :room_type))
     and (not :unread::bool or exists (
          select from stay_message m
           where m.booking = b.id and m.sender = 'guest' and m.seen_at is null))
   order by case when :sort::text = 'arrival' then b.arrival end,
            case when :sort = 'latest' then b.arrival end desc,
            case when :sort = 'name' then fold_words(b.guest ->> 'last_name') end,
            case when :sort = 'total' then b.total_cents end desc,
            b.held_at desc, b.id
   limit :wanted offset :skipped
)
select b.id, b.reference, b.state, b.arrival, b.departure, b.total_cents, b.refund_cents, b.guest,
       (b.document -> 'adults')::int as adults, b.document -> 'child_ages' as child_ages,
       (select jsonb_agg(jsonb_build_object('code', room -> 'code', 'name', room -> 'name'))
          from jsonb_array_elements(b.document #> '{breakdown,rooms}') as room) as rooms,
       b.document ->> 'plan_code' as plan_code, (b.document -> 'meal_plan')::int as meal_plan,
       case when b.document #>> '{payment,now_cents}' is not null
             and b.document #>> '{payment,balance_on}' is null and b.state in ('confirmed', 'in_house')
            then b.owed_cents else 0 end as at_house_cents,
       b.document ->> 'channel' as channel, b.held_at,
       (select count(*)::int from stay_message m
         where m.booking = b.id and m.sender = 'guest' and m.seen_at is null) as unread,
       exists (select from no_show n where n.booking = b.id and n.decision is null) as undecided
  from chosen join booking b on b.id = chosen.id
 order by case when :sort::text = 'arrival' then b.arrival end,
          case when :sort = 'latest' then b.arrival end desc,
          case when :sort = 'name' then fold_words(b.guest ->> 'last_name') end,
          case when :sort = 'total' then b.total_cents end desc,
          b.held_at desc, b.id;

-- name: sum_states
-- The same selection counted by state; the price less what went back.
select b.state, count(*)::int as bookings, coalesce(sum(b.total_cents - b.refund_cents), 0)::bigint
       as cents
  from booking b
 where b.tenant = :tenant
   and (:first::date is null or b.arrival >= :first)
   and (:last::date is null or b.arrival <= :last)
   and (:text::text = '' or not exists (
        select from unnest(string_to_array(fold_words(:text), ' ')) as word
         where strpos(b.words, word) = 0))
   and (:room_type::int is null or exists (
        select from reservation r where r.booking = b.id and r.room_type = :room_type))
   and (not :unread::bool or exists (
        select from stay_message m
         where m.booking = b.id and m.sender = 'guest' and m.seen_at is null))
 group by b.state;

-- name: find_waiting
-- What waits for the house: unread messages, no-shows without a decision, and requests.
select (select count(*)::int from stay_message
         where tenant = :tenant and sender = 'guest' and seen_at is null) as unread,
       (select count(*)::int from no_show
         where tenant = :tenant and decision is null) as undecided,
       count(*)::int as requested, min(expires_at) as answer_by
  from booking where tenant = :tenant and state = 'requested';

-- name: list_day_lines
-- Who arrives, stays or leaves on a day; also who has not come.
-- bounded by the rooms of a house on one day
select b.id, b.reference, b.state, b.arrival, b.departure, b.total_cents, b.refund_cents, b.guest,
       (b.document -> 'adults')::int as adults, b.document -> 'child_ages' as child_ages,
       (select jsonb_agg(jsonb_build_object('code', room -> 'code', 'name', room -> 'name'))
          from jsonb_array_elements(b.document #> '{breakdown,rooms}') as room) as rooms,
       b.document ->> 'plan_code' as plan_code, (b.document -> 'meal_plan')::int as meal_plan,
       case when b.document #>> '{payment,now_cents}' is not null
             and b.document #>> '{payment,balance_on}' is null and b.state in ('confirmed', 'in_house')
            then b.owed_cents else 0 end as at_house_cents,
       b.document ->> 'channel' as channel, b.held_at, 0 as unread, false as undecided
  from booking b
 where b.tenant = :tenant and b.state in ('confirmed', 'in_house', 'checked_out')
   and b.arrival between :day::date - 60 and :day and b.departure >= :day
 order by fold_words(b.guest ->> 'last_name'), b.reference;

-- name: list_late_lines
-- Who should have come before a day and has not, and who is still there beyond the departure.
select b.id, b.reference, b.state, b.arrival, b.departure, b.total_cents, b.refund_cents, b.guest,
       (b.document -> 'adults')::int as adults, b.document -> 'child_ages' as child_ages,
       (select jsonb_agg(jsonb_build_object('code', room -> 'code', 'name', room -> 'name'))
          from jsonb_array_elements(b.document #> '{breakdown,rooms}') as room) as rooms,
       b.document ->> 'plan_code' as plan_code, (b.document -> 'meal_plan')::int as meal_plan,
       case when b.document #>> '{payment,now_cents}' is not null
             and b.document #>> '{payment,balance_on}' is null and b.state in ('confirmed', 'in_house')
            then b.owed_cents else 0 end as at_house_cents,
       b.document ->> 'channel' as channel, b.held_at, 0 as unread, false as undecided
  from booking b
 where b.tenant = :tenant and b.arrival > :day::date - 400
   and ((b.state = 'confirmed' and b.arrival < :day)
        or (b.state = 'in_house' and b.departure < :day))
 order by b.arrival, b.reference
 limit 50;

-- name: insert_message
-- A message; the same id again is the same message.
insert into stay_message (id, tenant, booking, sender, author, body, at)
values (:id, :tenant, :booking, :sender, :author, :body, :now)
on conflict (id) do nothing;

-- name: list_messages
-- The newest messages about a stay, oldest first.
select id, tenant, booking, sender, author, body, at, seen_at, announced_at
  from (select id, tenant, booking, sender, author, body, at, seen_at, announced_at
          from stay_message where tenant = :tenant and booking = :booking
         order by at desc, id desc
         limit 500) newest
 order by at, id;

-- name: find_message
-- One message.
select id, tenant, booking, sender, author, body, at, seen_at, announced_at
  from stay_message where id = :id;

-- name: count_recent_messages
-- How much one side has written about a stay since an instant.
select count(*)::int from stay_message
 where tenant = :tenant and booking = :booking and sender = :sender and at > :since;

-- name: mark_seen
-- One side has read what the other wrote.
update stay_message set seen_at = :now
 where tenant = :tenant and booking = :booking and sender = :sender and seen_at is null;

-- name: claim_announcement
-- A message is announced once, however often its task runs.
update stay_message set announced_at = :now where id = :id and announced_at is null;

-- name: insert_no_show
-- The case of a guest who did not come, once a booking.
insert into no_show (booking, tenant, marked_at) values (:booking, :tenant, :now)
on conflict (booking) do nothing;

-- name: find_no_show
-- The decision about a missed stay.
select booking, tenant, marked_at, decision, decided_at, penalty_cents
  from no_show where booking = :booking;

-- name: lock_no_show
-- The case, ours until the end of the transaction.
select booking, tenant, marked_at, decision, decided_at, penalty_cents
  from no_show where booking = :booking
   for update;

-- name: decide_no_show
-- The house's decision, once.
update no_show set decision = :decision, decided_at = :now, penalty_cents = :penalty_cents
 where booking = :booking and decision is null;
