-- Stays that never came about and still name somebody, for the sweep that forgets them.
create index booking_unborn on booking (held_at)
  where state in ('expired', 'released', 'declined', 'lapsed') and guest ->> 'last_name' <> '';
