-- name: begin_payment
-- The payment of a held stay begins, in one message; null where it is not the plain case.
select begin_payment(:tenant, :booking, :charge, :subject, :total_cents, :method,
                     :page::jsonb, :guest::jsonb,
                     :actor, :now, :until, :pending::jsonb, :delays::interval[],
                     :envelopes::jsonb[])::text;

-- name: confirm_paid
-- A stay that is being paid is paid, in one message; null where it is not the plain case.
select confirm_paid(:tenant, :booking, :revision, :charge, :reference, :actor, :now, :scheme,
                    :subject, :allocation, :shares::jsonb, :drafts::jsonb, :act::jsonb,
                    :envelopes::jsonb[])::text;
