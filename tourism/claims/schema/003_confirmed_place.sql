-- Who knows a house knows it where it stands: a claim counts as a confirmation in the commune in
-- which it was made, and nowhere else.

alter table house_claim add column commune_code text not null default '';

-- Over all tenants: of claims made until now, the commune in which the house stands.
grant update (commune_code) on house_claim to hub_definer;
create policy filling on house_claim for update to hub_definer using (true);
set local role hub_definer;
update house_claim c set commune_code = p.commune_code from property p where p.id = c.property;
reset role;
drop policy filling on house_claim;
revoke update (commune_code) on house_claim from hub_definer;
