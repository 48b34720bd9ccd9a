-- Who keeps a service's file is written to before a document of it ceases to count.
alter table trust_evidence add column told_at timestamptz;
comment on column trust_evidence.told_at is 'When the letter of its lapse was written; one for each.';
grant update (told_at) on trust_evidence to hub_app;
