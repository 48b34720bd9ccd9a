-- Towns are organisations too.
alter table organisation drop constraint organisation_kind_check;
alter table organisation add constraint organisation_kind_check check (kind in
  ('lodging', 'federation', 'office', 'region', 'school', 'practice', 'association', 'town',
   'operator'));
