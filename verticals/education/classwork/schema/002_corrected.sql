-- A teacher puts right what a class was given; since when it reads as it does.
alter table school_post add column corrected_at timestamptz;
