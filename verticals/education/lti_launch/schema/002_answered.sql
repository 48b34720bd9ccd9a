-- What was taken by a choice: the same answer again is the same, another one is told so.
alter table school_lti_choice add column print text check (print ~ '^[0-9a-f]{64}$');
comment on column school_lti_choice.print is 'SHA-256 of what was chosen; none before the answer.';
