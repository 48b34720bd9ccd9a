-- Whoever asks for what is held about them is given the sheets that bear their address.
create index police_sheet_by_guest on police_sheet (lower(content ->> 'email'));
grant select (content) on police_sheet to hub_definer;
