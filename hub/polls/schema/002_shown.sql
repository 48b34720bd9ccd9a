-- A question that a moderator looks at first is voted on for as long as it was asked to be, from when
-- it is shown for the first time.
create function shift_space_poll() returns trigger language plpgsql as $$
begin
  update space_poll q set closes_at = q.closes_at + (new.shown_at - new.posted_at)
   where q.tenant = new.tenant and q.post = new.id;
  return null;
end $$;
create trigger poll_counts after update of shown_at on space_post
  for each row when (old.shown_at is null and new.shown_at is not null)
  execute function shift_space_poll();
