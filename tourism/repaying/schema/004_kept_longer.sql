-- The law keeps what was received longer than the stay that it was owed for, which is another
-- organisation's: it names it by its number. The numbers come from the shares of stays.
alter table debt_received_line drop constraint debt_received_line_booking_fkey;
