-- New offers fill the room that old ones left, so that no summary of pages finds those of a day.
set local lock_timeout = '5s';
drop index quote_by_end;
create index quote_by_end on quote (expires_at);
