-- A house keeps the clock of its own commune. Until now one overseas that a newer export of the
-- registry listed, or that moved there, had Paris time, and the clocks of some islands were missing.

-- Over all tenants.
set local role hub_definer;
with clock (beginning, zone) as (values
  ('971', 'America/Guadeloupe'), ('972', 'America/Martinique'), ('973', 'America/Cayenne'),
  ('974', 'Indian/Reunion'), ('975', 'America/Miquelon'), ('976', 'Indian/Mayotte'),
  ('977', 'America/St_Barthelemy'), ('978', 'America/Marigot'), ('984', 'Indian/Kerguelen'),
  ('98413', 'Indian/Reunion'), ('98414', 'Antarctica/DumontDUrville'),
  ('98415', 'Indian/Reunion'), ('986', 'Pacific/Wallis'), ('987', 'Pacific/Tahiti'),
  ('98718', 'Pacific/Marquesas'), ('98719', 'Pacific/Gambier'), ('98723', 'Pacific/Marquesas'),
  ('98731', 'Pacific/Marquesas'), ('98746', 'Pacific/Marquesas'), ('98756', 'Pacific/Marquesas'),
  ('98757', 'Pacific/Marquesas'), ('988', 'Pacific/Noumea'))
update property p
   set zone = placed.zone
  from (select h.id, coalesce(
                 (select zone from clock where beginning = h.commune_code),
                 (select zone from clock where beginning = left(h.commune_code, 3)),
                 'Europe/Paris') as zone
          from property h) as placed
 where placed.id = p.id and placed.zone <> p.zone;
reset role;
