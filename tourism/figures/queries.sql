-- name: list_room_stays
-- One row a room of every booking that was ever confirmed and has a night in [first, until), or
-- arrives or was confirmed in it; two periods at once, because each is shown beside the year
-- before. Only what is counted leaves the frozen quote: nobody's name. A guest who did not come has
-- an instant, and a penalty once the house has decided.
-- bounded by the rooms of a house over the period of a report
select b.id as booking, v.room_type, v.adults + cardinality(v.child_ages) as persons, v.adults,
       cardinality(v.child_ages) as children, b.arrival, b.confirmed_at,
       coalesce(v.cancelled_at, b.cancelled_at) as cancelled_at,
       b.document #> array['breakdown', 'rooms', (v.number - 1)::text, 'nights'] as nights,
       coalesce(b.document #> array['breakdown', 'rooms', (v.number - 1)::text, 'lodging_cents'],
                '[]'::jsonb) as lodging_cents,
       coalesce((b.document #>> '{breakdown,vat,0,rate_bps}')::int, 0) as vat_bps,
       p.supplement_adult_cents, p.supplement_child_cents,
       n.marked_at as missed_at, n.penalty_cents
  from booking b
  join reservation v on v.booking = b.id
  join rate_plan p on p.id = v.rate_plan
  left join no_show n on n.booking = b.id
 where b.confirmed_at is not null
   and b.property = :property
   and ((b.arrival < :until and b.departure > :first)
     or (b.arrival < :previous_until and b.departure > :previous_first)
     or (b.confirmed_at >= :since and b.confirmed_at < :before)
     or (b.confirmed_at >= :previous_since and b.confirmed_at < :previous_before))
 order by b.id, v.number;

-- name: list_type_nights
-- What each room type has for the nights [first, until). Absent lists mean every unit is offered
-- and none is out of order. A retired type and a house that is closed as a whole sell nothing.
-- bounded by the rooms of a house over the period of a report
select a.room_type, a.month + (n - 1) as "on",
       coalesce(a.offered[n], r.units) as units, coalesce(a.out_of_order[n], 0) as out_of_order,
       (a.flags[n] & 4 <> 0 or r.retired or coalesce(h.flags[n] & 4 <> 0, false)) as closed
  from ari_month a
  join room_type r on r.id = a.room_type
  left join rate_month h
    on h.property = r.property and h.room_type = 0 and h.rate_plan = 0 and h.month = a.month
 cross join lateral generate_subscripts(a.flags, 1) as n
 where r.property = :property
   and a.month between date_trunc('month', :first::date)::date and :until::date
   and a.month + (n - 1) >= :first::date
   and a.month + (n - 1) < :until::date;
