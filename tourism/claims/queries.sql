-- name: find_houses
-- Houses whose name, commune or postcode has a word that begins with each of these; read under hub_index.
select p.id, p.kind, p.name, p.address, p.postcode, c.name as commune, p.department_code, p.listing
  from property p
  join place c on c.kind = 'commune' and c.code = p.commune_code
 where not exists (
       select from unnest(:words::text[]) as w (word)
        where not (' ' || p.search_key like '% ' || w.word || '%'
                   or ' ' || c.search_key like '% ' || w.word || '%'
                   or coalesce(p.postcode, '') like w.word || '%'))
 order by p.search_key = :key desc, p.listing in ('draft', 'published'), p.search_key, p.id
 limit :wanted;

-- name: count_same_name
-- Whether the commune has a house of this very name.
select count(*)::int from property where commune_code = :commune_code and search_key = :search_key;

-- name: count_houses_of_domain
-- How many houses have a site at this domain; read under hub_index.
select count(*)::int from property where site is not null and site_domain(site) = :domain;

-- name: insert_claim
-- A claim, once a person and house under way.
insert into house_claim (id, tenant, property, person, state, siret, quality, phone, confirms,
                         commune_code, made_at)
values (:id, :tenant, :property, :person, 'open', :siret, :quality, :phone, :confirms,
        (select commune_code from property where id = :property), :now)
on conflict (property, person) where state in ('open', 'asked')
do update set siret = excluded.siret, quality = excluded.quality, phone = excluded.phone,
              confirms = excluded.confirms, commune_code = excluded.commune_code,
              -- Those who decide in another place are told too.
              told_at = case when house_claim.commune_code = excluded.commune_code
                             then house_claim.told_at end
returning id;

-- name: find_claim
-- One claim.
select id, property, person, state, siret, quality, phone, statement, email, code_hash,
       code_expires_at, code_tries, codes_sent, codes_on, proven_at, reason, decided_at, made_at, confirms
  from house_claim where id = :id;

-- name: lock_claim
-- One act on a claim after the other.
select id, property, person, state, siret, quality, phone, statement, email, code_hash,
       code_expires_at, code_tries, codes_sent, codes_on, proven_at, reason, decided_at, made_at, confirms
  from house_claim where id = :id for update;

-- name: find_confirmation
-- What was last said of a house that its hotelier added, where it stands now: confirmed counts for
-- good; what waits, as those see it who decide, only while who asked belongs to the house.
select id, property, person, state, siret, quality, phone, statement, email, code_hash,
       code_expires_at, code_tries, codes_sent, codes_on, proven_at, reason, decided_at, made_at,
       confirms
  from house_claim
 where property = :property and (confirms or state = 'granted')
   and commune_code = (select p.commune_code from property p where p.id = house_claim.property)
   and (state <> 'asked'
        or exists (select from membership m
                    where m.tenant = house_claim.tenant and m.person = house_claim.person))
 order by state = 'granted' desc, state = 'asked' desc, made_at desc
 limit 1;

-- name: count_codes_of_house
-- Codes that were sent today about a house, whoever asked.
select coalesce(sum(codes_sent), 0)::int from house_claim
 where property = :property and codes_on = :today;

-- name: keep_code
-- A new code; the one before is worth nothing.
update house_claim
   set email = :email, code_hash = :code_hash, code_expires_at = :expires_at, code_tries = 0,
       codes_sent = :codes_sent, codes_on = :today
 where id = :id;

-- name: count_try
-- A try is counted before it is looked at.
update house_claim set code_tries = code_tries + 1 where id = :id;

-- name: mark_proven
-- The right code was typed: it is worth nothing again.
update house_claim set proven_at = :now, code_hash = null where id = :id;

-- name: mark_asked
-- The claim waits for a decision.
update house_claim set state = 'asked', statement = :statement where id = :id;

-- name: end_claim
-- Granted, refused or withdrawn, with the reason.
update house_claim
   set state = :state, reason = :reason, decided_by = :actor, decided_at = :now, code_hash = null
 where id = :id;

-- name: mark_told
-- Whoever decides is told once.
update house_claim set told_at = :now where id = :id and told_at is null;

-- name: list_own_claims
-- The claims of a person over all houses.
select id, tenant, property, house, commune, state, codes_sent, codes_on, confirms, made_at
  from claims_of(:person);

-- name: list_deciders
-- Who decides about a house.
-- bounded by the offices of the places that a house lies in
select tenant, name, kind from deciders_of(:property);

-- name: list_claims_to_decide
-- What waits for the organisation of this wall.
select id, tenant, property, house, kind, address, commune, siret, quality, phone, statement,
       claimant, claimant_email, proven_email, members, confirms, made_at
  from claims_to_decide(:wanted);
