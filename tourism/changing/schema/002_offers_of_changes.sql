-- Whether an offer that is to go is named by a change of a stay.
create index booking_change_by_quote on booking_change (quote);
