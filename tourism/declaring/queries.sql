-- name: list_taxes_to_declare
-- The tourist tax of stays that are over and in no declaration yet.
select booking, code, cents, commune, house, address, kind, stars, registration, arrival, departure,
       adults, minors, room_cents, beneficiary
  from taxes_to_declare(:collector, :before, :wanted);

-- name: list_quarters
-- What reached houses in a year, by listing and quarter of the payment; a stay is counted with its
-- first payment.
-- bounded by the listings that were paid, four quarters each
select seller, property, house, address, kind, extract(quarter from paid_on)::int as quarter,
       sum(cents)::bigint as cents,
       coalesce(sum(fees_cents) filter (where is_first), 0)::bigint as fees_cents,
       coalesce(sum(taxes_cents) filter (where is_first), 0)::bigint as taxes_cents,
       coalesce(sum(nights) filter (where is_first), 0)::int as nights,
       (count(*) filter (where is_first))::int as stays
  from payments_to_houses(:since, :until, :seller)
 group by seller, property, house, address, kind, quarter
 order by seller, property, quarter;

-- name: sum_taxes
-- The same tax by commune and beneficiary.
-- bounded by the communes of the country
with line as (
  select booking, commune, beneficiary, cents from taxes_to_declare(:collector, :before, :wanted)),
part as (select commune, beneficiary, sum(cents)::bigint as cents from line group by 1, 2),
there as (select commune, count(distinct booking)::int as stays from line group by 1)
select p.commune, coalesce(c.name, p.commune) as name,
       coalesce(t.stays, 0) as stays,
       jsonb_object_agg(p.beneficiary, p.cents) as by_beneficiary
  from part p
  left join commune c on c.code = p.commune
  left join there t on t.commune = p.commune
 group by p.commune, c.name, t.stays order by p.commune;

-- name: list_sellers
-- Who the sellers are, with what they still owe to tell.
select seller, organisation, person, name, address, country, tax_number, vat_number, born_on,
       born_at, account, reminders, first_reminder
  from sellers_of(:sellers::int[]);

-- name: count_short_lets
-- How many nights of short lets a period has.
select count(*)::int from short_lets(:first, :until, :wanted);

-- name: list_short_lets
-- The nights of short lets of a period.
select property, house, address, commune, registration, night, guests
  from short_lets(:first, :until, :wanted);

-- name: next_number
-- The number of the next declaration of a period.
select count(*)::int + 1 from declaration
 where tenant = :tenant and kind = :kind and period = :period and scope = :scope;

-- name: insert_declaration
-- A declaration, with its file as it was made.
insert into declaration (id, tenant, kind, period, scope, number, facts, file_name, file, sha256,
                         made_at, made_by)
values (:id, :tenant, :kind, :period, :scope, :number, :facts::jsonb, :file_name, :file,
        encode(sha256(:file), 'hex'), :now, :actor);

-- name: insert_declared_tax
-- What a declaration says of one stay.
insert into declared_tax (declaration, tenant, booking, code, cents)
values ($1, $2, $3, $4, $5);

-- name: lock_declaring
-- What is not declared yet is read and declared by one after the other.
select pg_advisory_xact_lock(hashtextextended('declaring ' || :tenant::int, 0));

-- name: find_kind
-- What a declaration of the caller is about.
select kind from declaration where tenant = :tenant and id = :id;

-- name: list_declarations
-- The newest declarations, after some of them.
select id, kind, period, scope, number, facts, file_name, sha256, made_at, made_by, sent_at,
       sent_to, receipt, sent_by
  from declaration where tenant = :tenant
 order by made_at desc, scope, id offset :skipped limit :wanted;

-- name: find_file
-- The file of a declaration.
select file_name, file from declaration where id = :id;

-- name: mark_sent
-- A declaration went out; only once.
update declaration set sent_at = :now, sent_to = :to, receipt = :receipt, sent_by = :actor
 where id = :id and sent_at is null;

-- name: find_seller_file
-- What a seller has told of itself.
select person, name, address, country, tax_number, vat_number, born_on, born_at
  from seller_file where tenant = :tenant;

-- name: keep_seller_file
-- What a seller tells of itself, in place of what it told before.
insert into seller_file (tenant, person, name, address, country, tax_number, vat_number, born_on,
                         born_at, updated_at)
values (:tenant, :person, :name, :address, :country, :tax_number, :vat_number, :born_on, :born_at,
        :now)
on conflict (tenant) do update
   set person = excluded.person, name = excluded.name, address = excluded.address,
       country = excluded.country, tax_number = excluded.tax_number,
       vat_number = excluded.vat_number, born_on = excluded.born_on, born_at = excluded.born_at,
       updated_at = excluded.updated_at;

-- name: insert_reminder
-- A reminder of that number was written; only once.
insert into seller_reminder (tenant, number, at) values (:tenant, :number, :now)
on conflict (tenant, number) do nothing;

-- name: sum_declared
-- What a declaration comes to, by component.
select code, sum(cents)::bigint as cents from declared_tax
 where tenant = :tenant and declaration = :id group by code order by code;

-- name: find_scheme
-- The scheme under which the caller collects the tax.
select scheme from ledger_account
 where tenant = :tenant and code like 'tourist\_tax.%' order by scheme limit 1;

-- name: insert_part
-- A further file of a declaration.
insert into declaration_part (tenant, declaration, place, file_name, file, sha256)
values (:tenant, :declaration, :place, :file_name, :file, encode(sha256(:file), 'hex'));

-- name: list_parts
-- The names of the further files of the caller's newest declarations.
select p.declaration, p.place, p.file_name
  from declaration_part p join declaration d on d.id = p.declaration and d.tenant = p.tenant
 where p.tenant = :tenant order by d.made_at desc, p.declaration, p.place limit :wanted;

-- name: find_part
-- A further file of a declaration, by its place.
select file_name, file from declaration_part
 where tenant = :tenant and declaration = :declaration and place = :place;

-- name: list_told
-- The further files of a kind and period, in the order in which they were made.
select p.file_name, p.file
  from declaration_part p join declaration d on d.id = p.declaration and d.tenant = p.tenant
 where p.tenant = :tenant and d.kind = :kind and d.period = :period
 order by d.number, p.place limit :wanted;
