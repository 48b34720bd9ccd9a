-- Replaced whole when it changes.

-- The newest captured mails over all tenants, for the demonstration's outbox page only.
create or replace function captured_mail(wanted int) returns setof mail
language sql stable security definer set search_path = public, pg_temp as $$
  select * from mail order by created_at desc, id limit wanted
$$;
alter function captured_mail(int) owner to hub_definer;
revoke all on function captured_mail(int) from public;
grant execute on function captured_mail(int) to hub_app;

-- Enter a tenant's wall for the transaction, which may be the calling statement alone: so that one
-- message does the work of begin, set, statement and commit. Never from behind another wall.
create or replace function enter_wall(of_tenant int) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
  entered text;
begin
  if coalesce(current_setting('app.tenant', true), '') not in ('', of_tenant::text) then
    raise exception 'behind another wall already' using errcode = '42501';
  end if;
  entered := set_config('app.tenant', of_tenant::text, true);
end $$;
revoke all on function enter_wall(int) from public;
grant execute on function enter_wall(int) to hub_app;

-- The tenants that wrote to one of somebody's addresses. Only their ids leave the walls.
create or replace function tenants_of_mail(person int, addresses text[]) returns setof int
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct m.tenant from mail m where lower(m.recipient) = any (addresses)
$$;
alter function tenants_of_mail(int, text[]) owner to hub_definer;
revoke all on function tenants_of_mail(int, text[]) from public;
grant execute on function tenants_of_mail(int, text[]) to hub_app;

-- The kept replies to a person's programs go with the person.
create or replace function forget_replies(person int, addresses text[], at timestamptz) returns void
language sql volatile security invoker set search_path = public, pg_temp as $$
  delete from idempotent_reply r where r.scope = 'person:' || person
$$;
revoke all on function forget_replies(int, text[], timestamptz) from public;
grant execute on function forget_replies(int, text[], timestamptz) to hub_app;

-- So many replies of before an instant go; how many did. By the summary of pages always: where few
-- are left, reading the whole table for them would take longer than a statement may.
create or replace function forget_old_replies(before timestamptz, wanted int) returns int
language plpgsql set search_path = public, pg_temp set enable_seqscan = off as $$
declare
  gone int;
begin
  delete from idempotent_reply r
   where r.ctid = any (array(
     select o.ctid from idempotent_reply o where o.created_at < before limit wanted
        for update skip locked));
  get diagnostics gone = row_count;
  return gone;
end $$;
revoke all on function forget_old_replies(timestamptz, int) from public;
grant execute on function forget_old_replies(timestamptz, int) to hub_app;
