-- The sweep reads the stays that have begun of late, not all that there ever were.

create index booking_to_settle on booking (state, arrival)
  where state in ('confirmed', 'in_house', 'checked_out', 'no_show', 'cancelled')
    and document ->> 'channel' is distinct from 'desk';
