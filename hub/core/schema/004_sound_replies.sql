-- One check in place of three: PostgreSQL reads the text of each check again with each statement
-- that writes. It refuses what they refused; a reply that is not known yet has no status.
create function is_sound_reply(scope text, key text, status int) returns boolean
language plpgsql immutable parallel safe as $$
begin
  return length(scope) <= 200 and length(key) between 1 and 255 and status between 100 and 599;
end $$;
alter table idempotent_reply
  drop constraint idempotent_reply_scope_check,
  drop constraint idempotent_reply_key_check,
  drop constraint idempotent_reply_status_check,
  add constraint idempotent_reply_sound check (is_sound_reply(scope, key, status));
