-- Whoever added a house that the registry does not list asks those who know it to confirm that they
-- run it: the same claim, which changes no hands. A private person has no SIRET.

alter table house_claim
  add column confirms boolean not null default false,
  drop constraint house_claim_siret_check,
  add constraint house_claim_siret_check check (siret ~ '^\d{14}$' or (confirms and siret = ''));
