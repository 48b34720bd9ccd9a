-- Whoever asks for what is held about them is given the letters that were written to them.
create index mail_by_recipient on mail (lower(recipient));
-- And whoever has their data erased takes along those that no law keeps.
grant delete on mail to hub_app;
