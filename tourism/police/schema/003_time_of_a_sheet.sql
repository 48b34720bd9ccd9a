-- The time of a sheet begins at the latest when it is signed, refused, or else made: the daily
-- destruction looks at these over the walls.
grant select (signed_at, refused_at, made_at) on police_sheet to hub_definer;
