-- Replaced whole when it changes. Each is one message, which may be its own transaction; null means
-- that it is not the plain case: nothing was written, look and decide.

-- The payment of a held stay begins: the guest's details, the charge, the pending transfer, the
-- messages that finish or end it. The stay as it is then.
--
-- `pending` is the transfer of the charge without holders: both its accounts are the platform's,
-- which the frozen offer names. So is the title of `page`.
create or replace function begin_payment(
  of_tenant int, of_booking uuid, of_charge uuid, of_subject text, shown_cents int, method text,
  page jsonb, payer jsonb, actor text, at timestamptz, until timestamptz, pending jsonb, delays interval[],
  envelopes jsonb[]
) returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  b booking;
begin
  perform enter_wall(of_tenant);
  select * into b from booking where id = of_booking for update;
  if b.id is null or b.state <> 'held' or b.expires_at <= at or b.changing is not null
     or b.total_cents <> shown_cents or b.document #>> '{payment,now_cents}' is not null then
    return null;
  end if;
  page := page || jsonb_build_object('title', b.document -> 'property_name');
  if not charge_begin(of_tenant, of_charge, of_subject, b.total_cents, method, page, at) then
    return null;
  end if;

  update booking
     set state = 'paying', revision = revision + 1, guest = payer,
         expires_at = greatest(until, promised_until)
   where id = of_booking
  returning * into b;
  insert into booking_revision (booking, revision, tenant, state, event, reason, actor, at)
  values (b.id, b.revision, of_tenant, 'paying', 'pay', 'payment begun', actor, at);

  perform ledger_post(
    of_tenant, (b.document #>> '{split,scheme}')::int, at,
    jsonb_build_array(pending || jsonb_build_object(
      'amount_cents', b.total_cents,
      'debit', pending -> 'debit' || jsonb_build_object('holder', b.document #> '{split,platform}'),
      'credit',
        pending -> 'credit' || jsonb_build_object('holder', b.document #> '{split,platform}'))));

  insert into pgmq.q_celery (vt, message)
  select clock_timestamp() + w.delay, w.envelope from unnest(delays, envelopes) as w (delay, envelope);
  return booking_document(b);
end $$;
revoke all on function begin_payment(int, uuid, uuid, text, int, text, jsonb, jsonb, text, timestamptz,
  timestamptz, jsonb, interval[], jsonb[]) from public;
grant execute on function begin_payment(int, uuid, uuid, text, int, text, jsonb, jsonb, text, timestamptz,
  timestamptz, jsonb, interval[], jsonb[]) to hub_app;

-- A stay that is being paid is paid: the charge is settled, the shares are frozen and posted. The
-- stay as it is then; null when anything has happened to it since `of_revision`.
create or replace function confirm_paid(
  of_tenant int, of_booking uuid, of_revision int, of_charge uuid, charge_reference text,
  actor text, at timestamptz, of_scheme int, of_subject text, allocation_id uuid, shares jsonb,
  drafts jsonb, act jsonb, envelopes jsonb[]
) returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  b booking;
begin
  perform enter_wall(of_tenant);
  select * into b from booking where id = of_booking for update;
  if b.id is null or b.state <> 'paying' or b.revision <> of_revision or b.changing is not null then
    return null;
  end if;
  if not charge_succeed(of_charge, charge_reference, at) then
    return null;
  end if;

  update booking
     set state = 'confirmed', revision = revision + 1, expires_at = null, confirmed_at = at
   where id = of_booking
  returning * into b;
  insert into booking_revision (booking, revision, tenant, state, event, reason, actor, at)
  values (b.id, b.revision, of_tenant, 'confirmed', 'paid', 'paid', actor, at);
  perform allocation_freeze(of_tenant, allocation_id, of_scheme, of_subject, shares, at);
  perform ledger_post(of_tenant, of_scheme, at, drafts);
  insert into audit_entry (tenant, at, actor, action, subject, reason, detail)
  values (of_tenant, at, actor, 'booking.confirm', 'booking:' || b.id, '', act);
  insert into pgmq.q_celery (vt, message)
  select clock_timestamp(), envelope from unnest(envelopes) as envelope;
  return booking_document(b);
end $$;
revoke all on function confirm_paid(int, uuid, int, uuid, text, text, timestamptz, int, text, uuid,
  jsonb, jsonb, jsonb, jsonb[]) from public;
grant execute on function confirm_paid(int, uuid, int, uuid, text, text, timestamptz, int, text,
  uuid, jsonb, jsonb, jsonb, jsonb[]) to hub_app;
