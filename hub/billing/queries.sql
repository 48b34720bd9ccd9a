-- name: find_profile
-- Who the caller's organisation is on its invoices.
select document from billing_profile where tenant = :tenant;

-- name: save_profile
-- The identity of the documents that are issued from now on.
insert into billing_profile (tenant, document, changed_at)
values (:tenant, :document::jsonb, :now)
on conflict (tenant) do update
   set document = excluded.document, changed_at = excluded.changed_at;

-- name: open_head
-- The row that whoever issues takes; made once.
insert into billing_head (tenant, seq, hash, on_day)
values (:tenant, 0, :hash, :on_day)
on conflict (tenant) do nothing;

-- name: lock_head
-- Nobody else issues or records for this organisation until the commit.
select seq, hash, on_day from billing_head where tenant = :tenant for update;

-- name: move_head
-- The newest record of the journal.
update billing_head set seq = :seq, hash = :hash, on_day = :on_day where tenant = :tenant;

-- name: take_number
-- The next number of a series; the day never goes back.
insert into billing_series (tenant, series, year, last, last_on)
values (:tenant, :series, :year, 1, :on_day)
on conflict (tenant, series, year) do update
   set last = billing_series.last + 1, last_on = excluded.last_on
returning last, last_on;

-- name: insert_invoice
insert into invoice (id, tenant, buyer_organisation, kind, series, year, sequence, seq, number,
                     issued_on, issued_at, source, subject, matter, buyer_name, business,
                     net_cents, vat_cents, gross_cents, cancels, content)
values (:id, :tenant, :buyer_organisation, :kind, :series, :year, :sequence, :seq, :number,
        :issued_on, :now, :source, :subject, :matter, :buyer_name, :business,
        :net_cents, :vat_cents, :gross_cents, :cancels, :content);

-- name: insert_vat
-- The VAT of a document by category and rate.
insert into invoice_vat (tenant, invoice, category, rate_bps, net_cents, vat_cents)
select :tenant, :invoice, * from unnest(:categories::text[], :rates::int[], :nets::bigint[],
                                        :vats::bigint[]);

-- name: find_invoice
select i.id, i.tenant, i.buyer_organisation, i.kind, i.number, i.issued_on, i.issued_at, i.source,
       i.subject, i.matter, i.buyer_name, i.business, i.net_cents, i.vat_cents, i.gross_cents,
       i.cancels, c.id as cancelled_by, i.content
  from invoice i left join invoice c on c.cancels = i.id
 where i.id = :id;

-- name: find_by_source
-- What was issued for a source already.
select i.id, i.tenant, i.buyer_organisation, i.kind, i.number, i.issued_on, i.issued_at, i.source,
       i.subject, i.matter, i.buyer_name, i.business, i.net_cents, i.vat_cents, i.gross_cents,
       i.cancels, c.id as cancelled_by, i.content
  from invoice i left join invoice c on c.cancels = i.id
 where i.tenant = :tenant and i.source = :source;

-- name: list_of_subject
-- The documents of one affair, oldest first.
select i.id, i.tenant, i.buyer_organisation, i.kind, i.number, i.issued_on, i.issued_at, i.source,
       i.subject, i.matter, i.buyer_name, i.business, i.net_cents, i.vat_cents, i.gross_cents,
       i.cancels, c.id as cancelled_by, i.content
  from invoice i left join invoice c on c.cancels = i.id
 where i.tenant = :tenant and i.subject = :subject
 order by i.seq
 limit :wanted;

-- name: list_invoices
-- The documents of a span of days, newest first: issued, or received.
select i.id, i.tenant, i.buyer_organisation, i.kind, i.number, i.issued_on, i.issued_at, i.source,
       i.subject, i.matter, i.buyer_name, i.business, i.net_cents, i.vat_cents, i.gross_cents,
       i.cancels, c.id as cancelled_by, i.content
  from invoice i left join invoice c on c.cancels = i.id
 where i.issued_on between :since and :until
   and case when :received::boolean then i.buyer_organisation = :tenant
            else i.tenant = :tenant end
   and (:kind::text is null or i.kind = :kind)
   and (:business::boolean is null or i.business = :business)
   and (:words::text = '' or position(lower(:words) in lower(i.number || ' ' || i.matter || ' '
                                                        || i.buyer_name)) > 0)
 order by i.issued_on desc, i.issued_at desc, i.seq desc
 limit :wanted;

-- name: list_delivered
-- What was issued to a buyer for supplies within a span of days, in the journal's order.
select i.id, i.tenant, i.buyer_organisation, i.kind, i.number, i.issued_on, i.issued_at, i.source,
       i.subject, i.matter, i.buyer_name, i.business, i.net_cents, i.vat_cents, i.gross_cents,
       i.cancels, null::uuid as cancelled_by, i.content, i.seq
  from invoice i
 where i.tenant = :tenant and i.buyer_organisation = :buyer and i.seq > :after
   and i.content::jsonb ->> 'delivered_from' >= :since
   and i.content::jsonb ->> 'delivered_from' <= :until
   and i.content::jsonb ->> 'delivered_until' <= :until
 order by i.seq limit :wanted;

-- name: sum_private_sales
-- The sales to private persons of each day and rate: the totals of e-reporting.
select i.issued_on as on, v.category, v.rate_bps, count(distinct i.id)::int as documents,
       sum(v.net_cents)::bigint as net_cents, sum(v.vat_cents)::bigint as vat_cents
  from invoice i join invoice_vat v on v.tenant = i.tenant and v.invoice = i.id
 where i.tenant = :tenant and not i.business and i.issued_on between :since and :until
 group by i.issued_on, v.category, v.rate_bps
 order by i.issued_on, v.rate_bps desc, v.category
 limit :wanted;

-- name: sum_private_payments
-- What private persons paid and had back, by day and rate: the payment data of e-reporting. What was
-- paid for an affair that stands invoiced to a business is told by the status of its invoice.
select r.on_day as on, part ->> 'category' as category, (part ->> 'rate_bps')::int as rate_bps,
       count(*)::int as payments,
       coalesce(sum((part ->> 'gross_cents')::bigint) filter (where r.kind = 'receipt'), 0)::bigint
         as received_cents,
       coalesce(sum((part ->> 'gross_cents')::bigint) filter (where r.kind = 'refund'), 0)::bigint
         as given_back_cents
  from billing_record r cross join lateral jsonb_array_elements(r.parts) part
 where r.tenant = :tenant and r.kind in ('receipt', 'refund') and r.on_day between :since and :until
   and not exists (
     select from invoice i
      where i.tenant = r.tenant and i.subject = regexp_replace(r.source, ':[^:]*$', '')
        and i.business and i.kind = 'invoice'
        and not exists (select from invoice c where c.tenant = i.tenant and c.cancels = i.id))
 group by r.on_day, part ->> 'category', (part ->> 'rate_bps')::int
 order by r.on_day, rate_bps desc, category
 limit :wanted;

-- name: is_recorded
-- Whether the journal has a payment already.
select exists (select from billing_record
                where tenant = :tenant and kind = :kind and source = :source);

-- name: insert_record
insert into billing_record (tenant, seq, at, on_day, kind, source, amount_cents, parts,
                            content_hash, previous_hash, hash)
values (:tenant, :seq, :now, :on_day, :kind, :source, :amount_cents, :parts::jsonb,
        :content_hash, :previous_hash, :hash);

-- name: list_records
-- A page of the journal with the documents that it names, in order.
select r.seq, r.at, r.on_day, r.kind, r.source, r.amount_cents, r.parts, r.content_hash,
       r.previous_hash, r.hash, i.content
  from billing_record r
  left join invoice i on i.tenant = r.tenant and i.source = r.source
                     and r.kind in ('invoice', 'credit_note')
 where r.tenant = :tenant and r.seq > :after
 order by r.seq
 limit :wanted;

-- name: list_issuers_to_close
select tenant from issuers_to_close(:before, :wanted);

-- name: list_closings
-- Closings, newest first.
select number, period, since, until, first_seq, last_seq, last_hash, totals, perpetual, closed_at,
       previous_hash, hash
  from billing_closing where tenant = :tenant order by number desc limit :wanted;

-- name: list_closings_after
-- A page of the closings, in order.
select number, period, since, until, first_seq, last_seq, last_hash, totals, perpetual, closed_at,
       previous_hash, hash
  from billing_closing where tenant = :tenant and number > :after order by number limit :wanted;

-- name: find_last_closing
-- The newest closing, of one period or of any.
select number, period, since, until, first_seq, last_seq, last_hash, totals, perpetual, closed_at,
       previous_hash, hash
  from billing_closing
 where tenant = :tenant and (:period::text is null or period = :period)
 order by number desc limit 1;

-- name: list_days_to_close
-- The days before one that have records after the last closed, with where they end.
select on_day as on, min(seq)::int as first_seq, max(seq)::int as last_seq,
       (array_agg(hash order by seq desc))[1] as last_hash
  from billing_record
 where tenant = :tenant and seq > :after and on_day < :before
 group by on_day order by on_day
 limit :wanted;

-- name: sum_records
-- The records of a stretch of the journal by kind, category and rate.
select r.kind, p.part ->> 'category' as category, (p.part ->> 'rate_bps')::int as rate_bps,
       sum((p.part ->> 'gross_cents')::bigint)::bigint as cents
  from billing_record r, jsonb_array_elements(r.parts) as p (part)
 where r.tenant = :tenant and r.seq between :first_seq and :last_seq
 group by r.kind, p.part ->> 'category', (p.part ->> 'rate_bps')::int
 order by r.kind, category, rate_bps;

-- name: insert_closing
insert into billing_closing (tenant, number, period, since, until, first_seq, last_seq, last_hash,
                             totals, perpetual, closed_at, previous_hash, hash)
values (:tenant, :number, :period, :since, :until, :first_seq, :last_seq, :last_hash,
        :totals::jsonb, :perpetual::jsonb, :now, :previous_hash, :hash);

-- name: find_hash_at
-- The hash of one record.
select hash from billing_record where tenant = :tenant and seq = :seq;

-- name: list_invoices_to_send
select tenant, invoice from invoices_to_send(:before, :wanted);

-- name: begin_sending
-- An invoice is about to be handed over.
insert into invoice_sending (tenant, invoice, asked_at) values (:tenant, :invoice, :now)
on conflict (tenant, invoice) do nothing;

-- name: find_sending
select invoice, asked_at, reference, deposited_at, refusal
  from invoice_sending where tenant = :tenant and invoice = :invoice;

-- name: end_sending
-- What the platform answered, once.
update invoice_sending
   set reference = :reference,
       deposited_at = case when :reference::text is not null then :now::timestamptz end,
       refusal = :refusal
 where tenant = :tenant and invoice = :invoice and reference is null and refusal is null;

-- name: keep_status
-- A status of an invoice's life, once.
insert into invoice_status (tenant, invoice, code, at, reason, told_by)
values (:tenant, :invoice, :code, :at, :reason, :told_by)
on conflict (tenant, invoice, code, at) do nothing;

-- name: list_statuses
-- The statuses of some invoices, in the order in which they happened.
select invoice, code, at, reason, told_by
  from invoice_status
 where tenant = :tenant and invoice = any(:invoices::uuid[])
 order by at, code;
