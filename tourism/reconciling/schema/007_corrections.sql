-- What the service has corrected without saying for what waits for somebody's word, what was posted
-- before it could wait among it.

insert into money_break (key, kind, ours_cents, theirs_cents, since, found_at)
select 'adjustment:' || id, 'adjustment', cents, cents, at, posted_at
  from service_line
 where kind = 'adjustment' and key = 'own:' || id and posted_at is not null
on conflict (key) do nothing;
