-- Offers that nobody took go some time after they ended: they are found by their time, of which a
-- summary of pages is enough, for they are written in its order.
create index quote_by_end on quote using brin (expires_at);
create policy definer on quote to hub_definer using (true);
grant select, delete on quote to hub_definer;
