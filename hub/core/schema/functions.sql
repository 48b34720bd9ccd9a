-- Replaced whole when it changes.

-- The newest captured mails over all tenants, for the demonstration's outbox page only.
create or replace function captured_mail(wanted int) returns setof mail
language sql stable security definer set search_path = public, pg_temp as $$
  select * from mail order by created_at desc, id limit wanted
$$;
alter function captured_mail(int) owner to hub_definer;
revoke all on function captured_mail(int) from public;
grant execute on function captured_mail(int) to hub_app;
