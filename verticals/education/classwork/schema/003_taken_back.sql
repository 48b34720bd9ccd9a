-- Nothing stays of what was taken back, whenever that was.
set local lock_timeout = '5s';
alter table school_post no force row level security;
update school_post set title = '…', body = '', link = ''
 where taken_back_at is not null and (title, body, link) <> ('…', '', '');
alter table school_post force row level security;
