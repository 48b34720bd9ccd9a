-- A teacher puts right what a class was given, since when it reads as it does, or takes it back: then
-- nobody reads it, and no form that is sent again gives it anew.
alter table school_post
  add column corrected_at   timestamptz,
  add column taken_back_at  timestamptz;
