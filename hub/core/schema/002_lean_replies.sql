-- Replies come in the order of their time and are only ever taken away by it, a month's worth at once:
-- a summary of pages finds them as well, and costs nothing when a reply is kept.
drop index idempotent_reply_age;
create index idempotent_reply_age on idempotent_reply using brin (created_at);
