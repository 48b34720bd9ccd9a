-- Since when a message is shown: what is new is told to who wants it. Those of before are not new.
alter table space_post add column shown_at timestamptz check (shown_at >= posted_at);
grant update (shown_at) on space_post to hub_app;
create index space_post_news on space_post (shown_at) where state = 'shown';
