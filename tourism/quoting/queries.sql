-- name: insert_quote
-- Freeze an offer.
insert into quote (id, tenant, property, arrival, departure, total_cents, document, made_at,
                   expires_at)
values (:id, :tenant, :property, :arrival, :departure, :total_cents, :document::jsonb, :made_at,
        :expires_at);

-- name: find_quote
-- The frozen offer itself.
select document from quote where id = :id;
