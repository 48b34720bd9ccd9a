-- The law keeps amends longer than the stay: they name it by its number. Whoever writes them down
-- holds the stay's row.
alter table amends drop constraint amends_booking_fkey;
