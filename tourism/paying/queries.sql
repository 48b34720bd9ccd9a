-- name: begin_payment
-- The payment of a held stay begins, in one message; null where it is not the plain case.
select begin_payment(:tenant, :booking, :charge, :subject, :total_cents, :method,
                     :page::jsonb, :guest::jsonb,
                     :actor, :now, :until, :pending::jsonb, :delays::interval[],
                     :envelopes::jsonb[])::text;

-- name: confirm_paid
-- A stay that is being paid is paid, and its answer kept under its key, in one message; null where
-- it is not the plain case.
with confirmed as materialized (
  select confirm_paid(:tenant, :booking, :revision, :charge, :reference, :actor, :now, :scheme,
                      :subject, :allocation, :shares::jsonb, :drafts::jsonb, :act::jsonb,
                      :envelopes::jsonb[]) as stay
), kept as (
  insert into idempotent_reply (scope, key, fingerprint, status, body, created_at)
  select :scope::text, :key::text, :fingerprint::bytea, 200, :body::bytea, :now
    from confirmed where stay is not null and :scope::text is not null
  on conflict (scope, key) do nothing
)
select stay::text from confirmed;
