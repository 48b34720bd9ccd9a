-- Replaced whole when it changes.

-- Whoever is erased shares nothing any more. What the practice has to keep of its patients stays.
create or replace function forget_consents(wanted int, addresses text[], at timestamptz)
returns void
language sql volatile security invoker set search_path = public, pg_temp as $$
  update health_consent c set revoked_at = at
    from health_patient p
   where p.id = c.patient and c.revoked_at is null and c.until_at > at
     and (p.person = wanted or (p.email <> '' and lower(p.email) = any (addresses)))
$$;
revoke all on function forget_consents(int, text[], timestamptz) from public;
grant execute on function forget_consents(int, text[], timestamptz) to hub_app;
