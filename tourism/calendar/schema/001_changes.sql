-- The cells of a change, before and after, are kept as deflated JSON: a pushed year has 80,000, and
-- nobody searches them. Those of earlier changes stay as their plain JSON.

alter table calendar_change alter column pieces type bytea using convert_to(pieces::text, 'UTF8');
alter table calendar_change alter column pieces set storage external;
