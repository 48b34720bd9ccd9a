-- The law keeps what was moved, and to whom, longer than the stay, and other organisations' statements
-- are made of it: both name the stay by its number. Whoever writes them holds the stay's row.
alter table share_move drop constraint share_move_booking_fkey;
alter table stay_share drop constraint stay_share_booking_fkey;
