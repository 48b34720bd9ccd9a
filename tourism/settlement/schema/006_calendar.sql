-- A beneficiary's calendar: what is still to be moved, and what was moved, day by day.

create index stay_share_due on stay_share (holder, arrival) where earned_cents <> moved_cents;
