-- name: next_version
select coalesce(max(version), 0) + 1 from usage_plan where tenant = :tenant and code = :code;

-- name: insert_plan
insert into usage_plan (tenant, code, version, terms, made_at)
values (:tenant, :code, :version, :terms::jsonb, :now);

-- name: list_plans
-- The newest version of each plan.
select distinct on (code) code, version, terms, made_at
  from usage_plan where tenant = :tenant order by code, version desc limit :wanted;

-- name: insert_subscription
insert into usage_subscription (id, tenant, customer, plan, version, zone, since, buyer)
values (:id, :tenant, :customer, :plan, :version, :zone, :since, :buyer::jsonb);

-- name: find_subscription
-- One subscription that the caller sells or has.
select s.id, s.tenant, s.customer, s.buyer ->> 'name' as customer_name, s.plan, s.version, p.terms, s.zone,
       s.since, s.until, s.buyer
  from usage_subscription s
  join usage_plan p on p.tenant = s.tenant and p.code = s.plan and p.version = s.version
 where s.id = :id;

-- name: list_subscriptions
-- What the caller sells or has, what is open first.
select s.id, s.tenant, s.customer, s.buyer ->> 'name' as customer_name, s.plan, s.version, p.terms, s.zone,
       s.since, s.until, s.buyer
  from usage_subscription s
  join usage_plan p on p.tenant = s.tenant and p.code = s.plan and p.version = s.version
 where case when :own::boolean then s.customer = :tenant else s.tenant = :tenant end
 order by s.until nulls first, s.since desc, s.id limit :wanted;

-- name: end_subscription
update usage_subscription set until = :until
 where id = :id and tenant = :tenant and until is null and since < :until;

-- name: hold_subscriptions
-- Nobody bills these while events of them are written.
select id from usage_subscription where tenant = :tenant and id = any(:ids::uuid[])
 order by id for share;

-- name: lock_subscription
-- Nobody counts, nobody bills.
select id from usage_subscription where tenant = :tenant and id = :id for update;

-- name: insert_event
-- Once by source and id; whether it is new.
insert into usage_event (tenant, source, id, subscription, customer, type, at, quantity, received_at)
values (:tenant, :source, :id, :subscription, :customer, :type, :at, :quantity, :now)
on conflict (tenant, source, id) do nothing;

-- name: is_known
-- Whether an event is kept with this very content.
select exists (select from usage_event
                where tenant = :tenant and source = :source and id = :id
                  and subscription = :subscription and type = :type and quantity = :quantity
                  and (at = :at or :undated::boolean));

-- name: sum_events
-- What was used of each meter in a span of instants.
select type, coalesce(sum(quantity), 0)::bigint as total, coalesce(max(quantity), 0)::bigint as peak,
       count(*)::int as events
  from usage_event
 where subscription = :subscription and at >= :since and at < :until
 group by type order by type;

-- name: last_seq
-- The last event of a subscription.
select coalesce(max(seq), 0)::bigint from usage_event where subscription = :subscription;

-- name: find_month
select month, seq, documents, billed from usage_month
 where tenant = :tenant and subscription = :subscription and month = :month;

-- name: list_billed_months
-- The months of a subscription that were billed, from one on.
-- bounded by the months that a subscription has lasted
select month from usage_month
 where tenant = :tenant and subscription = :subscription and month >= :since order by month;

-- name: keep_month
insert into usage_month (tenant, subscription, month, seq, documents, billed)
values (:tenant, :subscription, :month, :seq, :documents, :billed::jsonb)
on conflict (tenant, subscription, month) do update
   set seq = excluded.seq, documents = excluded.documents, billed = excluded.billed;

-- name: insert_bill
insert into usage_bill (tenant, subscription, month, number, customer, invoice, gross_cents, made_at)
values (:tenant, :subscription, :month, :number, :customer, :invoice, :gross_cents, :now);

-- name: is_bill
-- Whether a document is one of a month's.
select exists (select from usage_bill where tenant = :tenant and invoice = :invoice);

-- name: list_bills
-- The documents that the caller made or received, newest first.
select b.subscription, b.month, b.number, b.invoice, i.number as document, b.gross_cents, b.made_at
  from usage_bill b join invoice i on i.tenant = b.tenant and i.id = b.invoice
 where case when :own::boolean then b.customer = :tenant else b.tenant = :tenant end
 order by b.made_at desc, b.month desc, b.number desc limit :wanted;

-- name: sum_bills
-- What the documents of a month come to.
select coalesce(sum(gross_cents), 0)::bigint from usage_bill
 where tenant = :tenant and subscription = :subscription and month = :month;

-- name: list_months_due
select tenant, subscription, month from usage_months_due(:now, :grace, :wanted);
